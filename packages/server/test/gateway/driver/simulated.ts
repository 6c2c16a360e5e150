import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Header, Setup } from '../row.ts';

/** A request on its way through a gateway. */
export interface Message {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: string;
}

/** What a gateway does with a request: asks, passes on, or answers. */
export type Pass = (call: Message) => Promise<Answered>;

/** A gateway of which no package is at hand, as its documents say that it behaves: on a port for each setup. */
export async function openSimulated(passes: ReadonlyMap<Setup, Pass>): Promise<{
  readonly ports: ReadonlyMap<Setup, number>;
  close(): Promise<void>;
}> {
  const ports = new Map<Setup, number>();
  const servers = await Promise.all(
    [...passes].map(async ([setup, pass]) => {
      const server = createServer((request, response) => void serve(pass, request, response));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      ports.set(setup, (server.address() as AddressInfo).port);
      return server;
    }),
  );
  const close = async () => {
    for (const server of servers) server.closeAllConnections();
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  };
  return { ports, close };
}

async function serve(pass: Pass, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url: target = '' } = request;
  try {
    const sent = await readBody(request);
    const { status, headers, body } = await pass({ method, target, headers: listHeaders(request), body: sent });
    const kept = headers.filter(([name]) => !/^(?:connection|keep-alive|transfer-encoding)$/i.test(name));
    response.writeHead(status, kept.flat()).end(body);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request.setEncoding('latin1')) body += part;
  return body;
}

function listHeaders({ rawHeaders }: IncomingMessage): Header[] {
  return rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : []));
}

/** Sends a request on as it is. */
export function forward(port: number, { method, target, headers, body: sent }: Message): Promise<Answered> {
  return new Promise((done, fail) => {
    const options = { port, host: '127.0.0.1', method, path: target, headers: headers.flat(), agent: false };
    const request = send(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: listHeaders(response), body }));
    });
    request.on('error', fail).end(sent, 'latin1');
  });
}

/** Without a header, in any letters. */
export function without(headers: readonly Header[], ...names: readonly string[]): Header[] {
  const gone = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter(([name]) => !gone.has(name.toLowerCase()));
}
