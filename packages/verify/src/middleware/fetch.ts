import { type Admission, Gate, type GateCall, type GateOptions } from '../gate.ts';

export type { Admission, GateOptions } from '../gate.ts';

/** A handler as Hono, Deno, Bun and edge workers have it, that is told who calls. */
export type GuardedHandler<Rest extends readonly unknown[]> = (
  request: Request,
  admission: Admission,
  ...rest: Rest
) => Response | Promise<Response>;

/**
 * A handler that hands on calls with a key that may make them, and answers all others as Apigee does. What it is handed
 * is a new request wherever something had to be taken out. `rest` is handed on as it is.
 */
export function guard<Rest extends readonly unknown[]>(options: GateOptions, handler: GuardedHandler<Rest>) {
  const gate = new Gate(options);
  return async (request: Request, ...rest: Rest): Promise<Response> => {
    const call = describeCall(request);
    await gate.prepare(call);
    const decision = gate.decide(call);
    if ('admission' in decision) return handler(cleanRequest(request, gate), decision.admission, ...rest);
    const { status, headers, body } = decision.refusal;
    return new Response(request.method === 'HEAD' ? null : body, { status, headers });
  };
}

/**
 * A `Request` has resolved dots in its path before anybody sees it, and its handler sees the same. A fragment, which the
 * handler sees as well, is refused as any other middleware refuses it.
 */
function describeCall(request: Request): GateCall {
  const { pathname, search, hash } = new URL(request.url);
  return {
    headerValues: (name) => {
      const value = request.headers.get(name);
      return value === null ? [] : [value];
    },
    target: pathname + search + hash,
    method: request.method,
  };
}

function cleanRequest(request: Request, gate: Gate): Request {
  const { origin, pathname, search } = new URL(request.url);
  const target = gate.passTarget(pathname + search);
  const dropped = [...request.headers].filter(([name, value]) => !gate.keepsHeader(name, value));
  if (dropped.length === 0 && target === pathname + search) return request;
  const passed = new Request(origin + target, request);
  for (const [name] of dropped) passed.headers.delete(name);
  return passed;
}
