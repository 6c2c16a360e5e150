import type { FastifyInstance } from 'fastify';
import type { Plane } from '../../operations/plane.ts';
import type { Verifier } from '../../ports/verifier.ts';
import type { SqlTally } from './sql-metrics.ts';

/** A readiness check writes to the store; who asks more often than this gets the last answer. */
const checkIntervalMilliseconds = 1000;

/**
 * `/healthz`: the process lives. `/readyz`: it can answer, which takes a store that can be written, and that SQL clients
 * are let in where they are to be; `sql` says whether they are.
 */
export function serveHealth(app: FastifyInstance, plane: Plane, sql?: Pick<SqlTally, 'state'>): void {
  const isReady = createReadiness(plane);
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const isStarting = sql?.state === 'starting';
    if (!isStarting && (await isReady())) return { status: 'ready', sql: sql?.state };
    const status = isStarting ? 'sql starting' : 'store unavailable';
    return reply.code(503).header('retry-after', '1').send({ status });
  });
}

/** The same of the runtime listener, which goes on while the store is away, for as long as what is held is fresh. */
export function serveVerifierHealth(app: FastifyInstance, verifier: Verifier): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    if (verifier.state().fresh) return { status: 'ready' };
    return reply.code(503).header('retry-after', '1').send({ status: 'verifier stale' });
  });
}

function createReadiness(plane: Plane): () => Promise<boolean> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let last = Promise.resolve(false);
  return () => {
    const now = plane.clock.monotonic();
    if (now - askedAt >= checkIntervalMilliseconds) {
      askedAt = now;
      last = checkStore(plane);
    }
    return last;
  };
}

async function checkStore({ store, log }: Plane): Promise<boolean> {
  try {
    await store.check();
    return true;
  } catch (error) {
    log.warn({ err: error }, 'not ready: the store does not answer');
    return false;
  }
}
