import assert from 'node:assert/strict';
import type { TestServer } from './server.ts';

/** What organizations of query tests hold: made through the X API, with something of every kind. */
export async function fillOrganization(server: TestServer, organization: string): Promise<void> {
  const base = `/x/v1/organizations/${organization}`;
  const send = async (method: string, path: string, json?: unknown) => {
    const response = await server.request(method, `${base}${path}`, { json });
    assert.ok(response.status < 300, `${method} ${path}: ${response.status} ${response.text}`);
    return response.json<Record<string, string>>();
  };
  for (const product of makeProducts()) await send('POST', '/apiproducts', product);
  await send('POST', '/apiproducts/gold/rateplans', makePlan());
  for (const developer of makeDevelopers(organization)) await send('POST', '/developers', developer);
  const [ann, bob] = makeDevelopers(organization).map(({ email }) => email);
  await send('POST', '/appgroups', makeGroup([ann ?? '', bob ?? '']));
  await send('POST', '/appgroups', { name: 'empty' });
  for (const owner of [`/developers/${ann}`, `/developers/${bob}`, '/appgroups/Team']) {
    for (const name of ['first', 'second app']) {
      await send('POST', `${owner}/apps`, {
        name,
        apiProducts: ['gold', 'plain'],
        attributes: [{ name: 'colour', value: `of ${name}` }],
        callbackUrl: 'https://example.com/back',
      });
    }
    await send('POST', `${owner}/apps/first/keys`, keyOf(organization, owner));
    await send('PUT', `${owner}/monetizationConfig`, { billingType: 'PREPAID' });
    await send('POST', `${owner}/balance:credit`, {
      transactionAmount: { currencyCode: 'EUR', units: '12', nanos: 500_000_000 },
      transactionId: 'first credit',
    });
    await send('POST', `${owner}/subscriptions`, { apiproduct: 'gold' });
  }
}

/** Its consumer key tells whose it is. */
export function keyOf(organization: string, owner: string): { consumerKey: string; consumerSecret: string } {
  const mark = `${organization}-${owner.replaceAll(/[^a-zA-Z]/g, '-')}`;
  return { consumerKey: `key-${mark}`, consumerSecret: `secret-${mark}` };
}

function emailOf(name: string, organization: string): string {
  return `${name}@${organization}.example.com`;
}

function makeDevelopers(organization: string) {
  return ['ann', 'bob', 'carl'].map((name) => ({
    email: emailOf(name, organization),
    firstName: name,
    lastName: `O'${name}`,
    userName: name,
    attributes: [
      { name: 'tier', value: name === 'ann' ? 'gold' : 'plain' },
      { name: 'mark', value: `${organization} "quoted"` },
    ],
  }));
}

function makeProducts() {
  return [
    {
      name: 'gold',
      displayName: 'Gold',
      description: 'The best.',
      approvalType: 'auto',
      attributes: [{ name: 'access', value: 'public' }],
      environments: ['test'],
      scopes: ['read', 'write'],
      quota: '100',
      quotaInterval: '1',
      quotaTimeUnit: 'minute',
      operationGroup: {
        operationConfigs: [
          {
            apiSource: 'weather',
            operations: [{ resource: '/', methods: ['GET'] }],
            quota: { limit: '5', interval: '1' },
          },
        ],
        operationConfigType: 'proxy',
      },
    },
    { name: 'plain', displayName: 'Plain', approvalType: 'manual', apiResources: ['/', '/**'], proxies: ['weather'] },
  ];
}

function makePlan() {
  return {
    displayName: 'Monthly',
    apiproduct: 'gold',
    billingPeriod: 'MONTHLY',
    currencyCode: 'EUR',
    setupFee: { currencyCode: 'EUR', units: '3', nanos: 5 },
    fixedFeeFrequency: 1,
    consumptionPricingType: 'FIXED_PER_UNIT',
    consumptionPricingRates: [{ fee: { currencyCode: 'EUR', nanos: 10 } }],
    startTime: '1700000000000',
    state: 'PUBLISHED',
  };
}

function makeGroup(members: readonly string[]) {
  const details = JSON.stringify(members.map((developer) => ({ developer, roles: ['admin', 'a "role"'] })));
  return {
    name: 'Team',
    displayName: 'The team',
    channelId: 'portal',
    channelUri: 'https://example.com',
    email: 'team@example.com',
    attributes: [
      { name: 'size', value: 'two' },
      { name: '__apigee_reserved__developer_details', value: details },
    ],
  };
}
