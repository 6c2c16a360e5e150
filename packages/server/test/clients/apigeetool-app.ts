import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, describe, it } from 'node:test';
import { makeDeveloper, openAppWorld, type ShownApp, type ShownCredential } from '../support/app.ts';
import { type ClientSuite, readLogin } from './suite.ts';

const client = 'apigeetool';
const organization = 'apigeetool-apps';
const email = 'tool@example.com';

type Sdk = Readonly<Record<string, (options: object) => Promise<unknown>>>;

/** apigeetool 0.16.8 from npm: its commands on apps and keys (compat/edge.md §14.1). */
export function defineApigeetoolApps({ server, recorder }: ClientSuite): void {
  const require = createRequire(import.meta.url);
  let sdk: Sdk = {};

  function call<T>(command: string, options: object = {}): Promise<T> {
    const run = sdk[command];
    assert.ok(run, command);
    const { email: username, password } = readLogin(server().adminAuth);
    const common = { baseuri: server().url, organization, username, password };
    return recorder().as(client, () => run({ ...common, ...options }) as Promise<T>);
  }

  describe('apigeetool, apps', () => {
    before(async () => {
      sdk = (require('apigeetool') as { readonly getPromiseSDK: () => Sdk }).getPromiseSDK();
      const world = openAppWorld(server, organization);
      await world.prepare();
      await makeDeveloper(server, world.root, email);
    });

    it('creates one, reads it by id, lists all', async () => {
      const made = await call<ShownApp>('createApp', { name: 'tool-app', apiProducts: 'auto,plain', email });
      assert.deepEqual(
        made.credentials[0]?.apiProducts?.map(({ apiproduct }) => apiproduct),
        ['auto', 'plain'],
      );
      assert.deepEqual(parse(await call('listApps')), [made.appId]);
      assert.partialDeepStrictEqual(parse(await call('getApp', { app: made.appId })), { name: 'tool-app' });
      await assert.rejects(call('createApp', { name: 'tool-app', apiProducts: 'auto', email }), /already exists/);
    });

    it('gives it a key of its own with products', async () => {
      const key = { key: 'apigeetool-own-key', secret: 'apigeetool-own-secret' };
      const options = { ...key, developerId: email, appName: 'tool-app', apiProducts: 'auto' };
      const made = await call<ShownCredential>('createAppKey', options);
      assert.partialDeepStrictEqual(made, { consumerKey: key.key, apiProducts: [{ apiproduct: 'auto' }] });
      await assert.rejects(call('createAppKey', options), /ConsumerKey already exists/);
    });

    it('deletes it', async () => {
      await call('deleteApp', { name: 'tool-app', email });
      await assert.rejects(call('deleteApp', { name: 'tool-app', email }), /App named tool-app does not exist under/);
    });
  });
}

/** Some of its commands give the body as it came. */
function parse(body: unknown): object {
  return (typeof body === 'string' ? JSON.parse(body) : body) as object;
}
