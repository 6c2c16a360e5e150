import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Dialect } from '../../src/domain/dialect.ts';

/** What a check needs to know of an answer. */
export interface CheckedAnswer {
  /** As requested. */
  readonly url: string;
  readonly method: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ConformanceOptions {
  /** Of the server, without a path. */
  readonly url: string;
  readonly findDialect: (organization: string) => Promise<Dialect | undefined>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

/** The name under which a surface's document is served. */
type Surface = Dialect | 'native';

/**
 * Checks answers of the management API and of the native one against the OpenAPI document that this very server hands out. The answer of a
 * path or verb that the document does not have has to be a refusal in the dialect's own error shape.
 * @returns a check that rejects with an AssertionError
 */
export function openConformance({ url, findDialect }: ConformanceOptions): (answer: CheckedAnswer) => Promise<void> {
  const books = new Map<Surface, Promise<Book>>();
  const bookOf = (surface: Surface) => {
    const book = books.get(surface) ?? openBook(`${url}/openapi/${surface}.json`);
    books.set(surface, book);
    return book;
  };
  return async (answer) => {
    const path = new URL(answer.url).pathname;
    const surface = await surfaceOf(path, findDialect);
    if (surface !== undefined) (await bookOf(surface)).check(answer, lengthen(path));
  };
}

async function surfaceOf(path: string, find: ConformanceOptions['findDialect']): Promise<Surface | undefined> {
  if (/^\/claviger\/v1(\/|$)/.test(path)) return 'native';
  const [, prefix, organization] =
    /^\/(?:(edge|x)\/)?v1(?:\/(?:o|organizations)\/([^/:]+))?(?=[/:]|$)/.exec(path) ?? [];
  if (!/^\/((edge|x)\/)?v1(\/|$)/.test(path)) return undefined;
  if (prefix === 'edge' || prefix === 'x') return prefix;
  return (organization !== undefined && (await find(organization))) || 'edge';
}

/** The path as the documents spell it. */
function lengthen(path: string): string {
  return path
    .replace(/^\/(edge|x|claviger)\//, '/')
    .replace(/^\/v1(\/audits)?\/o(?=\/|$)/, '/v1$1/organizations')
    .replace(/^(\/v1\/organizations\/[^/]+)\/e(?=\/|$)/, '$1/environments')
    .replace(/(?<=.)\/$/, '');
}

/** Compiled validators cost more than a server: one text of a document is compiled once per process. */
const ledgers = new Map<string, Book>();

async function openBook(url: string): Promise<Book> {
  const text = await (await fetch(url)).text();
  const book = ledgers.get(text) ?? new Book(JSON.parse(text) as OpenApi);
  ledgers.set(text, book);
  return book;
}

/** Codes of the two refusals that Edge answers with 500 (compat/edge.md §13.1); every other one is a bug. */
const wanted500: readonly unknown[] = [
  'keymanagement.service.apiproduct_deletion_failed_apps_associated',
  'keymanagement.service.ApiProductNotAssociatedWithConsumerKey',
];

function isWanted500({ text }: CheckedAnswer): boolean {
  return wanted500.some((code) => text.includes(`"${code}"`) || text.includes(`<Code>${code}</Code>`));
}

class Book {
  readonly #document: OpenApi;
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #templates: readonly { readonly template: string; readonly shape: RegExp }[];

  constructor(document: OpenApi) {
    this.#document = document;
    this.#ajv.addSchema(document, 'document');
    // Paths without parameters win over those with, and those that end in a verb over those without, as in the router.
    const parameters = (template: string) => template.split('{').length;
    const templates = Object.keys(document.paths).sort((a, b) => parameters(a) - parameters(b) || b.length - a.length);
    this.#templates = templates.map((template) => ({ template, shape: shapeOf(template) }));
  }

  check(answer: CheckedAnswer, path: string): void {
    const place = `${answer.method} ${path} answered ${answer.status} ${answer.text.slice(0, 500)}`;
    assert.ok(answer.status !== 500 || isWanted500(answer), `a bug: ${place}`);
    const found = this.#find(answer.method, path);
    if (found === undefined) {
      assert.ok(answer.status >= 400, `not in the document: ${place}`);
      const type = findJsonType(answer);
      if (type !== undefined) this.#validate(answer, this.#anyError(type), place);
      return;
    }
    const { pointer, operation } = found;
    const status = keysOf(answer.status).find((key) => key in operation.responses);
    assert.ok(status !== undefined, `the status is not in the document: ${place}`);
    if (answer.status === 204) assert.equal(answer.text, '', place);
    if (answer.status === 204 || answer.method === 'HEAD') return;
    assert.notEqual(answer.text, '', `an empty body: ${place}`);
    const type = findJsonType(answer);
    if (type === undefined) return;
    const content = operation.responses[status]?.content ?? {};
    assert.ok(type in content, `no ${type} in the document: ${place}`);
    this.#validate(answer, `${pointer}/responses/${status}/content/${escapePointer(type)}/schema`, place);
  }

  #find(method: string, path: string): { operation: Operation; pointer: string } | undefined {
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
    for (const { template, shape } of this.#templates) {
      const operation = shape.test(path) ? this.#document.paths[template]?.[verb] : undefined;
      if (operation !== undefined) return { operation, pointer: `/paths/${escapePointer(template)}/${verb}` };
    }
    return undefined;
  }

  /** Errors have one shape in a dialect: that of its first operation. */
  #anyError(type: string): string {
    for (const [template, operations] of Object.entries(this.#document.paths)) {
      for (const [verb, { responses }] of Object.entries(operations)) {
        const key = ['4XX', 'default'].find((each) => each in responses);
        if (key === undefined) continue;
        return `/paths/${escapePointer(template)}/${verb}/responses/${key}/content/${escapePointer(type)}/schema`;
      }
    }
    throw new assert.AssertionError({ message: 'the document describes no error' });
  }

  #validate(answer: CheckedAnswer, pointer: string, place: string): void {
    const reference = `document#${encodeURI(pointer)}`;
    const validate = this.#validators.get(reference) ?? this.#ajv.compile({ $ref: reference });
    this.#validators.set(reference, validate);
    const fits = validate(JSON.parse(answer.text));
    assert.ok(fits, `${this.#ajv.errorsText(validate.errors)}: ${place}`);
  }
}

/** Under which a document may tell of a status. Only what is refused may go without a word of its own. */
function keysOf(status: number): string[] {
  const keys = [String(status), `${String(status)[0]}XX`];
  return status >= 400 ? [...keys, 'default'] : keys;
}

/** The media type of a body that is one JSON value. */
function findJsonType({ headers }: CheckedAnswer): string | undefined {
  return /^application\/(?:problem\+)?json(?=;|$)/.exec(headers.get('content-type') ?? '')?.[0];
}

/** `{name}` stands for one segment or a part of it; `{resource}` is the audit's, and stands for any number. */
function shapeOf(template: string): RegExp {
  const parts = template.split(/(\{[^}]+\})/).map((part) => {
    if (!part.startsWith('{')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return part === '{resource}' ? '.+' : '[^/]+';
  });
  return new RegExp(`^${parts.join('')}$`);
}

function escapePointer(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1');
}
