import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, describe, it } from 'node:test';
import { openAppWorld, type ShownApp, type ShownCredential } from '../support/app.ts';
import { type ClientSuite, readLogin } from './suite.ts';

const organization = 'clients-once';
const email = 'ann@example.com';

type Call<T> = (options: object) => Promise<T>;
interface Library {
  readonly apigee: {
    connect(options: object): Promise<{
      readonly developerapps: {
        readonly create: Call<ShownApp>;
        readonly get: Call<ShownApp>;
        readonly update: Call<ShownApp>;
      };
      readonly appcredentials: { readonly add: Call<ShownCredential>; readonly get: Call<ShownCredential> };
    }>;
  };
}
type Sdk = Readonly<Record<string, Call<unknown>>>;

/** Clients that know of no such thing, against an organization that shows secrets once. */
export function defineShownOnce({ server, recorder }: ClientSuite): void {
  const require = createRequire(import.meta.url);
  const secretsOf = ({ credentials }: ShownApp) => credentials.map(({ consumerSecret }) => consumerSecret);

  describe('an organization that shows secrets once, and clients', () => {
    before(async () => {
      await openAppWorld(server, organization).prepare();
      const json = { secretsShownOnce: true };
      const answer = await server().request('PUT', `/claviger/v1/organizations/${organization}`, { json });
      assert.equal(answer.status, 200);
    });

    it('apigeetool makes an app and a key, and reads and deletes them', async () => {
      const sdk = (require('apigeetool') as { readonly getPromiseSDK: () => Sdk }).getPromiseSDK();
      const { email: username, password } = readLogin(server().adminAuth);
      const call = <T>(command: string, options: object): Promise<T> => {
        const all = { baseuri: server().url, organization, username, password, ...options };
        return recorder().as('apigeetool', () => sdk[command]?.(all) as Promise<T>);
      };
      const made = await call<ShownApp>('createApp', { name: 'tool', apiProducts: 'auto', email });
      assert.ok((secretsOf(made)[0] ?? '').length > 0);
      const read = await call<ShownApp | string>('getApp', { app: made.appId });
      const shown = (typeof read === 'string' ? JSON.parse(read) : read) as ShownApp;
      assert.deepEqual(
        [shown.credentials[0]?.consumerKey, ...secretsOf(shown)],
        [made.credentials[0]?.consumerKey, undefined],
      );
      const own = { key: 'once-own-key', secret: 'once-own-secret', developerId: email, appName: 'tool' };
      // Its last call adds the products, and that one tells no secret any more.
      const key = await call<ShownCredential>('createAppKey', { ...own, apiProducts: 'auto' });
      assert.deepEqual(
        [key.consumerKey, key.apiProducts],
        ['once-own-key', [{ apiproduct: 'auto', status: 'approved' }]],
      );
      await call('deleteApp', { name: 'tool', email });
    });

    it('apigee-edge-js makes an app, reads it, sends back what it read, and adds a key', async () => {
      const { email: user, password } = readLogin(server().adminAuth);
      const options = { mgmtServer: server().url, org: organization, user, password, no_token: true };
      const drive = <T>(work: () => Promise<T>): Promise<T> => recorder().as('apigee-edge-js', work);
      const { apigee } = require('apigee-edge-js') as Library;
      const org = await drive(() => apigee.connect(options));
      const app = { developerEmail: email, name: 'js' };
      const made = await drive(() => org.developerapps.create({ ...app, apiProduct: 'auto' }));
      assert.ok((secretsOf(made)[0] ?? '').length > 0);
      assert.deepEqual(secretsOf(await drive(() => org.developerapps.get(app))), [undefined]);
      const updated = await drive(() => org.developerapps.update({ ...app, attributes: { a: '1' } }));
      assert.deepEqual(secretsOf(updated), [undefined]);
      const key = { developerEmail: email, appName: 'js', clientId: 'once-js-key' };
      await drive(() => org.appcredentials.add({ ...key, clientSecret: 'once-js-secret', apiProduct: 'auto' }));
      const read = await drive(() =>
        org.appcredentials.get({ developerEmail: email, appName: 'js', key: 'once-js-key' }),
      );
      assert.deepEqual([read.consumerKey, read.consumerSecret], ['once-js-key', undefined]);
    });
  });
}
