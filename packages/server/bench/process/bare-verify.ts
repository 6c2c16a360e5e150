import { hash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nameKnownKey } from '../support/seed-key.ts';
import { verifyPath } from '../support/traffic.ts';
import { readTask, report } from './host.ts';

/**
 * What `verify.http` is held against. `by-hand`: the same credential check, lookup and decision over maps, as one would
 * write them for these keys alone. `echo`: the same bytes each time, whatever is asked.
 */
export interface BareVerifyTask {
  readonly kind: 'by-hand' | 'echo';
  readonly token: string;
  readonly keys: number;
  /** An answer of the real server. */
  readonly answer: string;
}

interface Answer {
  readonly allowed: true;
  readonly app: { readonly id: string };
}

interface Held {
  readonly status: string;
  readonly expiresAt: number;
  readonly appStatus: string;
  readonly developerStatus: string;
  readonly products: readonly { readonly name: string; readonly status: string }[];
  readonly answer: Answer;
}

const { kind, token, keys, answer: sample } = readTask<BareVerifyTask>();
const lookupKey = 'l'.repeat(43);
const credentials = new Map([[hash('sha256', token, 'hex'), { organization: 'bench' }]]);
const products = new Map([
  [
    'weather',
    { environments: new Set(['test', 'prod']), proxies: new Set(['weather-v1', 'maps-v2']), paths: ['/forecast/**'] },
  ],
]);
const held = new Map<string, Held>();
const parsed = JSON.parse(sample) as Answer;
for (let number = 0; number < keys; number++) {
  const answer = { ...parsed, app: { ...parsed.app, id: randomUUID() } };
  held.set(hash('sha256', lookupKey + nameKnownKey(number), 'hex'), {
    status: 'approved',
    expiresAt: 0,
    appStatus: 'approved',
    developerStatus: 'active',
    products: [{ name: 'weather', status: 'approved' }],
    answer,
  });
}

interface Question {
  readonly key: string;
  readonly environment: string;
  readonly proxy: string;
  readonly path: string;
}

/** Undefined: refused. */
function decide({ key, environment, proxy, path }: Question): Answer | undefined {
  const found = held.get(hash('sha256', lookupKey + key, 'hex'));
  if (found === undefined || found.status !== 'approved') return undefined;
  if (found.expiresAt !== 0 && found.expiresAt <= Date.now()) return undefined;
  if (found.appStatus !== 'approved' || found.developerStatus !== 'active') return undefined;
  if (/\/\/|\/\.|%|\\|;/.test(path)) return undefined;
  for (const { name, status } of found.products) {
    const product = status === 'approved' ? products.get(name) : undefined;
    if (product === undefined || !product.environments.has(environment) || !product.proxies.has(proxy)) continue;
    if (product.paths.some((each) => path.startsWith(each.slice(0, -2)))) return found.answer;
  }
  return undefined;
}

function answerByHand(request: IncomingMessage, response: ServerResponse): void {
  const { authorization } = request.headers;
  const presented = authorization?.startsWith('Bearer ') ? authorization.slice(7) : '';
  if (!credentials.has(hash('sha256', presented, 'hex')) || request.url !== verifyPath) {
    response.writeHead(401).end();
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const answer = decide(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Question);
    send(response, answer === undefined ? 403 : 200, JSON.stringify(answer ?? { allowed: false }));
  });
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'x-request-id': randomUUID(),
    'cache-control': 'no-store',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

const server = createServer(kind === 'by-hand' ? answerByHand : (_request, response) => send(response, 200, sample));
server.listen(0, '127.0.0.1', () => {
  report(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
    server.close();
    server.closeAllConnections();
  });
});
