import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { makeDeveloper } from '../../support/app.ts';
import { describeOnEveryStore, type GetServer } from '../../support/every-store.ts';
import type { TestRequest, TestResponse } from '../../support/server.ts';

interface Subscription {
  readonly name: string;
  readonly apiproduct: string;
  readonly startTime: string;
  readonly endTime?: string;
  readonly createdAt: string;
  readonly lastModifiedAt: string;
}

interface Page {
  readonly developerSubscriptions?: readonly Subscription[];
  readonly appGroupSubscriptions?: readonly Subscription[];
  readonly nextStartKey?: string;
  readonly nextPageToken?: string;
}

const organization = 'x-subscription';
const root = `/v1/organizations/${organization}`;
const unknownId = '00000000-0000-4000-8000-000000000000';

/** What the tests do, over and over. */
function createTools(server: GetServer) {
  const send = (method: string, path: string, request: TestRequest = {}): Promise<TestResponse> =>
    server().request(method, `${root}/${path}`, request);
  async function subscribe(owner: string, members: object = {}): Promise<Subscription> {
    const answer = await send('POST', `${owner}/subscriptions`, { json: { apiproduct: 'weather', ...members } });
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  }
  let made = 0;
  const makeOwner = async (kind: 'developers' | 'appgroups' = 'developers'): Promise<string> => {
    const name = `owner-${++made}`;
    if (kind === 'developers') await makeDeveloper(server, root, `${name}@example.com`);
    else assert.equal((await send('POST', 'appgroups', { json: { name } })).status, 200);
    return `${kind}/${name}${kind === 'developers' ? '@example.com' : ''}`;
  };
  return { send, subscribe, makeOwner };
}

type Tools = ReturnType<typeof createTools>;

/** compat/x.md §1.2, §1.7. */
describeOnEveryStore('subscriptions in X', (server) => {
  const tools = createTools(server);
  before(async () => {
    await server().makeOrganization(organization, 'x');
    const past = { endTime: '1700000000001', startTime: '1700000000000' };
    for (const [name, ...plans] of [
      ['weather', { state: 'PUBLISHED' }],
      ['none'],
      ['drafted', { state: 'DRAFT' }, {}],
      ['over', { state: 'PUBLISHED', ...past }],
      ['renewed', { state: 'PUBLISHED', ...past }, { state: 'PUBLISHED', endTime: '4000000000000' }],
    ] as const) {
      await tools.send('POST', 'apiproducts', { json: { name } });
      for (const json of plans) {
        assert.equal((await tools.send('POST', `apiproducts/${name}/rateplans`, { json })).status, 200);
      }
    }
  });
  for (const kind of ['developers', 'appgroups'] as const) lifeTests(tools, kind);
  pageTests(tools);
  productTests(tools);
  refusingTests(tools);
  recordTests(server, tools);
});

function lifeTests({ send, subscribe, makeOwner }: Tools, kind: 'developers' | 'appgroups'): void {
  it(`of ${kind} begin now, are read again, and end when they are expired, once`, async () => {
    const owner = await makeOwner(kind);
    const made = await subscribe(owner);
    assert.deepEqual(made, {
      name: made.name,
      apiproduct: 'weather',
      startTime: made.createdAt,
      createdAt: made.createdAt,
      lastModifiedAt: made.createdAt,
    });
    const path = `${owner}/subscriptions/${made.name}`;
    assert.deepEqual((await send('GET', path)).json(), made);
    const expired = await send('POST', `${path}:expire`, { json: {} });
    assert.equal(expired.status, 200, expired.text);
    const ended = expired.json<Subscription>();
    assert.deepEqual(ended, { ...made, endTime: ended.lastModifiedAt, lastModifiedAt: ended.lastModifiedAt });
    assert.ok(Number(ended.endTime) >= Number(made.startTime));
    assert.deepEqual((await send('GET', path)).json(), ended);
    const again = await send('POST', `${path}:expire`);
    assert.equal(again.status, 400);
    assert.match(again.text, /mint\.subscriptionExpired/);
    assert.match(again.text, /"FAILED_PRECONDITION"/);
    assert.deepEqual((await send('GET', path)).json(), ended);
    assert.equal((await send('POST', `${path}:cancel`)).status, 405);
  });

  it(`of ${kind} are expired by apigeecli too, which writes a slash more, and without a body`, async () => {
    const owner = await makeOwner(kind);
    const { name } = await subscribe(owner);
    const answer = await send('POST', `${owner}/subscriptions/${name}/:expire`);
    assert.equal(answer.status, 200, answer.text);
    assert.ok(answer.json<Subscription>().endTime);
  });

  it(`of ${kind} are those of their owner alone`, async () => {
    const [owner, stranger] = [await makeOwner(kind), await makeOwner(kind)];
    const { name } = await subscribe(owner);
    for (const [method, path] of [
      ['GET', `${stranger}/subscriptions/${name}`],
      ['POST', `${stranger}/subscriptions/${name}:expire`],
      ['GET', `${owner}/subscriptions/${unknownId}`],
      ['POST', `${owner}/subscriptions/${unknownId}:expire`],
      ['GET', `${kind}/nobody@example.com/subscriptions/${name}`],
      ['GET', `${kind}/nobody@example.com/subscriptions`],
    ] as const) {
      assert.equal((await send(method, path)).status, 404, `${method} ${path}`);
    }
    assert.equal((await send('GET', `${stranger}/subscriptions`)).text, '{}\n');
    assert.ok(!(await send('GET', `${owner}/subscriptions/${name}`)).text.includes('endTime'));
  });

  it(`of ${kind} are gone with their owner`, async () => {
    const owner = await makeOwner(kind);
    const { name } = await subscribe(owner);
    assert.equal((await send('DELETE', owner)).status, 200);
    for (const path of [`${owner}/subscriptions`, `${owner}/subscriptions/${name}`]) {
      assert.equal((await send('GET', path)).status, 404);
    }
  });
}

