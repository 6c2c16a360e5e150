import { it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { assertGolden, recordTranscript, type TranscriptCall } from '../../support/transcript.ts';

/** Exact bytes of whole conversations; the files beside are meant to be read. */

const organization = '/v1/organizations/golden';
const root = `${organization}/developers`;
const ann = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other', userName: 'ann' };
const plus = { email: 'a+b@c.com', firstName: 'Plus', lastName: 'Sign', userName: 'plus' };
const octets = 'application/octet-stream';

/** snake_case names, and members that are output only. */
const bob = {
  email: 'bob@example.com',
  first_name: 'Bob',
  last_name: 'Other',
  user_name: 'bob',
  status: 'inactive',
  created_at: '17',
  lastModifiedAt: 17,
  organizationName: 'elsewhere',
  access_type: 'read',
  app_family: 'default',
  attributes: [
    { name: 'b', value: '2' },
    { name: 'a', value: '' },
  ],
};

const writingCalls: readonly TranscriptCall[] = [
  { method: 'POST', path: root, json: ann },
  { method: 'POST', path: root, json: bob, type: 'application/json; charset=utf-8' },
  { method: 'POST', path: root, body: JSON.stringify(plus) },
  { method: 'POST', path: root, json: ann },
  { method: 'POST', path: root, json: { ...ann, updateTime: 'x', attributes: [{ name: 'a', valeu: 'b' }] } },
  { method: 'POST', path: root, json: { ...ann, userName: undefined } },
  {
    method: 'PUT',
    path: `${root}/bob@example.com`,
    json: { ...ann, email: 'bob@example.com', status: 'inactive', apps: ['one'], createdAt: '17' },
  },
  { method: 'PUT', path: `${root}/bob@example.com`, json: ann },
  { method: 'PUT', path: `${root}/{id-2}`, json: { ...ann, email: 'bob@example.com' } },
  { method: 'POST', path: `${root}/bob@example.com?action=inactive` },
  { method: 'GET', path: `${root}/bob@example.com?fields=status&prettyPrint=false` },
  { method: 'POST', path: `${root}/bob%40example.com?action=active`, body: '', type: octets },
  { method: 'POST', path: `${root}/bob@example.com?action=approve` },
  { method: 'POST', path: `${root}/bob@example.com`, json: ann },
  { method: 'DELETE', path: `${root}/bob@example.com` },
  { method: 'GET', path: `${root}/bob@example.com` },
];

const readingCalls: readonly TranscriptCall[] = [
  { method: 'GET', path: root },
  { method: 'POST', path: root, json: ann },
  { method: 'POST', path: root, json: plus },
  { method: 'GET', path: `${root}/Ann@Example.com` },
  { method: 'GET', path: `${root}/{id-1}?fields=email` },
  // As node and maven, python and terraform, apigeecli spell one address (compat/x.md §1.0).
  { method: 'GET', path: `${root}/a%2Bb%40c.com?fields=email` },
  { method: 'GET', path: `${root}/a+b@c.com?fields=email&alt=json` },
  { method: 'GET', path: `${root}/a%252Bb%2540c.com?fields=email` },
  { method: 'GET', path: root },
  { method: 'GET', path: `${root}?expand=true&count=1&startKey=ann@example.com` },
  { method: 'GET', path: `${root}?expand=false&startKey=a%2Bb%40c.com` },
  { method: 'GET', path: `${root}?ids=ann@example.com,nobody@example.com&prettyPrint=false` },
  { method: 'GET', path: `${root}?app=nothing` },
  { method: 'GET', path: `${root}?startKey=nobody@example.com` },
  { method: 'GET', path: `${root}?count=0` },
  { method: 'GET', path: root, auth: null },
  { method: 'PATCH', path: root },
];

const attributeCalls: readonly TranscriptCall[] = [
  { method: 'POST', path: root, json: ann },
  {
    method: 'POST',
    path: `${root}/ann@example.com/attributes`,
    json: {
      attribute: [
        { name: 'tier', value: 'gold' },
        { name: 'a name', value: 'x' },
      ],
    },
  },
  { method: 'GET', path: `${root}/ann@example.com/attributes?prettyPrint=false` },
  { method: 'POST', path: `${root}/ann@example.com/attributes/tier`, json: { value: 'silver' } },
  { method: 'GET', path: `${root}/ann@example.com/attributes/tier` },
  { method: 'POST', path: `${root}/ann@example.com/attributes/tier`, json: { name: 'other', value: 'silver' } },
  { method: 'GET', path: `${root}/ann%2540example.com/attributes/a%2520name` },
  { method: 'DELETE', path: `${root}/ann%2540example.com/attributes/a%2520name` },
  { method: 'DELETE', path: `${root}/ann@example.com/attributes/a%20name` },
  { method: 'POST', path: `${root}/ann@example.com/attributes`, json: {} },
  { method: 'GET', path: `${root}/ann@example.com/attributes` },
];

const organizationCalls: readonly TranscriptCall[] = [
  { method: 'GET', path: organization },
  { method: 'GET', path: '/v1/o/golden?fields=name,properties(property/name)&prettyPrint=false' },
  { method: 'GET', path: `${organization}:getProjectMapping` },
  { method: 'GET', path: `${organization}/environments` },
  { method: 'GET', path: '/v1/o/golden/e?prettyPrint=false' },
  { method: 'GET', path: `${organization}/environments/test` },
  { method: 'GET', path: `${organization}/environments/nowhere?fields=name` },
  { method: 'GET', path: `${organization}/nothing` },
];

const amount = { currencyCode: 'EUR', units: '10', nanos: 500_000_000 };
const group = `${organization}/appgroups/partners`;

const monetizationCalls: readonly TranscriptCall[] = [
  { method: 'POST', path: root, json: ann },
  { method: 'GET', path: `${root}/ann@example.com/balance` },
  {
    method: 'POST',
    path: `${root}/ann@example.com/balance:credit`,
    json: { transactionAmount: amount, transactionId: 'invoice-1' },
  },
  {
    method: 'POST',
    path: `${root}/ann%2540example.com/balance:credit?prettyPrint=false`,
    json: { transaction_amount: amount, transaction_id: 'invoice-1' },
  },
  {
    method: 'POST',
    path: `${root}/ann@example.com/balance:credit`,
    json: { transactionAmount: { ...amount, units: '11' }, transactionId: 'invoice-1' },
  },
  { method: 'POST', path: `${root}/ann@example.com/balance:adjust`, json: { adjustment: amount } },
  { method: 'POST', path: `${root}/ann@example.com/balance:adjust`, json: { adjustment: { ...amount, nanos: -1 } } },
  { method: 'GET', path: `${root}/ann@example.com/balance?fields=wallets(balance/currencyCode)` },
  { method: 'GET', path: `${root}/ann@example.com/monetizationConfig` },
  { method: 'PUT', path: `${root}/ann@example.com/monetizationConfig`, json: { billingType: 'PREPAID' } },
  { method: 'POST', path: `${organization}/apiproducts`, json: { name: 'weather' } },
  { method: 'POST', path: `${root}/ann@example.com/subscriptions`, json: { apiproduct: 'weather' } },
  { method: 'POST', path: `${organization}/apiproducts/weather/rateplans`, json: { state: 'PUBLISHED' } },
  { method: 'POST', path: `${root}/ann@example.com/subscriptions`, json: { apiproduct: 'weather' } },
  { method: 'GET', path: `${root}/ann@example.com/subscriptions` },
  { method: 'POST', path: `${root}/ann@example.com/subscriptions/{id-6}:expire`, json: {} },
  { method: 'POST', path: `${root}/ann@example.com/subscriptions/{id-6}:expire` },
  { method: 'POST', path: `${organization}/appgroups`, json: { name: 'partners' } },
  { method: 'POST', path: `${group}/balance:credit`, json: { transactionAmount: amount, transactionId: 'invoice-1' } },
  { method: 'POST', path: `${group}/balance:adjust`, json: { adjustment: { currencyCode: 'EUR', units: '-1' } } },
  { method: 'POST', path: `${group}/subscriptions`, json: { apiproduct: 'weather' } },
  { method: 'GET', path: `${group}/subscriptions/{id-6}` },
];

const conversations = {
  'developer-write': writingCalls,
  'developer-read': readingCalls,
  'developer-attribute': attributeCalls,
  organization: organizationCalls,
  monetization: monetizationCalls,
};

for (const [name, calls] of Object.entries(conversations)) {
  describeOnEveryStore(`X conversation: ${name}`, (server) => {
    it('goes byte for byte as written down', async () => {
      await server().makeOrganization('golden', 'x');
      const transcript = await recordTranscript(server(), calls);
      assertGolden(new URL(`golden/${name}.txt`, import.meta.url), transcript);
    });
  });
}
