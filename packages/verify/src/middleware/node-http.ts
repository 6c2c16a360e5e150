import type { ServerResponse } from 'node:http';
import { type Admission, Gate, type GateCall, type GateOptions } from '../gate.ts';
import { cleanNodeRequest, describeNodeCall, type NodeRequest, sendRefusal } from './node-message.ts';

export type { Admission, GateOptions } from '../gate.ts';
export type { NodeRequest } from './node-message.ts';

/** A listener of `node:http` that is told who calls. */
export type GuardedListener = (request: NodeRequest, response: ServerResponse, admission: Admission) => unknown;

/**
 * A listener for `createServer` that hands on calls with a key that may make them, and answers all others as Apigee
 * does. `request.claviger` tells the same as the third argument.
 */
export function guard(options: GateOptions, listener: GuardedListener) {
  const gate = new Gate(options);
  const answer = (call: GateCall, request: NodeRequest, response: ServerResponse): void => {
    const decision = gate.decide(call);
    if ('refusal' in decision) {
      sendRefusal(response, decision.refusal);
      return;
    }
    cleanNodeRequest(request, gate);
    request.claviger = decision.admission;
    listener(request, response, decision.admission);
  };
  return (request: NodeRequest, response: ServerResponse): void => {
    const call = describeNodeCall(request);
    const waiting = gate.prepare(call);
    if (waiting === undefined) answer(call, request, response);
    else void waiting.then(() => answer(call, request, response));
  };
}
