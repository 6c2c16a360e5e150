import type { IncomingMessage, RequestListener } from 'node:http';
import { type ForwardAdapter, forwardAdapters } from './adapter.ts';

/** What stands on the request line of a gateway that asks about a call. */
export interface ForwardNote {
  readonly adapter: ForwardAdapter;
  /** The options, as they stand in the path. */
  readonly options: string;
  /** The call's own target, where the gateway puts it behind the options. */
  readonly rest: string;
  /** Of the gateway's request; of Envoy, the call's own. */
  readonly method: string;
}

const noted = Symbol('note of the door for gateways');
type Noted = IncomingMessage & { [noted]?: ForwardNote };

/** Undefined where a request did not come through the door. */
export function readForwardNote(request: IncomingMessage): ForwardNote | undefined {
  return (request as Noted)[noted];
}

const prefix = '/claviger/v1/gateway/';
const byName = new Map<string, ForwardAdapter>(Object.entries(forwardAdapters));

/**
 * Stands before the router, which would read what is the client's of such a request: its path, of any bytes and length,
 * its query and its method. All of it goes into the note; the router, and the log of requests, see a `GET` of the
 * adapter alone.
 */
export function openForwardDoor(route: RequestListener): RequestListener {
  return (request, response) => {
    const { url = '', method = '' } = request;
    const note = url.startsWith(prefix) ? readNote(url, method) : undefined;
    if (note !== undefined) {
      Object.assign(request, { [noted]: note, url: `${prefix}${note.adapter.name}/options`, method: 'GET' });
    }
    route(request, response);
  };
}

/** What stands between the options and the call's target. */
const callMark = '&call=';

function readNote(url: string, method: string): ForwardNote | undefined {
  const slash = url.indexOf('/', prefix.length);
  const adapter = byName.get(url.slice(prefix.length, Math.max(prefix.length, slash)));
  if (adapter === undefined) return undefined;
  if (adapter.told === undefined) {
    // The first is the operator's: what a client says comes behind it.
    const mark = url.indexOf(callMark, slash);
    if (mark >= 0)
      return { adapter, options: url.slice(slash + 1, mark), rest: url.slice(mark + callMark.length), method };
  }
  // Some gateways put the client's query behind the path that they are told to ask.
  const end = url.indexOf('?', slash);
  return { adapter, options: url.slice(slash + 1, end < 0 ? url.length : end), rest: '', method };
}
