import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore, type GetServer } from '../../support/every-store.ts';
import type { TestRequest, TestResponse } from '../../support/server.ts';

interface Plan {
  readonly name: string;
  readonly [member: string]: unknown;
}
interface Page {
  readonly ratePlans?: readonly Plan[];
  readonly nextStartKey?: string;
}

const whole = {
  displayName: 'Gold',
  description: 'All you can call',
  billingPeriod: 'MONTHLY',
  paymentFundingModel: 'POSTPAID',
  currencyCode: 'EUR',
  setupFee: { currencyCode: 'EUR', units: '10', nanos: 500000000 },
  fixedRecurringFee: { currencyCode: 'EUR', units: '1' },
  fixedFeeFrequency: 1,
  consumptionPricingType: 'BANDED',
  consumptionPricingRates: [
    { end: '100', fee: { currencyCode: 'EUR', units: '2' } },
    { start: '101', fee: { currencyCode: 'EUR', nanos: 250000000 } },
  ],
  revenueShareType: 'FIXED',
  revenueShareRates: [{ start: '1', sharePercentage: 12.5 }],
  startTime: '1700000000000',
  endTime: '1800000000000',
  state: 'PUBLISHED',
};

const organization = 'x-plans';
const root = `/v1/organizations/${organization}/apiproducts`;
const plans = `${root}/weather/rateplans`;

/** What the tests do, over and over. */
function createTools(server: GetServer) {
  const send = (method: string, path: string, request: TestRequest = {}): Promise<TestResponse> =>
    server().request(method, path, request);
  async function create(json: object, product = 'weather'): Promise<Plan> {
    const answer = await send('POST', `${root}/${product}/rateplans`, { json });
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  }
  return { send, create };
}

type Tools = ReturnType<typeof createTools>;

/** compat/x.md §1.6. */
describeOnEveryStore('rate plans in X', (server) => {
  const tools = createTools(server);
  before(async () => {
    await server().makeOrganization(organization, 'x');
    for (const name of ['weather', 'other', 'brief']) await tools.send('POST', root, { json: { name } });
  });
  oneTests(tools);
  listTests(tools);
  refusingTests(tools);
});

function oneTests({ send, create }: Tools): void {
  it('keeps all that a client says of a plan', async () => {
    const plan = await create(whole);
    const { name, createdAt, lastModifiedAt, ...shown } = plan;
    assert.deepEqual(shown, { ...whole, apiproduct: 'weather' });
    assert.match(name, /^[0-9a-f-]{36}$/);
    assert.match(String(createdAt), /^\d{13}$/);
    assert.equal(createdAt, lastModifiedAt);
    assert.deepEqual((await send('GET', `${plans}/${name}`)).json(), plan);
    assert.equal((await send('PUT', `${plans}/${name}`, { json: plan })).status, 200, 'what was read can be written');
  });

  it('replaces a plan whole, and deletes it', async () => {
    const { name } = await create(whole);
    const updated = await send('PUT', `${plans}/${name}`, { json: { displayName: 'Tin' } });
    const { lastModifiedAt: _, createdAt: __, ...shown } = updated.json<Plan>();
    assert.deepEqual(shown, { name, apiproduct: 'weather', displayName: 'Tin' });
    assert.equal((await send('DELETE', `${plans}/${name}`)).json<Plan>().name, name);
    for (const method of ['GET', 'DELETE']) assert.equal((await send(method, `${plans}/${name}`)).status, 404);
  });

  it('finds a plan under its own product alone', async () => {
    const { name } = await create({}, 'other');
    const answer = await send('GET', `${plans}/${name}`);
    assert.equal(answer.status, 404);
    assert.match(answer.text, /"type": "mint\.resourceDoesNotExist"/);
    assert.equal((await send('GET', `${root}/none/rateplans/${name}`)).status, 404);
    assert.equal((await send('POST', `${root}/none/rateplans`, { json: {} })).status, 404);
    assert.equal((await send('POST', plans, { json: { apiproduct: 'other' } })).status, 400);
  });
}

