import { foldName } from '../../language/token.ts';
import { listMethods, type SqlVerb, type StackqlMethod } from '../stackql/method.ts';
import {
  jsonType,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  resolveSchema,
  type Schema,
} from '../stackql/open-api.ts';
import { listEdgeMethods, nameEdgeParameter } from './mutation-edge.ts';

/** A method of StackQL's, and how it is called here. */
export interface Callable {
  /** E.g. `organizations_developers_create`. */
  readonly name: string;
  /** Names of the resources that it belongs to. */
  readonly resources: readonly string[];
  readonly verb: SqlVerb | undefined;
  /** In capitals. */
  readonly httpMethod: string;
  /** From the root: `/x/v1/organizations/{organizationsId}/developers`. */
  readonly url: string;
  /** Those that it can not do without first. */
  readonly parameters: readonly CallableParameter[];
  /** A sentence on what it does, or nothing. */
  readonly description: string;
  /** Fields of the body by name; undefined: it takes none. */
  readonly body: Fields | undefined;
  /** Names of those that it can not do without. */
  readonly bodyRequired: readonly string[];
  /** Where in the answer the rows are, as `developer`; undefined: the answer is the row. */
  readonly rowsAt: string | undefined;
  /** Fields of a row of the answer; undefined: there is no answer. */
  readonly answer: Fields | undefined;
  /** The body is a list under this name, and what is given is the one entry of it; so is the answer. */
  readonly listed?: string | undefined;
}

export type Fields = Readonly<Record<string, Schema>>;

export interface CallableParameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly isBoolean: boolean;
}

export interface ServedDocuments {
  readonly x: OpenApiDocument;
  readonly edge: OpenApiDocument;
}

/** All methods by what a statement says of them. */
export class CallableTable {
  readonly #callables: readonly Callable[];

  constructor({ x, edge }: ServedDocuments) {
    const ofX = listMethods(x).map((method) => describeCallable(x, method, '/x'));
    const ofEdge = listEdgeMethods(edge).map((method) => describeCallable(edge, method, '/edge'));
    const single = ofEdge.flatMap((method) => singleOut(method));
    // Who names more means the narrower one, as in StackQL's document.
    this.#callables = [...ofX, ...ofEdge, ...single].toSorted(
      (one, other) => countRequired(other) - countRequired(one),
    );
  }

  list(resource: string, verb: SqlVerb): Callable[] {
    return this.#callables.filter((each) => each.verb === verb && each.resources.includes(resource));
  }

  /** By its name in any case, also as older documents of StackQL write it: `…_setDeveloperStatus`. */
  find(resource: string, name: string): Callable | undefined {
    const plain = plainName(name);
    return this.#callables.find((each) => each.resources.includes(resource) && plainName(each.name) === plain);
  }

  /** All of a resource, whatever they do. */
  listOf(resource: string): Callable[] {
    return this.#callables.filter(({ resources }) => resources.includes(resource));
  }

  listResources(): string[] {
    return [...new Set(this.#callables.flatMap(({ resources }) => resources))];
  }

  has(resource: string): boolean {
    return this.#callables.some(({ resources }) => resources.includes(resource));
  }

  /** What reads the entity that another one changes. */
  findReader({ url }: Callable): Callable | undefined {
    return this.#callables.find((each) => each.httpMethod === 'GET' && each.url === url);
  }

  /** What sets the status of the entity that another one changes. */
  findAction({ url }: Pick<Callable, 'url'>): Callable | undefined {
    const acts = ({ parameters }: Callable) => parameters.some(({ name }) => name === 'action');
    return this.#callables.find((each) => each.httpMethod === 'POST' && each.url === url && acts(each));
  }

  /** What sets the status of a part of the resource that has nothing else to change. */
  listActions(resource: string): Callable[] {
    return this.#callables.filter((each) => each.resources.includes(resource) && this.findAction(each) === each);
  }
}

/** What adds a list of members, as INSERT needs it: for one of them. */
function singleOut(method: Callable): Callable[] {
  const listed = 'developer';
  if (method.name !== 'organizations_companies_developers_set') return [];
  const [entry, answer] = [method.body?.[listed]?.items, method.answer?.[listed]?.items];
  const name = 'organizations_companies_developers_add';
  const fields = { body: entry?.properties, bodyRequired: ['email'], answer: answer?.properties };
  return [{ ...method, ...fields, name, verb: 'insert', description: 'Add a developer to a company', listed }];
}

/** Names of fields and methods are alike whatever their case, and with `_` between words as without. */
export function plainName(name: string): string {
  return foldName(name).replaceAll('_', '');
}

function countRequired({ parameters }: Callable): number {
  return parameters.filter(({ required }) => required).length;
}

const productOfKey = '/keys/{keysId}/apiproducts/{apiproductsId}';
const attributeOf = '/attributes/{attributesId}';

function describeCallable(document: OpenApiDocument, method: StackqlMethod, prefix: string): Callable {
  const { name, resource, path, httpMethod, rowsAt } = method;
  const operation = document.paths[path]?.[httpMethod] ?? { responses: {} };
  const answered = resolveSchema(document, operation.responses[method.status]?.content?.[jsonType]?.schema);
  const rows = rowsAt?.slice('$.'.length);
  const row = rows === undefined ? answered : resolveSchema(document, answered?.properties?.[rows]?.items);
  const body = resolveSchema(document, readBody(operation));
  const url = prefix + path.replace(/\{([^{}]+)\}/g, (_hole, hole: string) => `{${nameEdgeParameter(hole, resource)}}`);
  return {
    name,
    resources: url.endsWith(productOfKey) ? [resource, 'keys_apiproducts'] : [resource],
    // It makes the attribute where there is none, and else changes it.
    verb: method.verb ?? (httpMethod === 'post' && url.endsWith(attributeOf) ? 'replace' : undefined),
    httpMethod: httpMethod.toUpperCase(),
    url,
    parameters: readParameters(operation, resource),
    description: operation.summary ?? '',
    body: body?.properties,
    bodyRequired: body?.required ?? [],
    rowsAt: rows,
    answer: row?.properties,
  };
}

function readBody({ requestBody }: Operation): Schema | undefined {
  const schema = requestBody?.content?.[jsonType]?.schema;
  return schema?.anyOf?.find(({ type }) => type !== 'null') ?? schema;
}

/** What all methods take beside (compat/x.md §1.0), and which a statement has no use for. */
const formParameters: ReadonlySet<string> = new Set(['alt', 'fields', 'prettyPrint']);

function readParameters({ parameters = [] }: Operation, resource: string): CallableParameter[] {
  return parameters.flatMap((parameter) => readParameter(parameter, resource) ?? []);
}

function readParameter(
  { name, in: place, required = false, schema }: Parameter,
  resource: string,
): CallableParameter | undefined {
  if (formParameters.has(name) || (place !== 'path' && place !== 'query')) return undefined;
  const isBoolean = schema?.type === 'boolean';
  return { name: nameEdgeParameter(name, resource), in: place, required, isBoolean };
}
