import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Identity } from './content.ts';
import type { Header } from './row.ts';

/** What the API behind a gateway was handed. */
export interface Handed {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: string;
}

/** An API that remembers the last call and answers 200. */
export interface Upstream {
  readonly port: number;
  /** What came since it was asked last. */
  take(): readonly Handed[];
  close(): Promise<void>;
}

export async function openUpstream(): Promise<Upstream> {
  let seen: Handed[] = [];
  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    const { method = '', url: target = '', rawHeaders } = request;
    const headers = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : []));
    let body = '';
    request.setEncoding('latin1').on('data', (part: string) => (body += part));
    request.on('end', () => {
      seen.push({ method, target, headers, body });
      response.end('{"from":"the API"}');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

/** Who calls, out of the identity headers; undefined where none came. */
export function readIdentity({ headers }: Handed): Identity | undefined {
  const read = (name: string) => {
    const found = headers.find(([each]) => each.toLowerCase() === name)?.[1];
    return found === undefined || found === '' ? undefined : decodeURIComponent(found);
  };
  const app = read('x-claviger-app');
  if (app === undefined) return undefined;
  const [developer, company] = [read('x-claviger-developer'), read('x-claviger-company')];
  return { app, developer, company, product: read('x-claviger-product') };
}
