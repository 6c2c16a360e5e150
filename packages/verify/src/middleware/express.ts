import type { ServerResponse } from 'node:http';
import { Gate, type GateCall, type GateOptions } from '../gate.ts';
import { cleanNodeRequest, cleanQuery, describeNodeCall, type NodeRequest, sendRefusal } from './node-message.ts';

export type { Admission, GateOptions } from '../gate.ts';

/** What of Express's request is touched. */
export type ExpressRequest = NodeRequest & {
  /** Where the router is mounted that asks: cut off `url`. */
  readonly baseUrl?: string;
  /** The target as it was sent. */
  originalUrl?: string;
  /** Express 4 has read it before a middleware is asked. */
  readonly query?: unknown;
};

export type ExpressMiddleware = (request: ExpressRequest, response: ServerResponse, next: () => void) => void;

/**
 * A middleware for Express 4 and 5. The whole target is checked, wherever it is mounted: `basePath` says where the API
 * begins. `request.claviger` tells who calls.
 */
export function requireKey(options: GateOptions): ExpressMiddleware {
  const gate = new Gate(options);
  const answer = (call: GateCall, request: ExpressRequest, response: ServerResponse, next: () => void): void => {
    const decision = gate.decide(call);
    if ('refusal' in decision) {
      sendRefusal(response, decision.refusal);
      return;
    }
    cleanNodeRequest(request, gate);
    if (request.originalUrl !== undefined) request.originalUrl = gate.passTarget(request.originalUrl);
    cleanQuery(request.query, gate);
    request.claviger = decision.admission;
    next();
  };
  return (request, response, next) => {
    const call = describeNodeCall(request, routedTarget(request));
    const waiting = gate.prepare(call);
    if (waiting === undefined) answer(call, request, response, next);
    else void waiting.then(() => answer(call, request, response, next));
  };
}

/** What the routes behind are chosen by: a middleware before may have rewritten what was sent. */
function routedTarget({ baseUrl = '', url = '', originalUrl }: ExpressRequest): string {
  // Express puts a slash where nothing is left of the path.
  if (originalUrl?.startsWith(baseUrl) && url === `/${originalUrl.slice(baseUrl.length)}`) return originalUrl;
  return baseUrl + url;
}
