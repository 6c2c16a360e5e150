import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission, Gate, GateCall, Refusal } from '../gate.ts';

/** A request of node:http, and of all that is built on it. */
export type NodeRequest = IncomingMessage & {
  /** What the gate knows of the call. Nobody but the gate can set it. */
  claviger?: Admission;
};

/** @param target what the framework chooses the API by */
export function describeNodeCall(request: NodeRequest, target = request.url ?? ''): GateCall {
  const { rawHeaders } = request;
  return {
    // Node drops the second of some headers and joins others: only the raw list has all that came.
    headerValues: (name) => rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name),
    target,
    method: request.method ?? '',
  };
}

/** Takes out of a request what the API behind it must not see, wherever Node keeps it. */
export function cleanNodeRequest(request: NodeRequest, gate: Gate): void {
  const { rawHeaders } = request;
  const kept: string[] = [];
  const dropped = new Set<string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at], rawHeaders[at + 1]];
    if (gate.keepsHeader(name, value)) kept.push(name, value);
    else dropped.add(name.toLowerCase());
  }
  if (dropped.size > 0) {
    // Read before the raw list is cut: Node makes these out of it when they are asked for, and counts on its length.
    const { headers } = request;
    // HTTP/2 has no such list.
    const distinct: NodeJS.Dict<string[]> | undefined = request.headersDistinct;
    for (const name of dropped) {
      delete headers[name];
      delete distinct?.[name];
    }
    rawHeaders.splice(0, rawHeaders.length, ...kept);
  }
  if (request.url !== undefined) request.url = gate.passTarget(request.url);
}

/** Out of a query that a framework has read before the gate was asked. */
export function cleanQuery(query: unknown, gate: Gate): void {
  if (typeof query !== 'object' || query === null) return;
  for (const name of gate.parameters) delete (query as Record<string, unknown>)[name];
}

export function sendRefusal(response: ServerResponse, { status, headers, body }: Refusal): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
