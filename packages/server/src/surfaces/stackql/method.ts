import { jsonType, type OpenApiDocument, type Operation, resolveSchema } from './open-api.ts';

export const verbs = ['select', 'insert', 'update', 'replace', 'delete'] as const;
export type SqlVerb = (typeof verbs)[number];

/** One operation as StackQL sees it. */
export interface StackqlMethod {
  /** E.g. `organizations_developers_list`. */
  readonly name: string;
  /** E.g. `developers`. */
  readonly resource: string;
  /** Undefined: it is called by EXEC. */
  readonly verb: SqlVerb | undefined;
  readonly path: string;
  /** Lower case. */
  readonly httpMethod: string;
  /** Status of the response that has the columns. */
  readonly status: string;
  /** Where the rows are, as `$.developer`; undefined: the answer is the one row. */
  readonly rowsAt: string | undefined;
  /** How many parameters it can not do without. */
  readonly required: number;
}

/** Collections that StackQL's registry folds into another resource (compat/stackql.md §2.1). */
const foldedCollections: Readonly<Record<string, string>> = {
  'organizations.developers.apps.keys.apiproducts': 'keys',
  'organizations.developers.apps.keys.create': 'keys',
};

/**
 * The methods of a document whose operations have Google's ids, by the names of StackQL's own document. What answers no
 * JSON object has no columns, and is left out.
 */
export function listMethods(document: OpenApiDocument): StackqlMethod[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(
      ([httpMethod, operation]) => readMethod(document, { path, httpMethod, operation }) ?? [],
    ),
  );
}

interface Place {
  readonly path: string;
  readonly httpMethod: string;
  readonly operation: Operation;
}

function readMethod(document: OpenApiDocument, { path, httpMethod, operation }: Place): StackqlMethod | undefined {
  const { operationId = '', parameters = [] } = operation;
  // What older clients say in another way is there twice: once is enough.
  if (!operationId.startsWith('apigee.') || path.includes('/:')) return undefined;
  const [, ...collections] = operationId.split('.');
  const own = collections.pop() ?? '';
  const status = readStatus(document, operation);
  if (status === undefined) return undefined;
  return {
    name: [...collections, toSnakeCase(own)].join('_'),
    resource: nameResource(collections, own, httpMethod),
    verb: readVerb(collections, own, httpMethod),
    path,
    httpMethod,
    status,
    rowsAt: own === 'list' ? findRows(document, operation, status) : undefined,
    required: parameters.filter(({ required }) => required === true).length,
  };
}

/** The success that has a JSON object, or that has no content at all: StackQL makes a row of that itself. */
function readStatus(document: OpenApiDocument, { responses }: Operation): string | undefined {
  if (responses['200'] === undefined) return responses['204'] === undefined ? undefined : '204';
  const schema = resolveSchema(document, responses['200'].content?.[jsonType]?.schema);
  return schema?.type === 'object' ? '200' : undefined;
}

const partOfEntity = /^(?:get|update)(?=[A-Z])/;

/** `developers.getBalance` is `developers_balance`; all else is named by the collection that it is in. */
function nameResource(collections: readonly string[], own: string, httpMethod: string): string {
  const folded = foldedCollections[collections.join('.')];
  if (folded !== undefined) return folded;
  const collection = collections.at(-1) ?? '';
  const isPart = httpMethod !== 'post' && partOfEntity.test(own);
  return isPart ? `${collection}_${toSnakeCase(own.replace(partOfEntity, ''))}` : collection;
}

function readVerb(collections: readonly string[], own: string, httpMethod: string): SqlVerb | undefined {
  if (httpMethod === 'get') return 'select';
  if (httpMethod === 'delete') return 'delete';
  if (httpMethod === 'put') return 'replace';
  return own === 'create' && collections.at(-1) !== 'create' ? 'insert' : undefined;
}

/** The one array in the answer. */
function findRows(document: OpenApiDocument, { responses }: Operation, status: string): string | undefined {
  const schema = resolveSchema(document, responses[status]?.content?.[jsonType]?.schema);
  const arrays = Object.entries(schema?.properties ?? {}).filter(([, { type }]) => type === 'array');
  return arrays.length === 1 ? `$.${arrays[0]?.[0]}` : undefined;
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`).replace(/^_/, '');
}
