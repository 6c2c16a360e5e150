import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { redactUri } from './uri.ts';

const rank: Readonly<Record<string, number>> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, silent: 99 };

/**
 * One line a request: changes and refusals at `info`, plain reads at `debug`, failures of ours at `error`. Headers and
 * bodies are never logged; secrets in the query are masked (G9).
 */
export function logRequests(app: FastifyInstance): void {
  logEach(app, ({ method }) => (method === 'GET' ? 'debug' : 'info'));
}

/** The same where every request is a question: one that was answered is told of at `debug`. */
export function logFailures(app: FastifyInstance): void {
  logEach(app, () => 'debug');
}

/** Whether a logger takes a line for each question that was answered. */
export function tellsAnswers({ level }: { readonly level: string }): boolean {
  return rankOf('debug') >= rankOf(level);
}

function rankOf(level: string): number {
  return rank[level] ?? 0;
}

function logEach(app: FastifyInstance, levelOfSuccess: (request: FastifyRequest) => 'debug' | 'info'): void {
  app.addHook('onResponse', (request, reply, done) => {
    const status = reply.statusCode;
    const failed = status >= 400 && !isVerdict(reply);
    const failure = status >= 500 ? 'error' : 'info';
    const level = failed ? failure : levelOfSuccess(request);
    if (rankOf(level) >= rankOf(request.log.level)) {
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

/** On somebody else's call: no failure of who asked for it. */
function isVerdict(reply: FastifyReply): boolean {
  return reply.hasHeader('x-claviger-reason');
}
