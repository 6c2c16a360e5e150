import { parseConfig } from '../../../src/config/config.ts';
import type { AccountCall } from '../../../src/operations/call.ts';
import { createEffects } from '../../../src/operations/effect.ts';
import { prepareFirstStart } from '../../../src/operations/first-start.ts';
import { createOrganization } from '../../../src/operations/organization.ts';
import type { Plane } from '../../../src/operations/plane.ts';
import type { Store } from '../../../src/ports/store.ts';
import { buildManagementApp, createLogger } from '../../../src/serve.ts';
import { openPlane } from '../../../src/serve-plane.ts';
import { Client } from '../support/client.ts';
import type { StorePlace } from '../support/engines.ts';
import { adminAuthorization, adminPassword } from '../support/server-process.ts';
import type { Send } from './run.ts';

/** A whole server in this process, whose parts a test may replace by faulty ones. */
export interface ModelServer extends AsyncDisposable {
  readonly plane: Plane;
  readonly send: Send;
  createOrganization(): Promise<{ readonly id: string; readonly name: string }>;
}

export async function startModelServer(
  place: StorePlace,
  wrap: (store: Store) => Store = (store) => store,
): Promise<ModelServer> {
  const { dataDirectory, store } = place;
  const config = parseConfig({
    data: dataDirectory,
    listen: '127.0.0.1:0',
    logLevel: 'silent',
    ...(store && { store }),
  });
  const log = createLogger('silent');
  const publicUrl = () => 'http://127.0.0.1';
  const real = await openPlane(config, log, publicUrl);
  const plane: Plane = { ...real, store: wrap(real.store) };
  const admin = { email: config.adminEmail, password: adminPassword };
  await prepareFirstStart(real, { admin, organization: { name: 'myorg', dialect: 'edge' } });
  const app = await buildManagementApp(plane, config, { log, publicUrl });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const client = new Client(url, { authorization: adminAuthorization });
  const account = (await real.store.accounts.list({ limit: 1 }))[0];
  if (account === undefined) throw new Error('there is no administrator');
  const request = { id: 'model', uri: '', operation: 'CREATE', responseCode: 201 } as const;
  const call: AccountCall = { account, request, effects: createEffects() };
  let organizations = 0;
  return {
    plane,
    send: (request) => client.send(request),
    createOrganization: async () => {
      organizations += 1;
      const draft = { name: `org-${organizations}`, dialect: 'edge' as const, environments: [] };
      return (await createOrganization(real, call, draft)).organization;
    },
    [Symbol.asyncDispose]: async () => {
      client.close();
      await app.close();
      await real.store.close();
    },
  };
}
