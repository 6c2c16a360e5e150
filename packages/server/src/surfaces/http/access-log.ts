import type { FastifyInstance } from 'fastify';
import { redactUri } from './uri.ts';

const rank: Readonly<Record<string, number>> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, silent: 99 };

/**
 * One line a request: changes and refusals at `info`, plain reads at `debug`, failures of ours at `error`. Headers and
 * bodies are never logged; secrets in the query are masked (G9).
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const status = reply.statusCode;
    const level = status >= 500 ? 'error' : status >= 400 || request.method !== 'GET' ? 'info' : 'debug';
    if ((rank[level] ?? 0) >= (rank[request.log.level] ?? 0)) {
      const facts = {
        reqId: request.id,
        method: request.method,
        uri: redactUri(request.originalUrl),
        status,
        ms: Math.round(reply.elapsedTime * 100) / 100,
        account: request.account?.email,
        address: request.ip,
      };
      request.log[level](facts, 'request');
    }
    done();
  });
}
