import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, describe, it } from 'node:test';
import { type ClientSuite, readLogin } from './suite.ts';

const require = createRequire(import.meta.url);
const organization = 'edge-client-products';

interface Product {
  readonly name: string;
  readonly attributes: { readonly name: string; readonly value: string }[];
  readonly [member: string]: unknown;
}

type Sdk = Readonly<Record<string, (options: Readonly<Record<string, unknown>>) => Promise<unknown>>>;

interface EdgeJs {
  readonly apigee: {
    connect(options: object): Promise<{
      readonly products: {
        create(options: object): Promise<Product>;
        get(options: object): Promise<unknown>;
        update(options: object): Promise<Product>;
        del(options: object): Promise<Product>;
      };
    }>;
  };
}

/** Products by apigeetool 0.16.8 and apigee-edge-js 0.4.40 from npm (compat/edge.md §14.1, §14.2). */
export function defineEdgeProducts({ server, recorder }: ClientSuite): void {
  describe('products by the clients of Edge', () => {
    before(() => server().makeOrganization(organization));

    it('apigeetool creates and deletes a product, with 201 and 200', async () => {
      const sdk = (require('apigeetool') as { getPromiseSDK(): Sdk }).getPromiseSDK();
      const { email: username, password } = readLogin(server().adminAuth);
      const call = (command: string, options: object) => {
        const common = { baseuri: server().url, organization, username, password, productName: 'TestProduct' };
        return recorder().as('apigeetool', async () => sdk[command]?.({ ...common, ...options }));
      };
      const options = {
        productDesc: 'abc',
        proxies: 'a,b',
        environments: 'test',
        apiResources: '/**,/',
        scopes: 'x,y',
      };
      const quota = { quota: 5, quotaInterval: '1', quotaTimeUnit: 'day' };
      assert.partialDeepStrictEqual(await call('createProduct', { ...options, ...quota }), {
        ...{ name: 'TestProduct', displayName: 'TestProduct', description: 'abc', proxies: ['a', 'b'] },
        ...{ apiResources: ['/**', '/'], scopes: ['x', 'y'], quota: '5', attributes: [{ name: 'access' }] },
      });
      assert.deepEqual(parse(await call('listProducts', {})), ['TestProduct']);
      await assert.rejects(call('createProduct', options), /ApiProduct with name TestProduct already exists/);
      await call('deleteProduct', {});
      await assert.rejects(call('deleteProduct', {}), /ApiProduct TestProduct does not exist in organization/);
    });

    it('apigee-edge-js makes, lists, reads, updates by POST and deletes a product', async () => {
      const { apigee } = require('apigee-edge-js') as EdgeJs;
      const { email: user, password } = readLogin(server().adminAuth);
      const drive = <T>(work: () => Promise<T>) => recorder().as('apigee-edge-js', work);
      const login = { mgmtServer: server().url, org: organization, user, password, no_token: true };
      const { products } = await drive(() => apigee.connect(login));
      const options = { productName: 'edge-js', proxy: 'weather', attributes: { access: 'public' }, quota: 10 };
      const made = await drive(() => products.create({ ...options, quotaInterval: 1, quotaTimeUnit: 'minute' }));
      assert.partialDeepStrictEqual(made, {
        approvalType: 'manual',
        quota: '10',
        quotaInterval: '1',
        proxies: ['weather'],
      });
      assert.deepEqual(await drive(() => products.get({})), ['edge-js']);
      assert.partialDeepStrictEqual(await drive(() => products.get({ expand: true })), {
        apiProduct: [{ name: 'edge-js' }],
      });
      const read = (await drive(() => products.get({ name: 'edge-js' }))) as Product;
      const updated = await drive(() => products.update({ ...read, description: 'new' }));
      assert.partialDeepStrictEqual(updated, { description: 'new', attributes: read.attributes });
      assert.equal((await drive(() => products.del({ name: 'edge-js' }))).name, 'edge-js');
      await assert.rejects(
        drive(() => products.get({ name: 'edge-js' })),
        (error: Error & { readonly result?: unknown }) => {
          assert.partialDeepStrictEqual(error.result, { code: 'keymanagement.service.apiproduct_doesnot_exist' });
          return true;
        },
      );
    });
  });
}

/** Some of its commands give the body as it came. */
function parse(body: unknown): unknown {
  return typeof body === 'string' ? JSON.parse(body) : body;
}
