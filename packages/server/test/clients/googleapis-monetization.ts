import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { google } from 'googleapis';
import { makeDeveloper } from '../support/app.ts';
import { type ClientSuite, grantToken, readLogin } from './suite.ts';

const client = 'googleapis';
const organization = 'google-node-money';
const parent = `organizations/${organization}`;

type Method = (
  parameters: Readonly<Record<string, unknown>>,
) => Promise<{ readonly status: number; readonly data: unknown }>;
type Methods<N extends string> = Readonly<Record<N, Method>>;

/** What the client makes of either kind of owner. */
interface Owners extends Methods<'getBalance' | 'getMonetizationConfig' | 'updateMonetizationConfig'> {
  readonly balance: Methods<'credit' | 'adjust'>;
  readonly subscriptions: Methods<'create' | 'list' | 'get' | 'expire'>;
}

/** What the client makes out of our discovery document. */
interface Apigee {
  readonly organizations: { readonly developers: Owners; readonly appgroups: Owners };
}

interface Kind {
  readonly kind: 'developers' | 'appgroups';
  readonly owner: string;
  readonly page: Readonly<Record<string, unknown>>;
  /** The member of a list that holds the subscriptions. */
  readonly member: string;
}

const kinds: readonly Kind[] = [
  {
    kind: 'developers',
    owner: `${parent}/developers/ann+money@example.com`,
    page: { count: 10 },
    member: 'developerSubscriptions',
  },
  {
    kind: 'appgroups',
    owner: `${parent}/appgroups/My Group`,
    page: { pageSize: 10 },
    member: 'appGroupSubscriptions',
  },
];

/** googleapis 188.0.0 through every method of balances, monetization and subscriptions (compat/x.md §1.2, §3). */
export function defineGoogleapisMonetization({ server, recorder }: ClientSuite): void {
  let apigee: Apigee;
  const call = (method: Method, parameters: Readonly<Record<string, unknown>>) =>
    recorder().as(client, () => method(parameters));

  describe('googleapis, monetization', () => {
    before(async () => {
      await server().makeOrganization(organization, 'x');
      await makeDeveloper(server, `/v1/${parent}`, 'ann+money@example.com');
      for (const [path, json] of [
        ['appgroups', { name: 'My Group' }],
        ['apiproducts', { name: 'gold' }],
        ['apiproducts/gold/rateplans', { state: 'PUBLISHED' }],
      ] as const) {
        const answer = await server().request('POST', `/v1/${parent}/${path}`, { json });
        assert.equal(answer.status, 200, answer.text);
      }
      const oauth = new google.auth.OAuth2();
      oauth.setCredentials({ access_token: await grantToken(server().url, readLogin(server().adminAuth)) });
      const url = `${server().url}/$discovery/rest?version=v1`;
      apigee = (await recorder().as(client, () => google.discoverAPI(url, { auth: oauth }))) as unknown as Apigee;
    });

    for (const { kind, owner, page, member } of kinds) {
      const owners = () => apigee.organizations[kind];

      it(`credits and adjusts the balance of ${kind}`, async () => {
        const name = `${owner}/balance`;
        assert.deepEqual((await call(owners().getBalance, { name })).data, {});
        const transactionAmount = { currencyCode: 'EUR', units: '9007199254740993', nanos: 750_000_000 };
        const requestBody = { transactionAmount, transactionId: 'invoice-1' };
        const credited = await call(owners().balance.credit, { name, requestBody });
        assert.partialDeepStrictEqual(credited.data, { wallets: [{ balance: transactionAmount }] });
        assert.deepEqual((await call(owners().balance.credit, { name, requestBody })).data, credited.data);
        const other = { ...requestBody, transactionAmount: { ...transactionAmount, nanos: 1 } };
        await assert.rejects(call(owners().balance.credit, { name, requestBody: other }), { code: 409 });
        const adjustment = { currencyCode: 'EUR', units: '1' };
        const adjusted = await call(owners().balance.adjust, { name, requestBody: { adjustment } });
        assert.partialDeepStrictEqual(adjusted.data, { wallets: [{ balance: { units: '9007199254740992' } }] });
        assert.deepEqual((await call(owners().getBalance, { name })).data, adjusted.data);
      });

      it(`says how ${kind} pay`, async () => {
        const name = `${owner}/monetizationConfig`;
        const requestBody = { billingType: 'PREPAID' };
        assert.deepEqual((await call(owners().getMonetizationConfig, { name })).data, {});
        assert.deepEqual((await call(owners().updateMonetizationConfig, { name, requestBody })).data, requestBody);
        assert.deepEqual((await call(owners().getMonetizationConfig, { name })).data, requestBody);
      });

      it(`subscribes ${kind}, and ends the subscription`, async () => {
        const { subscriptions } = owners();
        const requestBody = { apiproduct: 'gold' };
        const made = (await call(subscriptions.create, { parent: owner, requestBody })).data as { name: string };
        assert.partialDeepStrictEqual(made, requestBody);
        assert.deepEqual((await call(subscriptions.list, { parent: owner, ...page })).data, { [member]: [made] });
        const name = `${owner}/subscriptions/${made.name}`;
        assert.deepEqual((await call(subscriptions.get, { name })).data, made);
        const expired = await call(subscriptions.expire, { name, requestBody: {} });
        assert.ok('endTime' in (expired.data as object));
        await assert.rejects(call(subscriptions.expire, { name, requestBody: {} }), { code: 400 });
        const missing = `${owner}/subscriptions/nothing`;
        await assert.rejects(call(subscriptions.get, { name: missing }), { code: 404 });
      });
    }
  });
}
