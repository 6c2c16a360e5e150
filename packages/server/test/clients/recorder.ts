import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** One kind of call that a client made. */
export interface Row {
  readonly client: string;
  readonly method: string;
  /** What was called, with names of parameters in place of values: `/v1/o/{org}/developers/{developer}?action=active`. */
  readonly path: string;
  readonly status: number;
}

/** Listens in on a server of this process. */
export interface Recorder extends Disposable {
  /** Counts whatever is called meanwhile to this client. */
  as<T>(client: string, work: () => Promise<T>): Promise<T>;
  /** Each kind of call once, in the order of the first. Waits for answers under way. What no client made is not here. */
  rows(): Promise<readonly Row[]>;
}

interface ServerEvent {
  readonly request: IncomingMessage & { readonly originalUrl?: string };
  readonly response: ServerResponse;
}

/**
 * Node tells of each request that a server of this process takes: nothing stands between client and server, and
 * neither is altered.
 * @param url of the server, whose port tells its requests from those of others
 */
export function openRecorder(url: string): Recorder {
  const port = Number(new URL(url).port);
  const started = new Map<IncomingMessage, string>();
  const rows = new Map<string, Row>();
  let client: string | undefined;
  const start = (message: unknown) => {
    const { request, response } = message as ServerEvent;
    if (client === undefined || request.socket.localPort !== port) return;
    started.set(request, client);
    // Also where the client went away before the answer was through.
    response.once('close', () => started.delete(request));
  };
  const finish = (message: unknown) => {
    const { request, response } = message as ServerEvent;
    const by = started.get(request);
    if (by === undefined) return;
    const path = describePath(request.originalUrl ?? request.url ?? '/');
    const row = { client: by, method: request.method ?? '', path, status: response.statusCode };
    rows.set(JSON.stringify(row), row);
  };
  subscribe('http.server.request.start', start);
  subscribe('http.server.response.finish', finish);
  return {
    async as(name, work) {
      const before = client;
      client = name;
      try {
        return await work();
      } finally {
        client = before;
      }
    },
    async rows() {
      while (started.size > 0) await new Promise(setImmediate);
      return [...rows.values()];
    },
    [Symbol.dispose]() {
      unsubscribe('http.server.request.start', start);
      unsubscribe('http.server.response.finish', finish);
    },
  };
}

/** What the segment after a collection names. */
export const names: Readonly<Record<string, string>> = {
  o: '{org}',
  organizations: '{org}',
  environments: '{environment}',
  developers: '{developer}',
  companies: '{company}',
  appgroups: '{appgroup}',
  apps: '{app}',
  keys: '{key}',
  apiproducts: '{product}',
  attributes: '{attribute}',
  rateplans: '{rateplan}',
  subscriptions: '{subscription}',
  userroles: '{role}',
  users: '{user}',
};

/** The path with names in place of values, and the query's names in order; of values only an action's is told. */
export function describePath(target: string): string {
  const url = new URL(target, 'http://server');
  const segments = url.pathname.split('/');
  const path = segments.map((segment, at) => {
    const verb = segment === '' || segment === 'create';
    const name = verb ? undefined : names[segments[at - 1] ?? ''];
    return name === undefined ? segment : name + (/:[A-Za-z]+$/.exec(segment)?.[0] ?? '');
  });
  const query = [...url.searchParams].map(([name, value]) => (name === 'action' ? `action=${value}` : name)).sort();
  return path.join('/') + (query.length === 0 ? '' : `?${query.join('&')}`);
}
