import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, describe, it } from 'node:test';
import { makeDeveloper, openAppWorld, type ShownApp } from '../support/app.ts';
import { type ClientSuite, readLogin } from './suite.ts';

const client = 'apigee-edge-js';
const organization = 'edge-js-companies';

/** The part of its face that is used here. Its calls on apps of companies build no path, so there is none of them. */
interface Org {
  readonly companies: { create(options: object): Promise<object>; get(options: object): Promise<unknown> };
  readonly companydevelopers: { get(options: object): Promise<object> };
  readonly apps: { get(options: object): Promise<unknown> };
}

/** apigee-edge-js 0.4.40 from npm: companies, and the organization's apps. */
export function defineApigeeEdgeJsCompanies({ server, recorder }: ClientSuite): void {
  describe('apigee-edge-js, companies and apps of the organization', () => {
    const world = openAppWorld(server, organization);
    const drive = <T>(work: () => Promise<T>): Promise<T> => recorder().as(client, work);
    let org: Org;

    before(async () => {
      const library = createRequire(import.meta.url)('apigee-edge-js') as {
        readonly apigee: { connect(options: object): Promise<Org> };
      };
      await world.prepare();
      const { email: user, password } = readLogin(server().adminAuth);
      const options = { mgmtServer: server().url, org: organization, user, password, no_token: true };
      org = await drive(() => library.apigee.connect(options));
    });

    it('makes a company, reads it, lists them, and reads its members', async () => {
      const made = await drive(() => org.companies.create({ name: 'acme', attributes: { tier: 'gold' } }));
      const shown = { name: 'acme', displayName: 'acme', attributes: [{ name: 'tier', value: 'gold' }] };
      assert.partialDeepStrictEqual(made, shown);
      assert.deepEqual(await drive(() => org.companies.get({ name: 'acme' })), made);
      assert.deepEqual(await drive(() => org.companies.get({})), ['acme']);
      await makeDeveloper(server, world.root, 'bob@example.com');
      const json = { developer: [{ email: 'bob@example.com', role: 'admin' }] };
      await server().request('POST', `${world.root}/companies/acme/developers`, { json });
      assert.deepEqual(await drive(() => org.companydevelopers.get({ company: 'acme' })), json);
    });

    it('lists ids of apps, and reads one by its id', async () => {
      const { appId, name } = await world.createApp();
      assert.deepEqual(await drive(() => org.apps.get({})), [appId]);
      assert.equal(((await drive(() => org.apps.get({ id: appId }))) as ShownApp).name, name);
    });
  });
}
