import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { google } from 'googleapis';
import { type ClientSuite, grantToken, readLogin } from './suite.ts';

const client = 'googleapis';
const organization = 'google-node-appgroups';
const parent = `organizations/${organization}`;

type Method = (
  parameters: Readonly<Record<string, unknown>>,
) => Promise<{ readonly status: number; readonly data: unknown }>;
type Methods<N extends string> = Readonly<Record<N, Method>>;
type Collection = Methods<'list' | 'create' | 'get' | 'update' | 'delete'>;

/** What the client makes out of our discovery document. */
interface Apigee {
  readonly organizations: {
    readonly appgroups: Collection & {
      readonly apps: Collection & {
        readonly keys: Methods<'create' | 'get' | 'updateAppGroupAppKey' | 'delete'> & {
          readonly apiproducts: Methods<'updateAppGroupAppKeyApiProduct' | 'delete'>;
        };
      };
    };
  };
}

/** googleapis 188.0.0 through every method of app groups, their apps and keys (compat/x.md §1.7, §3). */
export function defineGoogleapisAppGroups({ server, recorder }: ClientSuite): void {
  let apigee: Apigee;
  const groups = () => apigee.organizations.appgroups;
  const drive = <T>(work: () => Promise<T>): Promise<T> => recorder().as(client, work);
  const call = (method: Method, parameters: Readonly<Record<string, unknown>>) => drive(() => method(parameters));
  const name = `${parent}/appgroups/My Group`;
  const app = `${name}/apps/my app`;
  const key = `${app}/keys/own-key`;

  describe('googleapis, app groups', () => {
    before(async () => {
      await server().makeOrganization(organization, 'x');
      const json = { name: 'gold', displayName: 'Gold', approvalType: 'auto', scopes: ['read'] };
      await server().request('POST', `/v1/${parent}/apiproducts`, { json });
      const oauth = new google.auth.OAuth2();
      oauth.setCredentials({ access_token: await grantToken(server().url, readLogin(server().adminAuth)) });
      const url = `${server().url}/$discovery/rest?version=v1`;
      apigee = await drive(async () => (await google.discoverAPI(url, { auth: oauth })) as unknown as Apigee);
    });

    it('makes, reads, lists, updates a group and sets its status', async () => {
      const requestBody = { name: 'My Group', channelId: 'portal', attributes: [{ name: 'a', value: '1' }] };
      const made = await call(groups().create, { parent, requestBody });
      assert.partialDeepStrictEqual(made.data, { ...requestBody, organization, status: 'active' });
      assert.deepEqual((await call(groups().get, { name })).data, made.data);
      const listed = await call(groups().list, { parent, pageSize: 10, filter: 'channelId=portal' });
      assert.deepEqual(listed.data, { appGroups: [made.data], totalSize: 1 });
      const updated = await call(groups().update, { name, requestBody: { displayName: 'New' } });
      assert.partialDeepStrictEqual(updated.data, { name: 'My Group', displayName: 'New' });
      for (const action of ['inactive', 'active']) {
        assert.equal((await call(groups().update, { name, action })).status, 204);
        assert.partialDeepStrictEqual((await call(groups().get, { name })).data, { status: action });
      }
    });

    it('makes, reads, lists, updates an app and sets its status', async () => {
      const { apps } = groups();
      const requestBody = { name: 'my app', apiProducts: ['gold'], keyExpiresIn: '3600' };
      const made = await call(apps.create, { parent: name, requestBody });
      assert.partialDeepStrictEqual(made.data, { name: 'my app', appGroup: 'My Group', status: 'approved' });
      assert.deepEqual((await call(apps.get, { name: app })).data, made.data);
      assert.deepEqual((await call(apps.list, { parent: name, pageSize: 5 })).data, { appGroupApps: [made.data] });
      const body = { ...(made.data as object), callbackUrl: 'https://a' };
      const updated = await call(apps.update, { name: app, requestBody: body });
      assert.partialDeepStrictEqual(updated.data, { callbackUrl: 'https://a' });
      for (const action of ['revoke', 'approve']) {
        assert.equal((await call(apps.update, { name: app, action })).status, 204);
      }
    });

    it('makes, reads and changes a key and its products', async () => {
      const { keys } = groups().apps;
      const own = { consumerKey: 'own-key', consumerSecret: 'own-secret' };
      assert.partialDeepStrictEqual((await call(keys.create, { parent: app, requestBody: own })).data, own);
      assert.partialDeepStrictEqual((await call(keys.get, { name: key })).data, { ...own, expiresAt: '-1' });
      const requestBody = { apiProducts: ['gold'], appGroupAppKey: { scopes: ['read'] } };
      const changed = await call(keys.updateAppGroupAppKey, { name: key, requestBody });
      assert.partialDeepStrictEqual(changed.data, {
        apiProducts: [{ apiproduct: 'gold', status: 'approved' }],
        scopes: ['read'],
      });
      const product = { name: `${key}/apiproducts/gold` };
      const { apiproducts } = keys;
      const revoked = await call(apiproducts.updateAppGroupAppKeyApiProduct, { ...product, action: 'revoke' });
      assert.equal(revoked.status, 204);
      assert.partialDeepStrictEqual((await call(keys.get, { name: key })).data, {
        apiProducts: [{ apiproduct: 'gold', status: 'revoked' }],
      });
      assert.ok(!('apiProducts' in ((await call(apiproducts.delete, product)).data as object)));
    });

    it('deletes the key, the app and the group', async () => {
      assert.partialDeepStrictEqual((await call(groups().apps.keys.delete, { name: key })).data, {
        consumerKey: 'own-key',
      });
      assert.partialDeepStrictEqual((await call(groups().apps.delete, { name: app })).data, { name: 'my app' });
      assert.partialDeepStrictEqual((await call(groups().delete, { name })).data, { name: 'My Group' });
      assert.deepEqual((await call(groups().list, { parent })).data, {});
    });
  });
}
