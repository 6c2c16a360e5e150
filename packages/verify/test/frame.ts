import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { GateOptions } from '../src/index.ts';
import { type ExpressRequest, requireKey as requireKeyInExpress } from '../src/middleware/express.ts';
import { requireKey as requireKeyInFastify } from '../src/middleware/fastify.ts';
import { guard as guardFetch } from '../src/middleware/fetch.ts';
import { guard as guardNode, type NodeRequest } from '../src/middleware/node-http.ts';

const load = createRequire(import.meta.url);

/** What the API behind a gate saw, or what the gate answered in its place. */
export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What the API answers: all that it was handed, in every form in which Node and the framework hand it over. */
export interface Handed {
  readonly app: string;
  readonly organization: string;
  readonly freshness: string;
  readonly urls: readonly string[];
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: readonly string[];
  readonly raw: readonly string[];
}

export interface Call {
  readonly method?: string;
  readonly target: string;
  /** Name and value in turns. */
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** An API behind a gate, in one of the frameworks. */
export interface Frame {
  ask(call: Call): Promise<Seen>;
  close(): Promise<void>;
}

export const frames: Readonly<Record<string, (options: GateOptions) => Promise<Frame>>> = {
  'node:http': (options) => {
    return listen(
      guardNode(options, (request, response) =>
        tell(response, describe(request, [request.url ?? ''], readQuery(request.url))),
      ),
    );
  },
  'Express 4': (options) => openExpress(load('express4') as () => ExpressApp, options),
  'Express 5': (options) => openExpress(load('express') as () => ExpressApp, options),
  fastify: openFastify,
  fetch: openFetch,
};

function describe(request: NodeRequest, urls: readonly string[], query: object = {}): Handed {
  const { app } = request.claviger?.verdict ?? {};
  return {
    app: app?.name ?? '',
    organization: request.claviger?.organization ?? '',
    freshness: request.claviger?.freshness ?? '',
    urls,
    query: { ...query },
    headers: [...Object.keys(request.headers), ...Object.keys(request.headersDistinct)],
    raw: request.rawHeaders.filter((_, at) => at % 2 === 0),
  };
}

function readQuery(target = ''): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(target.split('?')[1]));
}

function tell(response: ServerResponse, handed: Handed): void {
  response.end(JSON.stringify(handed));
}

/** What of Express is used; the package has no types of its own. */
interface ExpressApp {
  (request: IncomingMessage, response: ServerResponse): void;
  use(handler: (request: ExpressRequest, response: ServerResponse, next: () => void) => void): void;
}

/** Express itself: its router reads the target, and its query, before the middleware or after it. */
function openExpress(create: () => ExpressApp, options: GateOptions): Promise<Frame> {
  const app = create();
  app.use(requireKeyInExpress(options));
  app.use((request, response) => {
    const query = { ...(request.query as object) };
    tell(response, describe(request, [request.url ?? '', request.originalUrl ?? ''], query));
  });
  return listen(app);
}

async function listen(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<Frame> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { ask: (call) => ask(server, call), close: () => close(server) };
}

async function openFastify(options: GateOptions): Promise<Frame> {
  const app = fastify({ routerOptions: { ignoreTrailingSlash: false } });
  app.addContentTypeParser('*', (_request, body, done) => body.resume().on('end', () => done(null)));
  app.addHook('onRequest', requireKeyInFastify(options));
  const answer = (request: {
    raw: NodeRequest;
    url: string;
    originalUrl: string;
    query: unknown;
    claviger?: unknown;
  }) =>
    JSON.stringify({
      ...describe(Object.assign(request.raw, { claviger: request.claviger as never }), [
        request.url,
        request.originalUrl,
      ]),
      query: request.query,
    });
  app.all('/*', (request) => answer(request as never));
  app.setNotFoundHandler((request) => answer(request as never));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { ask: (call) => ask(app.server, call), close: () => app.close() };
}

/** A fetch handler behind a real server, as adapters of such frameworks have it. */
function openFetch(options: GateOptions): Promise<Frame> {
  const handler = guardFetch(options, async (request, admission, base: string) => {
    const names = [...request.headers.keys()];
    const urls = [request.url.slice(base.length)];
    const query = Object.fromEntries(new URL(request.url).searchParams);
    const handed: Handed = { app: admission.verdict.app.name, ...admission, urls, query, headers: names, raw: names };
    return new Response(JSON.stringify({ ...handed, verdict: undefined, body: await request.text() }));
  });
  return listen((incoming, response) => void answerByFetch(incoming, response, handler));
}

async function answerByFetch(
  incoming: IncomingMessage,
  response: ServerResponse,
  handler: (request: Request, base: string) => Promise<Response>,
): Promise<void> {
  const base = 'http://api.example';
  const headers = new Headers();
  for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '');
  }
  const method = incoming.method ?? '';
  const withBody = method === 'GET' || method === 'HEAD' ? {} : { body: incoming as never, duplex: 'half' as const };
  const answer = await handler(new Request(base + incoming.url, { method, headers, ...withBody }), base);
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
}

/** Headers and target go out as they are: `fetch` would tidy them. */
function ask(server: Server, { method = 'GET', target, headers = [], body }: Call): Promise<Seen> {
  const { port } = server.address() as AddressInfo;
  const sent = ['host', 'api.example', ...headers, ...(body === undefined ? [] : ['content-length', `${body.length}`])];
  return new Promise((done, fail) => {
    const request = send({ port, host: '127.0.0.1', method, path: target, headers: sent, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.on('error', fail).end(body);
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
