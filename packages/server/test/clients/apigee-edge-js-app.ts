import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, describe, it } from 'node:test';
import { makeDeveloper, openAppWorld, type ShownApp, type ShownCredential } from '../support/app.ts';
import { type ClientSuite, readLogin } from './suite.ts';

const client = 'apigee-edge-js';
const organization = 'edge-js-apps';
const developerEmail = 'Dino.Apps@example.com';

type Call<T> = (options: object) => Promise<T>;

/** The part of its face that is used here. */
interface Org {
  readonly developerapps: {
    readonly create: Call<ShownApp>;
    readonly get: Call<ShownApp & readonly string[]>;
    readonly update: Call<ShownApp>;
    readonly revoke: Call<null>;
    readonly approve: Call<null>;
    readonly del: Call<ShownApp>;
  };
  readonly appcredentials: {
    readonly add: Call<ShownApp & ShownCredential>;
    readonly get: Call<ShownCredential>;
    readonly find: Call<object | undefined>;
    readonly addProduct: Call<ShownCredential>;
    readonly removeProduct: Call<ShownCredential>;
    readonly update: Call<ShownCredential>;
    readonly revoke: Call<unknown>;
    readonly approve: Call<unknown>;
    readonly del: Call<ShownCredential>;
  };
}

function refusal(status: number, message: string | RegExp) {
  return (error: Error & { readonly result?: { readonly message: string } }) => {
    assert.equal(error.message, `bad status: ${status}`);
    if (typeof message === 'string') assert.equal(error.result?.message, message);
    else assert.match(error.result?.message ?? '', message);
    return true;
  };
}

/** apigee-edge-js 0.4.40 from npm, with what its own suite asserts of apps and credentials (compat/edge.md §14.2). */
export function defineApigeeEdgeJsApps({ server, recorder }: ClientSuite): void {
  let org: Org;
  const drive = <T>(work: () => Promise<T>): Promise<T> => recorder().as(client, work);

  before(async () => {
    const library = createRequire(import.meta.url)('apigee-edge-js') as {
      readonly apigee: { connect(options: object): Promise<Org> };
    };
    const world = openAppWorld(server, organization);
    await world.prepare();
    await makeDeveloper(server, world.root, developerEmail);
    const { email: user, password } = readLogin(server().adminAuth);
    const options = { mgmtServer: server().url, org: organization, user, password, no_token: true };
    org = await drive(() => library.apigee.connect(options));
  });

  describe('apigee-edge-js, apps', () => defineApps(() => org, drive));
  describe('apigee-edge-js, credentials', () => defineCredentials(() => org, drive));
}

type Drive = <T>(work: () => Promise<T>) => Promise<T>;

function defineApps(org: () => Org, drive: Drive): void {
  const name = 'edge-js-app';

  it('makes one with a product and an expiry', async () => {
    const options = { developerEmail, name, apiProduct: 'auto', expiry: '60m', attributes: { a: '1' } };
    const app = await drive(() => org().developerapps.create(options));
    const [key] = app.credentials;
    assert.equal(Number(key?.expiresAt) - Number(key?.issuedAt), 3_600_000);
  });

  it('is told that the name is taken, and that the product is unknown', async () => {
    await assert.rejects(
      drive(() => org().developerapps.create({ developerEmail, name, apiProduct: 'auto' })),
      refusal(409, `App with name ${name} already exists`),
    );
    await assert.rejects(
      drive(() => org().developerapps.create({ developerEmail, name: 'other', apiProduct: 'no-such' })),
      (error: Error & { readonly result?: { readonly message: string } }) =>
        /^(Product with id|API Product) \[no-such\] does not exist/.test(error.result?.message ?? ''),
    );
  });

  it('lists, reads, revokes and approves', async () => {
    assert.deepEqual(await drive(() => org().developerapps.get({ developerEmail })), [name]);
    await drive(() => org().developerapps.revoke({ developerEmail, appName: name }));
    const revoked = await drive(() => org().developerapps.get({ developerEmail, name }));
    assert.deepEqual([revoked.status, revoked.credentials[0]?.status], ['revoked', 'approved']);
    await drive(() => org().developerapps.approve({ developerEmail, appName: name }));
    assert.equal((await drive(() => org().developerapps.get({ developerEmail, name }))).status, 'approved');
  });

  it('updates by sending back what it got, and replaces attributes', async () => {
    const before_ = await drive(() => org().developerapps.get({ developerEmail, name }));
    const added = { updatedBy: 'apigee-edge-js-test', updateDate: 'today' };
    const updated = await drive(() => org().developerapps.update({ developerEmail, name, attributes: added }));
    assert.equal(updated.attributes?.length, 2 + (before_.attributes?.length ?? 0));
    assert.equal(updated.credentials.length, 1, 'no key besides');
    // It puts what is new in front of what it has read, so that the name of what it changes comes twice.
    const changed = { updateDate: 'tomorrow', a: '2' };
    const again = await drive(() => org().developerapps.update({ developerEmail, name, attributes: changed }));
    assert.equal(again.attributes?.length, updated.attributes?.length);
    assert.partialDeepStrictEqual(
      Object.fromEntries((again.attributes ?? []).map((attribute) => [attribute.name, attribute.value])),
      { ...added, ...changed },
    );
    const options = { developerEmail, name, replace: true, attributes: {} };
    assert.deepEqual((await drive(() => org().developerapps.update(options))).attributes, []);
  });

  it('is told of apps and developers that are not there', async () => {
    await assert.rejects(
      drive(() => org().developerapps.get({ developerEmail, name: 'nowhere' })),
      refusal(404, `App named nowhere does not exist under ${developerEmail}`),
    );
    const nobody = 'nobody@example.com';
    await assert.rejects(
      drive(() => org().developerapps.get({ developerEmail: nobody, name })),
      refusal(404, `DeveloperId ${nobody} does not exist in organization ${organization}`),
    );
    await assert.rejects(
      drive(() => org().developerapps.del({ developerEmail, name: 'nowhere' })),
      refusal(404, `App named nowhere does not exist under ${developerEmail}`),
    );
  });

  it('deletes', async () => {
    assert.equal((await drive(() => org().developerapps.del({ developerEmail, name }))).name, name);
    assert.deepEqual(await drive(() => org().developerapps.get({ developerEmail })), []);
  });
}

