import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { google } from 'googleapis';
import { openAppWorld, type ShownApp, type ShownCredential } from '../support/app.ts';
import { type ClientSuite, grantToken, readLogin } from './suite.ts';

const client = 'googleapis';
const organization = 'google-node-apps';
const parent = `organizations/${organization}`;
const developer = `${parent}/developers/ann@example.com`;

type Method = (
  parameters: Readonly<Record<string, unknown>>,
) => Promise<{ readonly status: number; readonly data: unknown }>;
type Methods<N extends string> = Readonly<Record<N, Method>>;

/** What the client makes out of our discovery document. */
interface Apps extends Methods<'list' | 'create' | 'get' | 'update' | 'delete'> {
  readonly generateKeyPairOrUpdateDeveloperAppStatus: Method;
  readonly attributes: Method & Methods<'list' | 'get' | 'updateDeveloperAppAttribute' | 'delete'>;
  readonly keys: Methods<'get' | 'delete' | 'updateDeveloperAppKey' | 'replaceDeveloperAppKey'> & {
    readonly create: Method & Methods<'create'>;
    readonly apiproducts: Methods<'updateDeveloperAppKeyApiProduct' | 'delete'>;
  };
}

interface Apigee {
  readonly organizations: {
    readonly apps: Methods<'list' | 'get'>;
    readonly developers: { readonly apps: Apps };
  };
}

/** googleapis 188.0.0 through every method of developers' apps and of the organization's (compat/x.md §3). */
export function defineGoogleapisApps({ server, recorder }: ClientSuite): void {
  let apigee: Apigee;
  let app: ShownApp;
  let name = '';
  const apps = () => apigee.organizations.developers.apps;
  const drive = <T>(work: () => Promise<T>): Promise<T> => recorder().as(client, work);
  const run = async <T>(method: Method, parameters: Readonly<Record<string, unknown>>): Promise<T> =>
    (await drive(() => method(parameters))).data as T;

  describe('googleapis, apps', () => {
    before(async () => {
      await openAppWorld(server, organization, 'x').prepare();
      const oauth = new google.auth.OAuth2();
      oauth.setCredentials({ access_token: await grantToken(server().url, readLogin(server().adminAuth)) });
      const url = `${server().url}/$discovery/rest?version=v1`;
      apigee = await drive(async () => (await google.discoverAPI(url, { auth: oauth })) as unknown as Apigee);
      const requestBody = { name: 'my app', apiProducts: ['auto'], keyExpiresIn: '3600000' };
      app = await run<ShownApp>(apps().create, { parent: developer, requestBody });
      name = `${developer}/apps/my app`;
    });

    it('reads and lists, beneath the developer and beneath the organization', async () => {
      assert.deepEqual(await run(apps().get, { name }), app);
      assert.deepEqual(await run(apps().list, { parent: developer }), { app: [{ appId: 'my app' }] });
      const expanded = { parent: developer, expand: true, count: 10, startKey: 'my app' };
      assert.deepEqual(await run(apps().list, expanded), { app: [app] });
      const all = apigee.organizations.apps;
      assert.deepEqual(await run(all.list, { parent, pageSize: 10 }), { app: [{ appId: app.appId }], totalSize: 1 });
      assert.partialDeepStrictEqual(await run(all.list, { parent, filter: 'appName=my app', expand: true }), {
        app: [{ name: 'my app', developerEmail: 'ann@example.com' }],
      });
      assert.partialDeepStrictEqual(await run(all.get, { name: `${parent}/apps/${app.appId}` }), { name: 'my app' });
    });

    it('updates, makes a key more, revokes and approves', async () => {
      const attributes = [{ name: 'a', value: '1' }];
      assert.partialDeepStrictEqual(await run(apps().update, { name, requestBody: { ...app, attributes } }), {
        attributes,
      });
      const act = apps().generateKeyPairOrUpdateDeveloperAppStatus;
      const requestBody = { attributes, apiProducts: ['manual'] };
      assert.equal((await run<ShownApp>(act, { name, requestBody })).credentials.length, 2);
      assert.equal((await drive(() => act({ name, action: 'revoke' }))).status, 204);
      assert.partialDeepStrictEqual(await run(apps().get, { name }), { status: 'revoked' });
      assert.equal((await drive(() => act({ name, action: 'approve', requestBody: {} }))).status, 204);
    });

    it('keeps attributes', async () => {
      const { attributes } = apps();
      const attribute = [{ name: 'b', value: '2' }];
      assert.deepEqual(await run(attributes as Method, { name, requestBody: { attribute } }), { attribute });
      assert.deepEqual(await run(attributes.list, { parent: name }), { attribute });
      const one = { name: `${name}/attributes/b`, requestBody: { name: 'b', value: '3' } };
      assert.deepEqual(await run(attributes.updateDeveloperAppAttribute, one), one.requestBody);
      assert.deepEqual(await run(attributes.get, { name: one.name }), one.requestBody);
      assert.deepEqual(await run(attributes.delete, { name: one.name }), one.requestBody);
    });

    it('keeps keys and the products on them', async () => {
      const { keys } = apps();
      const make = (create: Method, consumerKey: string) =>
        run<ShownCredential>(create, { parent: name, requestBody: { consumerKey, consumerSecret: 's' } });
      await make(keys.create as Method, 'google-own-key-1');
      await make(keys.create.create, 'google-own-key-2');
      const key = { name: `${name}/keys/google-own-key-1` };
      const requestBody = { apiProducts: ['auto'] };
      const added = await run<ShownCredential>(keys.updateDeveloperAppKey, { ...key, requestBody });
      assert.deepEqual(added.apiProducts, [{ apiproduct: 'auto', status: 'approved' }]);
      const scoped = await run(keys.replaceDeveloperAppKey, { ...key, requestBody: { scopes: ['READ'] } });
      assert.partialDeepStrictEqual(scoped, { scopes: ['READ'] });
      assert.equal((await drive(() => keys.updateDeveloperAppKey({ ...key, action: 'revoke' }))).status, 204);
      assert.partialDeepStrictEqual(await run(keys.get, key), { status: 'revoked' });
      const product = { name: `${key.name}/apiproducts/auto` };
      const act = keys.apiproducts.updateDeveloperAppKeyApiProduct;
      assert.equal((await drive(() => act({ ...product, action: 'revoke' }))).status, 204);
      assert.ok(!('apiProducts' in (await run<object>(keys.apiproducts.delete, product))));
      assert.partialDeepStrictEqual(await run(keys.delete, key), { consumerKey: 'google-own-key-1' });
    });

    it('deletes', async () => {
      assert.partialDeepStrictEqual(await run(apps().delete, { name }), { name: 'my app', appId: app.appId });
      assert.deepEqual(await run(apps().list, { parent: developer }), {});
    });
  });
}