function pageTests({ send, subscribe, makeOwner }: Tools): void {
  it('of developers come page by page, each once, from the name that begins the next', async () => {
    const owner = await makeOwner();
    const names = (await Promise.all(Array.from({ length: 7 }, () => subscribe(owner)))).map(({ name }) => name);
    const seen: string[] = [];
    let startKey: string | undefined;
    do {
      const query = `count=3${startKey === undefined ? '' : `&startKey=${startKey}`}`;
      const page: Page = (await send('GET', `${owner}/subscriptions?${query}`)).json();
      seen.push(...(page.developerSubscriptions ?? []).map(({ name }) => name));
      startKey = page.nextStartKey;
    } while (startKey !== undefined);
    assert.deepEqual(seen, names.toSorted());
    const all: Page = (await send('GET', `${owner}/subscriptions`)).json();
    assert.equal(all.developerSubscriptions?.length, 7);
    for (const count of ['0', '-1', '1001', 'x']) {
      assert.equal((await send('GET', `${owner}/subscriptions?count=${count}`)).status, 400, count);
    }
    assert.equal((await send('GET', `${owner}/subscriptions?startKey=${unknownId}`)).status, 404);
  });

  it('of app groups come page by page, each page from the last one of the page before', async () => {
    const owner = await makeOwner('appgroups');
    const names = (await Promise.all(Array.from({ length: 7 }, () => subscribe(owner)))).map(({ name }) => name);
    for (const pageSize of [1, 3, 7]) {
      const seen: string[] = [];
      let token: string | undefined;
      do {
        const query = `pageSize=${pageSize}${token === undefined ? '' : `&pageToken=${token}`}`;
        const page: Page = (await send('GET', `${owner}/subscriptions?${query}`)).json();
        seen.push(...(page.appGroupSubscriptions ?? []).map(({ name }) => name));
        token = page.nextPageToken;
      } while (token !== undefined);
      assert.deepEqual([...new Set(seen)], names.toSorted(), `${pageSize}`);
    }
    for (const pageSize of ['0', '5000']) {
      const page: Page = (await send('GET', `${owner}/subscriptions?pageSize=${pageSize}`)).json();
      assert.equal(page.appGroupSubscriptions?.length, 7);
    }
    assert.equal((await send('GET', `${owner}/subscriptions?pageSize=-1`)).status, 400);
  });
}

