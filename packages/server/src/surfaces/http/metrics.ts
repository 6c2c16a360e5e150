import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { RequestTally } from './request-tally.ts';

/** Prometheus metrics at `/metrics`. Labels name routes and statuses, never an organization or a person. */
export function serveMetrics(app: FastifyInstance): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const tally = new RequestTally();
  tally.register(registry);
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    tally.add(
      { route: request.routeOptions.url ?? 'none', method, status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
    done();
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.header('content-type', registry.contentType);
    return registry.metrics();
  });
  return registry;
}