function listTests({ send, create }: Tools): void {
  for (const orderBy of ['name', 'state', 'startTime', 'endTime', undefined]) {
    it(`walks all plans, ordered by ${orderBy ?? 'nothing said'}`, async () => {
      const product = `by-${orderBy ?? 'default'}`;
      await send('POST', root, { json: { name: product } });
      const times = [3, 1, 2, 1, 3, 2, 0];
      for (const time of times) {
        const state = time === 0 ? undefined : time > 1 ? 'PUBLISHED' : 'DRAFT';
        const moment = time === 0 ? {} : { startTime: String(time), endTime: String(10 - time) };
        await create({ ...moment, state }, product);
      }
      const query = new URLSearchParams({ expand: 'true', count: '2', ...(orderBy && { orderBy }) });
      const seen: Plan[] = [];
      for (let turns = 0; turns < 5; turns++) {
        const page = (await send('GET', `${root}/${product}/rateplans?${query}`)).json<Page>();
        seen.push(...(page.ratePlans ?? []));
        if (page.nextStartKey === undefined) break;
        query.set('startKey', page.nextStartKey);
      }
      assert.equal(new Set(seen.map(({ name }) => name)).size, times.length);
      const key = orderBy ?? 'name';
      const values = seen.map((plan) => [String(plan[key] ?? ''), plan.name].join(' '));
      assert.deepEqual(values, values.toSorted());
    });
  }

  it('shows names alone unless expanded, and only the state asked for', async () => {
    const published = await create({ state: 'PUBLISHED' }, 'brief');
    const draft = await create({ state: 'DRAFT' }, 'brief');
    const read = async (query: string) => (await send('GET', `${root}/brief/rateplans?${query}`)).json<Page>();
    assert.deepEqual(await read('state=PUBLISHED'), { ratePlans: [{ name: published.name }] });
    assert.deepEqual(await read('state=DRAFT&expand=true'), { ratePlans: [draft] });
    assert.equal((await read('state=STATE_UNSPECIFIED')).ratePlans?.length, 2);
    for (const query of ['state=GONE', 'orderBy=size', 'count=0', 'count=1001']) {
      assert.equal((await send('GET', `${root}/brief/rateplans?${query}`)).status, 400, query);
    }
    assert.equal((await send('GET', `${root}/brief/rateplans?startKey=none`)).status, 404);
  });

  it('lists the plans of all products under a hyphen, and none of a product that is gone', async () => {
    const all = async () =>
      (await send('GET', `${root}/-/rateplans?expand=true&count=1000`)).json<Page>().ratePlans ?? [];
    await send('POST', root, { json: { name: 'leaving' } });
    const plan = await create({ displayName: 'Last' }, 'leaving');
    assert.ok((await all()).some(({ name, apiproduct }) => name === plan.name && apiproduct === 'leaving'));
    await send('DELETE', `${root}/leaving`);
    assert.ok((await all()).every(({ name }) => name !== plan.name));
    await send('POST', root, { json: { name: 'leaving' } });
    assert.equal((await send('GET', `${root}/leaving/rateplans`)).text, '{}\n');
    assert.equal((await send('GET', `${root}/leaving/rateplans/${plan.name}`)).status, 404);
  });
}

function refusingTests({ send }: Tools): void {
  const money = (members: object) => ({ setupFee: { currencyCode: 'EUR', ...members } });
  const bad: [string, object][] = [
    ['an unknown state', { state: 'READY' }],
    ['a currency in small letters', { currencyCode: 'eur' }],
    ['a fee without a currency', { setupFee: { units: '1' } }],
    ['signs that differ', money({ units: '1', nanos: -1 })],
    ['nanos beyond one unit', money({ nanos: 1_000_000_000 })],
    ['units beyond an int64', money({ units: '9223372036854775808' })],
    ['units as a number that no double holds', money({ units: 2 ** 53 })],
    ['a currency that there is not', { currencyCode: 'EUX' }],
    ['an end before the start', { startTime: '5', endTime: '4' }],
    ['a time before 1970', { startTime: '-1' }],
    ['a range that ends before it starts', { consumptionPricingRates: [{ start: '2', end: '1' }] }],
    ['a share of more than all', { revenueShareRates: [{ sharePercentage: 101 }] }],
    ['101 ranges', { consumptionPricingRates: Array(101).fill({}) }],
    ['a member that there is not', { price: 1 }],
  ];
  for (const [title, json] of bad) {
    it(`refuses ${title}`, async () => assert.equal((await send('POST', plans, { json })).status, 400));
  }
}
