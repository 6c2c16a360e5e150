import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';

export interface DocumentFacts {
  readonly prefix: string;
  readonly title: string;
  readonly description: string;
  /** Absent: what accounts sign in with. */
  readonly securitySchemes?: SecuritySchemes | undefined;
  /** Headers of successful answers to calls that change something. Absent: no call does. */
  readonly effectHeaders?: HeaderDescriptions | undefined;
}

/** What headers say, by their names. */
export type HeaderDescriptions = Readonly<Record<string, string>>;

export type SecuritySchemes = Readonly<Record<string, { type: 'http'; scheme: string; description: string }>>;

const ofAccounts: SecuritySchemes = {
  basic: { type: 'http', scheme: 'basic', description: 'E-mail and password of an account.' },
  bearer: { type: 'http', scheme: 'bearer', description: 'A token from /oauth/token or `claviger token`.' },
};

const version = '0.1.0';

/** Collects the scope's routes into an OpenAPI 3.1 document. Call before the routes are added. */
export async function describeSurface(scope: FastifyInstance, facts: DocumentFacts): Promise<() => object> {
  const securitySchemes = facts.securitySchemes ?? ofAccounts;
  const root = facts.prefix.replace(/\/v1$/, '');
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: facts.title,
        description: facts.description,
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: root === '' ? '/' : root }],
      components: { securitySchemes, ...(facts.effectHeaders && { headers: describeHeaders(facts.effectHeaders) }) },
      security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
    },
    stripBasePath: false,
    transform: ({ schema, url, route }) => {
      const body = route.config?.describedBody;
      const described = { ...schema, ...(body === undefined ? undefined : { body }) };
      return nameWildcard(described, url.slice(root.length));
    },
    transformObject: (document) => {
      const described = 'openapiObject' in document ? document.openapiObject : document.swaggerObject;
      if (facts.effectHeaders !== undefined) addHeaders(described as Described, Object.keys(facts.effectHeaders));
      return described;
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json['$id'] ?? `schema-${index}`) },
  });
  return () => scope.swagger();
}

function describeHeaders(descriptions: HeaderDescriptions) {
  const described = Object.entries(descriptions).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' as const } },
  ]);
  return Object.fromEntries(described);
}

interface Described {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, { responses?: Readonly<Record<string, object>> }>>>>;
}

/** To the successes of whatever is no GET: each refers to the one description. */
function addHeaders({ paths = {} }: Described, names: readonly string[]): void {
  const headers = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
  for (const operations of Object.values(paths)) {
    for (const [method, { responses = {} }] of Object.entries(operations)) {
      if (method === 'get' || method === 'head') continue;
      for (const [status, response] of Object.entries(responses)) {
        if (status.startsWith('2')) Object.assign(response, { headers });
      }
    }
  }
}

/** OpenAPI has no word for the rest of a path: it is shown as a parameter, which holds slashes here. */
function nameWildcard(schema: FastifySchema, url: string): { schema: FastifySchema; url: string } {
  const params = schema.params as { properties: Record<string, unknown> } | undefined;
  if (!url.endsWith('/*') || params === undefined) return { schema, url };
  const { '*': rest, ...properties } = params.properties;
  const named = {
    ...params,
    properties: { ...properties, resource: rest },
    required: [...Object.keys(properties), 'resource'],
  };
  return { schema: { ...schema, params: named }, url: `${url.slice(0, -1)}:resource` };
}
