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

/**
 * Checks answers of the management API against the OpenAPI document that this very server hands out. The answer of a
 * path or verb that the document does not have has to be a refusal in the dialect's own error shape.
 * @returns a check that rejects with an AssertionError
 */
export function openConformance({ url, findDialect }: ConformanceOptions): (answer: CheckedAnswer) => Promise<void> {
  const books = new Map<Dialect, Promise<Book>>();
  const bookOf = (dialect: Dialect) => {
    const book = books.get(dialect) ?? openBook(`${url}/openapi/${dialect}.json`);
    books.set(dialect, book);
    return book;
  };
  return async (answer) => {
    const path = new URL(answer.url).pathname;
    const dialect = await dialectOf(path, findDialect);
    if (dialect !== undefined) (await bookOf(dialect)).check(answer, lengthen(path));
  };
}

async function dialectOf(path: string, find: ConformanceOptions['findDialect']): Promise<Dialect | undefined> {
  const [, prefix, organization] =
    /^\/(?:(edge|x)\/)?v1(?:\/(?:o|organizations)\/([^/:]+))?(?=[/:]|$)/.exec(path) ?? [];
  if (!/^\/((edge|x)\/)?v1(\/|$)/.test(path)) return undefined;
  if (prefix === 'edge' || prefix === 'x') return prefix;
  return (organization !== undefined && (await find(organization))) || 'edge';
}

/** The path as the documents spell it. */
function lengthen(path: string): string {
  return path
    .replace(/^\/(edge|x)\//, '/')
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
      if (isJson(answer)) this.#validate(answer, this.#anyError(), place);
      return;
    }
    const { pointer, operation } = found;
    const status = [String(answer.status), `${String(answer.status)[0]}XX`].find((key) => key in operation.responses);
    assert.ok(status !== undefined, `the status is not in the document: ${place}`);
    if (answer.status === 204) assert.equal(answer.text, '', place);
    if (answer.status === 204 || answer.method === 'HEAD') return;
    assert.notEqual(answer.text, '', `an empty body: ${place}`);
    if (!isJson(answer)) return;
    const content = operation.responses[status]?.content ?? {};
    assert.ok('application/json' in content, `no JSON in the document: ${place}`);
    this.#validate(answer, `${pointer}/responses/${status}/content/application~1json/schema`, place);
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
  #anyError(): string {
    for (const [template, operations] of Object.entries(this.#document.paths)) {
      for (const [verb, { responses }] of Object.entries(operations)) {
        if (!('4XX' in responses)) continue;
        return `/paths/${escapePointer(template)}/${verb}/responses/4XX/content/application~1json/schema`;
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

function isJson({ headers }: CheckedAnswer): boolean {
  return headers.get('content-type')?.startsWith('application/json') ?? false;
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
