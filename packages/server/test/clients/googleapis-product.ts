import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { google } from 'googleapis';
import { type ClientSuite, grantToken, readLogin } from './suite.ts';

const client = 'googleapis';
const organization = 'google-node-products';
const parent = `organizations/${organization}`;
const name = `${parent}/apiproducts/My Product`;

interface Answer {
  readonly status: number;
  readonly data: { readonly name?: string };
}

type Method = (parameters: Readonly<Record<string, unknown>>) => Promise<Answer>;

/** What the client makes of products out of our discovery document. */
interface Apigee {
  readonly organizations: {
    readonly apiproducts: Readonly<Record<'list' | 'create' | 'get' | 'update' | 'move' | 'delete', Method>> & {
      readonly attributes: Method & Readonly<Record<'list' | 'get' | 'updateApiProductAttribute' | 'delete', Method>>;
      readonly rateplans: Readonly<Record<'list' | 'create' | 'get' | 'update' | 'delete', Method>>;
    };
  };
}

/** Every method under apiproducts, by googleapis 188.0.0 from npm (compat/x.md §3). */
export function defineGoogleapisProducts({ server, recorder }: ClientSuite): void {
  describe('googleapis, every method of API products', () => {
    let products: Apigee['organizations']['apiproducts'];

    function drive(work: () => Promise<Answer>): Promise<Answer> {
      return recorder().as(client, work);
    }

    before(async () => {
      await server().makeOrganization(organization, 'x');
      const auth = new google.auth.OAuth2();
      auth.setCredentials({ access_token: await grantToken(server().url, readLogin(server().adminAuth)) });
      const url = `${server().url}/$discovery/rest?version=v1`;
      const apigee = await recorder().as(client, () => google.discoverAPI(url, { auth }));
      products = (apigee as unknown as Apigee).organizations.apiproducts;
    });

    const requestBody = {
      name: 'My Product',
      displayName: 'Mine',
      attributes: [{ name: 'access', value: 'public' }],
      operationGroup: {
        operationConfigs: [
          {
            apiSource: 'weather',
            operations: [{ resource: '/', methods: ['GET', 'POST'] }],
            quota: { limit: '10', interval: '1', timeUnit: 'minute' },
          },
        ],
      },
    };

    it('makes, lists, reads, updates, moves and deletes a product', async () => {
      const made = await drive(() => products.create({ parent, requestBody }));
      assert.equal(made.status, 200);
      assert.partialDeepStrictEqual(made.data, { ...requestBody, approvalType: 'auto' });
      const { data } = await drive(() => products.list({ parent, expand: true, count: '2', startKey: 'My Product' }));
      assert.deepEqual(data, { apiProduct: [made.data] });
      const filter = { attributename: 'access', attributevalue: 'public' };
      const filtered = await drive(() => products.list({ parent, ...filter }));
      assert.deepEqual(filtered.data, { apiProduct: [{ name: 'My Product' }] });
      assert.deepEqual((await drive(() => products.get({ name }))).data, made.data);
      const updated = await drive(() => products.update({ name, requestBody: { displayName: 'Other' } }));
      assert.partialDeepStrictEqual(updated.data, { name: 'My Product', displayName: 'Other' });
      const moved = await drive(() => products.move({ name, requestBody: { space: 'blue' } }));
      assert.partialDeepStrictEqual(moved.data, { space: 'blue' });
      assert.deepEqual((await drive(() => products.delete({ name }))).data, moved.data);
      assert.deepEqual((await drive(() => products.list({ parent }))).data, {});
    });

    it('sets, reads and deletes attributes of a product', async () => {
      await drive(() => products.create({ parent, requestBody }));
      const one = { name: `${name}/attributes/tier` };
      const body = { name: 'tier', value: 'gold' };
      const set = await drive(() => products.attributes.updateApiProductAttribute({ ...one, requestBody: body }));
      assert.deepEqual(set.data, body);
      assert.deepEqual((await drive(() => products.attributes.get(one))).data, body);
      const all = await drive(() => products.attributes.list({ parent: name }));
      assert.deepEqual(all.data, { attribute: [...requestBody.attributes, body] });
      assert.deepEqual((await drive(() => products.attributes.delete(one))).data, body);
      const attribute = [{ name: 'b', value: '1' }];
      const replaced = await drive(() => (products.attributes as Method)({ name, requestBody: { attribute } }));
      assert.deepEqual(replaced.data, { attribute });
      await drive(() => products.delete({ name }));
    });

    it('makes, lists, reads, updates and deletes a rate plan', async () => {
      await drive(() => products.create({ parent, requestBody }));
      const plan = { displayName: 'Gold', state: 'PUBLISHED', startTime: '1700000000000', currencyCode: 'EUR' };
      const made = await drive(() => products.rateplans.create({ parent: name, requestBody: plan }));
      assert.partialDeepStrictEqual(made.data, { ...plan, apiproduct: 'My Product' });
      const one = { name: `${name}/rateplans/${made.data.name}` };
      assert.deepEqual((await drive(() => products.rateplans.get(one))).data, made.data);
      const query = { expand: true, state: 'PUBLISHED', orderBy: 'startTime', count: 5 };
      const { data } = await drive(() => products.rateplans.list({ parent: name, ...query }));
      assert.deepEqual(data, { ratePlans: [made.data] });
      const updated = await drive(() => products.rateplans.update({ ...one, requestBody: { displayName: 'Tin' } }));
      assert.partialDeepStrictEqual(updated.data, { displayName: 'Tin' });
      assert.deepEqual((await drive(() => products.rateplans.delete(one))).data, updated.data);
      await drive(() => products.delete({ name }));
    });
  });
}
