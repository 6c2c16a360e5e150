import { type DiscoveryMethod, flatPathOf, pathOf, patternOf, type QueryParameter } from './discovery-method.ts';
import type { JsonObject } from './json.ts';
import { type EnumType, type Field, type FieldType, listMessages, type Message, type ScalarType } from './message.ts';

export interface DiscoveryOptions {
  /** Where the X dialect is served, e.g. `https://plane.example.com/x/`. Never from the Host header. */
  readonly rootUrl: string;
  /** What is served, and nothing else. */
  readonly routes: readonly DiscoveryMethod[];
}

/** The day on which the wording or shape of the document last changed. */
const revision = '20261122';
/** Clients look their scopes up by Google's URL. */
const scope = 'https://www.googleapis.com/auth/cloud-platform';

export interface DiscoveryDocument extends JsonObject {
  readonly rootUrl: string;
  readonly parameters: JsonObject;
  readonly schemas: Readonly<Record<string, JsonObject>>;
  readonly resources: Readonly<Record<string, DiscoveryResource>>;
}

export interface DiscoveryResource extends JsonObject {
  readonly methods: Readonly<Record<string, JsonObject>>;
  readonly resources: Readonly<Record<string, DiscoveryResource>>;
}

/**
 * The discovery document from which Google's clients build themselves (compat/x.md §3): ids, paths, parameters and
 * schema names are Google's, the words and the selection are ours.
 */
export function buildDiscovery({ rootUrl, routes }: DiscoveryOptions): DiscoveryDocument {
  const root = rootUrl.endsWith('/') ? rootUrl : `${rootUrl}/`;
  return {
    kind: 'discovery#restDescription',
    discoveryVersion: 'v1',
    id: 'apigee:v1',
    name: 'apigee',
    canonicalName: 'Apigee',
    version: 'v1',
    revision,
    title: 'Claviger',
    description: 'Developers, apps and API keys, compatible with the Apigee management API.',
    ownerName: 'Claviger',
    protocol: 'rest',
    rootUrl: root,
    servicePath: '',
    baseUrl: root,
    basePath: '',
    fullyEncodeReservedExpansion: true,
    auth: { oauth2: { scopes: { [scope]: { description: 'All that the account may do.' } } } },
    parameters: globalParameters,
    schemas: describeSchemas(routes),
    resources: describeResources(routes),
  };
}

/** What every method takes. Names and values are Google's. */
const globalParameters: JsonObject = {
  '$.xgafv': queryEnum('Taken and not heeded.', {
    1: 'The first form of errors.',
    2: 'The second form of errors.',
  }),
  access_token: { type: 'string', location: 'query', description: 'Bearer token, for clients that send no header.' },
  alt: {
    ...queryEnum('Form of the answer. Only json is spoken.', {
      json: 'JSON.',
      media: 'Not spoken.',
      proto: 'Not spoken.',
    }),
    default: 'json',
  },
  callback: { type: 'string', location: 'query', description: 'Taken and not heeded.' },
  fields: { type: 'string', location: 'query', description: 'Which fields of the answer to show, as a,b/c,d(e,f).' },
  key: { type: 'string', location: 'query', description: 'Taken and not heeded.' },
  oauth_token: { type: 'string', location: 'query', description: 'Another name of access_token.' },
  prettyPrint: {
    type: 'boolean',
    location: 'query',
    default: 'true',
    description: 'Whether the answer is laid out for people to read.',
  },
  quotaUser: { type: 'string', location: 'query', description: 'Taken and not heeded.' },
  uploadType: { type: 'string', location: 'query', description: 'Taken and not heeded.' },
  upload_protocol: { type: 'string', location: 'query', description: 'Taken and not heeded.' },
};

function queryEnum(description: string, values: Readonly<Record<string, string>>): JsonObject {
  return {
    type: 'string',
    location: 'query',
    description,
    enum: Object.keys(values),
    enumDescriptions: Object.values(values),
  };
}

/** A resource while it is being put together: the tree that the ids spell. */
interface ResourceDraft extends DiscoveryResource {
  readonly methods: Record<string, JsonObject>;
  readonly resources: Record<string, ResourceDraft>;
}

function describeResources(routes: readonly DiscoveryMethod[]): DiscoveryDocument['resources'] {
  const api: ResourceDraft = { methods: {}, resources: {} };
  for (const route of routes) {
    const [, ...path] = route.id.split('.');
    const method = path.pop() ?? '';
    let resource = api;
    for (const name of path) resource = resource.resources[name] ??= { methods: {}, resources: {} };
    resource.methods[method] = describeMethod(route);
  }
  return api.resources;
}

function describeMethod(method: DiscoveryMethod): JsonObject {
  const { id, httpMethod, doc, resource, query = {}, request, response } = method;
  const queries = Object.entries(query).map(([name, parameter]) => [name, describeQuery(parameter)]);
  return {
    id,
    httpMethod,
    path: pathOf(method),
    flatPath: flatPathOf(method),
    description: doc,
    parameterOrder: [resource.name],
    parameters: {
      [resource.name]: {
        type: 'string',
        location: 'path',
        required: true,
        pattern: patternOf(method),
        description: resource.doc,
      },
      ...Object.fromEntries(queries),
    },
    ...(request && { request: { $ref: request.name } }),
    response: { $ref: response.name },
    scopes: [scope],
  };
}

function describeQuery({ type, doc, choices }: QueryParameter): JsonObject {
  return { ...queryTypes[type], location: 'query', description: doc, ...(choices && describeEnum(choices)) };
}

function describeEnum({ values }: EnumType): JsonObject {
  return { enum: Object.keys(values), enumDescriptions: Object.values(values) };
}

const queryTypes: Readonly<Record<QueryParameter['type'], JsonObject>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int64: { type: 'string', format: 'int64' },
  int32: { type: 'integer', format: 'int32' },
};

function describeSchemas(routes: readonly DiscoveryMethod[]): DiscoveryDocument['schemas'] {
  const roots = routes.flatMap(({ request, response }) => (request === undefined ? [response] : [request, response]));
  return Object.fromEntries(listMessages(roots).map((message) => [message.name, describeSchema(message)]));
}

function describeSchema({ name, doc, entries }: Message): JsonObject {
  const properties = Object.fromEntries(entries.map(([field, description]) => [field, describeField(description)]));
  return { id: name, type: 'object', description: doc, properties };
}

function describeField(field: Field): JsonObject {
  const value = describeType(field.type);
  return {
    ...(field.repeated ? { type: 'array', items: value } : value),
    description: field.doc,
    ...(field.outputOnly && { readOnly: true }),
    ...(field.deprecated && { deprecated: true }),
  };
}

function describeType(type: FieldType): JsonObject {
  if (typeof type !== 'object') return scalarTypes[type];
  if (type.kind === 'message') return { $ref: type.name };
  return { type: 'string', ...describeEnum(type) };
}

const scalarTypes: Readonly<Record<ScalarType, JsonObject>> = {
  string: { type: 'string' },
  int64: { type: 'string', format: 'int64' },
  wideInt64: { type: 'string', format: 'int64' },
  int32: { type: 'integer', format: 'int32' },
  bool: { type: 'boolean' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  timestamp: { type: 'string', format: 'google-datetime' },
  any: { type: 'any' },
};