function productTests({ send, subscribe, makeOwner }: Tools): void {
  it('want a product with a plan that is published and not over', async () => {
    const owner = await makeOwner();
    for (const apiproduct of ['none', 'drafted', 'over']) {
      const answer = await send('POST', `${owner}/subscriptions`, { json: { apiproduct } });
      assert.equal(answer.status, 400, apiproduct);
      assert.match(answer.text, /mint\.noPublishedRatePlan/);
    }
    const unknown = await send('POST', `${owner}/subscriptions`, { json: { apiproduct: 'nothing' } });
    assert.equal(unknown.status, 400);
    assert.match(unknown.text, /cps\.kms\.ApiProductDoesNotExist/);
    assert.equal((await subscribe(owner, { apiproduct: 'renewed' })).apiproduct, 'renewed');
  });

  it('tell of a product after it is gone', async () => {
    const owner = await makeOwner();
    await send('POST', 'apiproducts', { json: { name: 'leaving' } });
    await send('POST', 'apiproducts/leaving/rateplans', { json: { state: 'PUBLISHED' } });
    const made = await subscribe(owner, { apiproduct: 'leaving' });
    await send('DELETE', 'apiproducts/leaving');
    assert.deepEqual((await send('GET', `${owner}/subscriptions/${made.name}`)).json(), made);
    assert.equal((await send('POST', `${owner}/subscriptions/${made.name}:expire`)).status, 200);
  });

  it('of developers have the period that they are made with, those of app groups only what happens to them', async () => {
    const owner = await makeOwner();
    const period = { startTime: '1700000000000', endTime: '4000000000000' };
    const made = await subscribe(owner, { ...period, name: 'mine', createdAt: '1' });
    assert.partialDeepStrictEqual(made, period);
    assert.notEqual(made.name, 'mine');
    assert.ok(Number(made.createdAt) > 1);
    const ended = await subscribe(owner, { startTime: 1, endTime: 2 });
    assert.equal((await send('POST', `${owner}/subscriptions/${ended.name}:expire`)).status, 400);
    const later = await subscribe(owner, { startTime: '4000000000000' });
    assert.equal((await send('POST', `${owner}/subscriptions/${later.name}:expire`)).status, 200);
    assert.equal((await send('POST', `${owner}/subscriptions/${later.name}:expire`)).status, 400);
    const group = await subscribe(await makeOwner('appgroups'), period);
    assert.deepEqual([group.startTime, group.endTime], [group.createdAt, undefined]);
  });
}

function refusingTests({ send, subscribe, makeOwner }: Tools): void {
  const bad: [string, object][] = [
    ['no product', {}],
    ['an empty product', { apiproduct: '' }],
    ['a product that is a number', { apiproduct: 1 }],
    ['an end before the start', { apiproduct: 'weather', startTime: '5', endTime: '4' }],
    ['an end at the start', { apiproduct: 'weather', startTime: '5', endTime: '5' }],
    ['an end in the past of one that begins now', { apiproduct: 'weather', endTime: '5' }],
    ['a time before 1970', { apiproduct: 'weather', startTime: '-1' }],
    ['a time after 9999', { apiproduct: 'weather', endTime: '253402300800000' }],
    ['half a millisecond', { apiproduct: 'weather', startTime: 0.5 }],
    ['a member that there is not', { apiproduct: 'weather', plan: 'gold' }],
  ];
  it('refuse what can not be subscribed to', async () => {
    const owner = await makeOwner();
    for (const [title, json] of bad) {
      assert.equal((await send('POST', `${owner}/subscriptions`, { json })).status, 400, title);
    }
    assert.equal((await send('GET', `${owner}/subscriptions`)).text, '{}\n');
  });

  it('take no verb that they do not have', async () => {
    const owner = await makeOwner();
    const { name } = await subscribe(owner);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'POST']) {
      assert.equal((await send(method, `${owner}/subscriptions/${name}`)).status, 405, method);
    }
    assert.equal((await send('GET', `${owner}/subscriptions/${name}:expire`)).status, 405);
    assert.equal((await send('PUT', `${owner}/subscriptions/${name}:expire`)).status, 405);
  });
}

function recordTests(server: GetServer, { send, subscribe, makeOwner }: Tools): void {
  it('tell the feed and the audit of each change', async () => {
    const owner = await makeOwner();
    const { feed, audit, organizations } = server().plane.store;
    const { last } = await feed.head();
    const { name } = await subscribe(owner);
    await send('POST', `${owner}/subscriptions/${name}:expire`);
    await send('POST', `${owner}/subscriptions/${name}:expire`);
    const changes = (await feed.after(last, 9)).map(({ noun, kind, version }) => [noun, kind, version]);
    assert.deepEqual(changes, [
      ['subscription', 'put', 1],
      ['subscription', 'put', 2],
    ]);
    const { id = '' } = (await organizations.findByName(organization)) ?? {};
    const range = { organizationId: id, from: 0, to: Number.MAX_SAFE_INTEGER, limit: 9 };
    const entries = await audit.list({ ...range, resource: `/${owner}`, beneath: true });
    assert.deepEqual(entries.map(({ operation, resource }) => [operation, resource]).slice(0, 2), [
      ['CREATE', `/${owner}/subscriptions/${name}`],
      ['CREATE', `/${owner}/subscriptions/${name}`],
    ]);
  });
}
