import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';

export interface DocumentFacts {
  readonly prefix: string;
  readonly title: string;
  readonly description: string;
}

const version = '0.1.0';

/** Collects the scope's routes into an OpenAPI 3.1 document. Call before the routes are added. */
export async function describeSurface(scope: FastifyInstance, facts: DocumentFacts): Promise<() => object> {
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
      components: {
        securitySchemes: {
          basic: { type: 'http', scheme: 'basic', description: 'E-mail and password of an account.' },
          bearer: { type: 'http', scheme: 'bearer', description: 'A token from /oauth/token or `claviger token`.' },
        },
      },
      security: [{ basic: [] }, { bearer: [] }],
    },
    stripBasePath: false,
    transform: ({ schema, url, route }) => {
      const body = route.config?.describedBody;
      return { schema: { ...schema, ...(body === undefined ? undefined : { body }) }, url: url.slice(root.length) };
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json['$id'] ?? `schema-${index}`) },
  });
  return () => scope.swagger();
}
