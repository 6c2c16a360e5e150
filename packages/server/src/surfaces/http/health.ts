import type { FastifyInstance } from 'fastify';
import type { Plane } from '../../operations/plane.ts';

/** `/healthz`: the process lives. `/readyz`: it can answer, which takes a store that can be written. */
export function serveHealth(app: FastifyInstance, plane: Plane): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (request, reply) => {
    try {
      await plane.store.check();
      return { status: 'ready' };
    } catch (error) {
      request.log.warn({ err: error }, 'not ready: the store does not answer');
      return reply.code(503).header('retry-after', '1').send({ status: 'store unavailable' });
    }
  });
}
