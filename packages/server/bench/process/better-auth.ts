import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { nameKnownKey } from '../support/seed-key.ts';
import { readTask, report } from './host.ts';

/** Verifies keys with better-auth's own plugin, over SQLite, behind the same credential check. */
export interface BetterAuthTask {
  readonly file: string;
  readonly token: string;
  readonly keys: number;
  readonly configuration: object;
}

const { file, token, keys, configuration } = readTask<BetterAuthTask>();
const database = new DatabaseSync(file);
database.exec('pragma journal_mode = wal; pragma synchronous = off');
let made = 0;
const auth = betterAuth({
  database,
  secret: 'a secret of the bench that is long enough',
  baseURL: 'http://127.0.0.1',
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  plugins: [apiKey({ ...configuration, customKeyGenerator: () => nameKnownKey(made++) })],
});
await (await getMigrations(auth.options)).runMigrations();
const context = await auth.$context;
const ann = { email: 'ann@example.com', name: 'Ann', emailVerified: true };
const user = await context.internalAdapter.createUser(ann, { method: 'email-password' });
for (let number = 0; number < keys; number++) {
  await auth.api.createApiKey({ body: { userId: user.id, name: `key ${number}` } });
}
database.exec('pragma synchronous = full');
const credentials = new Set([hash('sha256', token, 'hex')]);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const presented = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { key } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { key: string };
  const verdict = credentials.has(hash('sha256', presented, 'hex')) && (await auth.api.verifyApiKey({ body: { key } }));
  const body = JSON.stringify(verdict);
  const status = verdict !== false && verdict.valid ? 200 : 403;
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.writeHead(500).end());
});
server.listen(0, '127.0.0.1', () => {
  report(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
    server.close();
    server.closeAllConnections();
    database.close();
  });
});
