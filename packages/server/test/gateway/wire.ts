import { connect } from 'node:net';
import type { RowRequest } from './row.ts';

/** What came back over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case; of one that came twice, the values with `, ` between. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const patienceMilliseconds = 60_000;

/** A row's request as bytes. The connection ends with the answer, so that no row has a neighbour. */
export function writeRequest({ method, target, headers, version, body }: RowRequest): Buffer {
  const named = new Set(headers.map(([name]) => name.toLowerCase()));
  const more = [['Host', 'api.example']];
  if (!named.has('connection')) more.push(['Connection', 'close']);
  if (body !== '') more.push(['Content-Length', String(body.length)]);
  const lines = [...more, ...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${target} HTTP/${version}\r\n${lines.join('')}\r\n${body}`, 'latin1');
}

/** Sends bytes and reads one answer. A connection that is cut without one is status 0. */
export function exchange(port: number, request: Buffer): Promise<WireAnswer> {
  return new Promise((done, fail) => {
    const parts: Uint8Array[] = [];
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(request));
    const timer = setTimeout(() => {
      socket.destroy();
      fail(new Error(`no end of an answer: ${Buffer.concat(parts).toString('latin1').slice(0, 200)}`));
    }, patienceMilliseconds);
    socket.on('data', (part: Uint8Array) => parts.push(part));
    // Who refuses a request before he has read it resets the connection after his answer.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      done(readAnswer(Buffer.concat(parts).toString('latin1')));
    });
  });
}

function readAnswer(text: string): WireAnswer {
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = (end < 0 ? text : text.slice(0, end)).split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const before = headers.get(name);
    headers.set(name, (before === undefined ? '' : `${before}, `) + line.slice(colon + 1).trim());
  }
  const body = end < 0 ? '' : text.slice(end + 4);
  const chunked = headers.get('transfer-encoding') === 'chunked';
  return { status: Number(first.split(' ')[1] ?? 0), headers, body: chunked ? joinChunks(body) : body };
}

function joinChunks(body: string): string {
  let rest = body;
  let joined = '';
  for (;;) {
    const length = Number.parseInt(rest, 16);
    if (!(length > 0)) return joined;
    const start = rest.indexOf('\r\n') + 2;
    joined += rest.slice(start, start + length);
    rest = rest.slice(start + length + 2);
  }
}
