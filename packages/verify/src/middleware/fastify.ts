import type { IncomingMessage } from 'node:http';
import { type Admission, Gate, type GateCall, type GateOptions } from '../gate.ts';
import { cleanNodeRequest, cleanQuery, describeNodeCall } from './node-message.ts';

export type { Admission, GateOptions } from '../gate.ts';

/** What of Fastify's request, reply and instance is touched: Fastify itself is the application's. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
  readonly query: unknown;
  claviger?: Admission;
}

export interface FastifyReplyLike {
  code(status: number): FastifyReplyLike;
  headers(headers: Record<string, string>): FastifyReplyLike;
  send(body: string): unknown;
}

type OnRequest = (request: FastifyRequestLike, reply: FastifyReplyLike, done: () => void) => void;

/**
 * A hook for `app.addHook('onRequest', requireKey(…))`, on the whole application, a plugin or one route: it runs before
 * any body is read. `request.claviger` tells who calls.
 */
export function requireKey(options: GateOptions): OnRequest {
  const gate = new Gate(options);
  const answer = (call: GateCall, request: FastifyRequestLike, reply: FastifyReplyLike, done: () => void): void => {
    const decision = gate.decide(call);
    if ('refusal' in decision) {
      const { status, headers, body } = decision.refusal;
      reply.code(status).headers(headers).send(body);
      return;
    }
    cleanNodeRequest(request.raw, gate);
    cleanQuery(request.query, gate);
    request.claviger = decision.admission;
    done();
  };
  return (request, reply, done) => {
    // What the router took: `rewriteUrl` has changed it already.
    const call = describeNodeCall(request.raw);
    const waiting = gate.prepare(call);
    if (waiting === undefined) answer(call, request, reply, done);
    else void waiting.then(() => answer(call, request, reply, done));
  };
}
