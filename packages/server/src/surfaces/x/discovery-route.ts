import type { FastifyInstance } from 'fastify';
import { buildDiscovery } from './discovery.ts';
import { xSurface } from './surface.ts';

/** Where Google's clients look for the document (compat/x.md §3, "Cheap wins"). */
const paths = ['/$discovery/rest', '/discovery/v1/apis/apigee/v1/rest', '/x/$discovery/rest'];

/** The discovery document: just what is served, under our own root URL. */
export function serveDiscovery(app: FastifyInstance, publicUrl: () => string): void {
  for (const path of paths) {
    app.get(path, { schema: { hide: true } }, async (request, reply) => {
      const { version } = request.query as { readonly version?: unknown };
      if (version !== undefined && version !== 'v1') {
        return reply.code(404).send({ error: { code: 404, message: 'The only version is v1.', status: 'NOT_FOUND' } });
      }
      const routes = xSurface.routes.flatMap(({ described }) => (described?.unlisted ? [] : (described ?? [])));
      return buildDiscovery({ rootUrl: `${publicUrl()}/x/`, routes });
    });
  }
}