function defineCredentials(org: () => Org, drive: Drive): void {
  const appName = 'edge-js-keys';
  const consumerKey = 'edge-js-own-key-1';
  const own = { developerEmail, appName, consumerKey };
  const unknown = { ...own, consumerKey: 'edge-js-no-such-key' };

  before(() => drive(() => org().developerapps.create({ developerEmail, name: appName, apiProduct: 'auto' })));

  it('adds generated ones, with expiry and without, newest first', async () => {
    const options = { developerEmail, appName, apiProducts: ['auto'] };
    const timed = await drive(() => org().appcredentials.add({ ...options, expiry: '60m' }));
    assert.equal(timed.credentials.length, 2);
    assert.notEqual(timed.credentials[0]?.expiresAt, -1);
    const endless = await drive(() => org().appcredentials.add(options));
    assert.equal(endless.credentials[0]?.expiresAt, -1);
  });

  it('adds one of its own, and finds it', async () => {
    const added = await drive(() => org().appcredentials.add({ ...own, apiProducts: ['auto'] }));
    assert.equal(added.apiProducts?.[0]?.apiproduct, 'auto');
    const got = await drive(() => org().appcredentials.get(own));
    assert.deepEqual(got, added);
    assert.notEqual(got.expiresAt, null);
    assert.partialDeepStrictEqual(await drive(() => org().appcredentials.find({ consumerKey })), { key: consumerKey });
    assert.equal(await drive(() => org().appcredentials.find({ consumerKey: 'none-of-this-name' })), undefined);
  });

  it('fails to add one to no app', async () => {
    const options = { developerEmail, apiProducts: ['auto'], consumerKey: 'edge-js-own-key-2' };
    await assert.rejects(
      drive(() => org().appcredentials.add(options)),
      /bad status: 404/,
    );
  });

  it('adds a product behind the others, and removes it', async () => {
    const added = await drive(() => org().appcredentials.addProduct({ ...own, product: 'manual' }));
    assert.deepEqual(
      added.apiProducts?.map(({ apiproduct }) => apiproduct),
      ['auto', 'manual'],
    );
    const removed = await drive(() => org().appcredentials.removeProduct({ ...own, product: 'manual' }));
    assert.deepEqual(
      removed.apiProducts?.map(({ apiproduct }) => apiproduct),
      ['auto'],
    );
    await assert.rejects(
      drive(() => org().appcredentials.removeProduct({ ...own, product: 'plain' })),
      refusal(500, 'APIProduct is not associated with consumer key'),
    );
  });

  it('replaces attributes', async () => {
    const updated = await drive(() => org().appcredentials.update({ ...own, attributes: { attr1: 'a', attr2: 'b' } }));
    assert.deepEqual(
      updated.attributes?.map(({ value }) => value),
      ['a', 'b'],
    );
  });

  it('revokes and approves', async () => {
    await drive(() => org().appcredentials.revoke({ developerEmail, appName, key: consumerKey }));
    assert.equal((await drive(() => org().appcredentials.get(own))).status, 'revoked');
    await drive(() => org().appcredentials.approve({ key: consumerKey }));
    assert.equal((await drive(() => org().appcredentials.get(own))).status, 'approved');
  });

  it('is told of a key that is not there, and deletes one that is', async () => {
    const message = 'Invalid consumer key for Given App';
    const { appcredentials } = org();
    await assert.rejects(
      drive(() => appcredentials.get(unknown)),
      refusal(404, message),
    );
    await assert.rejects(
      drive(() => appcredentials.addProduct({ ...unknown, product: 'auto' })),
      refusal(404, message),
    );
    await assert.rejects(
      drive(() => appcredentials.update({ ...unknown, attributes: {} })),
      refusal(404, message),
    );
    await assert.rejects(
      drive(() => appcredentials.del(unknown)),
      refusal(404, message),
    );
    assert.equal((await drive(() => appcredentials.del(own))).consumerKey, consumerKey);
    await assert.rejects(
      drive(() => appcredentials.get(own)),
      refusal(404, message),
    );
  });
}
