import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { parseConfig } from '../../src/config/config.ts';
import { formatToken } from '../../src/domain/token-text.ts';
import { createLogger, startServer } from '../../src/serve.ts';
import { authorizationService } from '../../src/surfaces/gateway/envoy/service.ts';
import {
  insertApp,
  insertDeveloper,
  insertProduct,
  makeCredential,
  makeRuntimeCredential,
} from '../../test/support/entity.ts';
import { nameGrpcKey } from '../support/grpc-load.ts';
import { readTask, report } from './host.ts';

/** `check`: the real server. `echo`: nothing but grpc-js, which answers so many bytes to whatever comes. */
export type GrpcTask =
  | { readonly kind: 'check'; readonly keys: number; readonly tokenBytes: string }
  | { readonly kind: 'echo'; readonly answerBytes: number };

const task = readTask<GrpcTask>();
await (task.kind === 'check' ? serveChecks(task) : serveEcho(task));

async function serveChecks({ keys, tokenBytes }: Extract<GrpcTask, { kind: 'check' }>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'claviger-bench-grpc-'));
  const settings = {
    data,
    listen: '127.0.0.1:0',
    runtimeListen: 'off',
    sqlListen: 'off',
    envoyListen: '127.0.0.1:0',
    logLevel: 'error',
  };
  const config = parseConfig({ ...settings, adminPassword: 'bench-password-0' });
  const server = await startServer(config, createLogger(config.logLevel));
  const { store, digests } = server.plane;
  const organizationId = (await store.organizations.findByName('myorg'))?.id ?? '';
  await insertProduct(store, organizationId, {
    name: 'weather',
    environments: ['prod'],
    proxies: ['weather-v1'],
    apiResources: ['/forecast/**'],
  });
  const app = await insertApp(store, await insertDeveloper(store, organizationId));
  const products = [{ name: 'weather', status: 'approved' }] as const;
  await store.write(async (t) => {
    for (let number = 0; number < keys; number++) {
      await t.credentials.insert(makeCredential(app, { consumerKey: nameGrpcKey(number), products }));
    }
    const token = formatToken('runtime', Buffer.from(tokenBytes, 'hex'));
    await t.runtimeCredentials.insert(makeRuntimeCredential(organizationId), digests.sha256Hex(token));
  });
  report(`127.0.0.1:${server.protocols.envoy?.port}`, async () => {
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });
}

async function serveEcho({ answerBytes }: Extract<GrpcTask, { kind: 'echo' }>): Promise<void> {
  const server = new Server({ 'grpc.enable_channelz': 0 });
  const answer = Buffer.alloc(answerBytes, 1);
  server.addService(authorizationService, {
    Check: (_call: unknown, callback: (error: null, answer: Buffer) => void) => callback(null, answer),
  });
  const port = await new Promise<number>((done, fail) => {
    const credentials = ServerCredentials.createInsecure();
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? fail(error) : done(bound)));
  });
  report(`127.0.0.1:${port}`, async () => server.forceShutdown());
}
