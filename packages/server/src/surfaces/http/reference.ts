import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { contentSecurityPolicy, favicon, script, stylesheet, wordmark } from './reference-look.ts';
import type { ServedSurface } from './surface.ts';

export interface ReferencedSurface extends ServedSurface {
  /** Part of the file name: `/openapi/edge.json`. */
  readonly name: string;
  readonly title: string;
}

/**
 * The OpenAPI documents, and a page at `/docs` on which each call can be made against this very server. All of it is
 * served from here; the page loads nothing from elsewhere.
 */
export async function serveReference(app: FastifyInstance, surfaces: readonly ReferencedSurface[]): Promise<void> {
  for (const surface of surfaces) {
    app.get(`/openapi/${surface.name}.json`, { schema: { hide: true } }, async () => surface.document());
  }
  await app.register(async (scope) => {
    // The page wants a document in its own scope, and shows the ones that `urls` names.
    await scope.register(swagger);
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: contentSecurityPolicy,
      logo: { type: 'image/svg+xml', content: wordmark, href: '/docs' },
      uiConfig: {
        urls: surfaces.map(({ name, title }) => ({ url: `/openapi/${name}.json`, name: title })),
        layout: 'StandaloneLayout',
        deepLinking: true,
        docExpansion: 'list',
        displayRequestDuration: true,
        tryItOutEnabled: true,
      },
      theme: {
        title: 'Claviger API reference',
        favicon: [{ filename: 'key.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: favicon }],
        css: [{ filename: 'dark.css', content: stylesheet }],
        js: [{ filename: 'names.js', content: script }],
      },
    });
  });
}
