import { listMethods, type StackqlMethod, verbs } from './method.ts';
import { jsonType, type OpenApiDocument, type Operation, type Response } from './open-api.ts';

export interface ServiceOptions {
  /** Made from an OpenAPI document with Google's operation ids. */
  readonly document: OpenApiDocument;
  /** `google.apigee`: what stands before the resource in SQL. */
  readonly prefix: string;
  readonly title: string;
  /** Where the paths of the document begin, without a slash at its end. */
  readonly serverUrl: string;
}

/** Names that the resource has besides, in the words of those who ask for it (compat/stackql.md §2.1). */
const aliases: Readonly<Record<string, string>> = { organizations_developers: 'developers' };

/** A StackQL service: the OpenAPI document, and beside it what is a table, and which call is which verb. */
export function buildService({ document, prefix, title, serverUrl }: ServiceOptions): object {
  const { openapi, info, components, paths } = document;
  const methods = listMethods(document);
  return {
    openapi,
    info: { ...info, title, version: 'v1' },
    servers: [{ url: serverUrl }],
    paths: mapValues(paths, (operations) => mapValues(operations, simplify)),
    components: { ...components, 'x-stackQL-resources': describeResources(methods, prefix) },
  };
}

/** Refusals have no columns; what has no content gets a schema, since StackQL looks for one. */
function simplify({ responses, ...operation }: Operation): Operation {
  const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  return { ...operation, responses: Object.fromEntries(successes.map(([status, each]) => [status, withSchema(each)])) };
}

function withSchema({ description, content }: Response): Response {
  const schema = content?.[jsonType]?.schema;
  const empty = schema === undefined || schema.type === 'null';
  return { description, content: { [jsonType]: { schema: empty ? { type: 'object' } : schema } } };
}

function describeResources(methods: readonly StackqlMethod[], prefix: string): Record<string, object> {
  const resources: Record<string, object> = {};
  for (const [name, own] of Map.groupBy(methods, ({ resource }) => resource)) {
    resources[name] = describeResource(name, own, prefix);
  }
  for (const [alias, name] of Object.entries(aliases)) {
    const own = methods.filter(({ resource }) => resource === name);
    if (own.length > 0) resources[alias] = describeResource(alias, own, prefix);
  }
  return Object.fromEntries(Object.entries(resources).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function describeResource(name: string, methods: readonly StackqlMethod[], prefix: string): object {
  // The first whose parameters are all given is called: whoever names more means the narrower one.
  const narrowFirst = [...methods].sort((left, right) => right.required - left.required);
  const refer = (method: StackqlMethod) => ({
    $ref: `#/components/x-stackQL-resources/${name}/methods/${method.name}`,
  });
  return {
    id: `${prefix}.${name}`,
    name,
    title: name.replaceAll('_', ' '),
    methods: Object.fromEntries(methods.map((method) => [method.name, describeMethod(method)])),
    sqlVerbs: Object.fromEntries(
      verbs.map((verb) => [verb, narrowFirst.filter((method) => method.verb === verb).map(refer)]),
    ),
  };
}

function describeMethod({ path, httpMethod, status, rowsAt }: StackqlMethod): object {
  return {
    operation: { $ref: `#/paths/${path.replaceAll('/', '~1')}/${httpMethod}` },
    response: { mediaType: jsonType, openAPIDocKey: status, ...(rowsAt && { objectKey: rowsAt }) },
  };
}

function mapValues<V, W>(record: Readonly<Record<string, V>>, change: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
