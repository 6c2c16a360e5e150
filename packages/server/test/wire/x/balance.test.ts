import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { makeDeveloper } from '../../support/app.ts';
import { describeOnEveryStore, type GetServer } from '../../support/every-store.ts';
import type { TestRequest, TestResponse } from '../../support/server.ts';

interface Wallet {
  readonly balance: { readonly currencyCode: string; readonly units?: string; readonly nanos?: number };
  readonly lastCreditTime?: string;
}

const organization = 'x-balance';
const root = `/v1/organizations/${organization}`;

/** What the tests do, over and over. Each works with an owner of its own. */
function createTools(server: GetServer) {
  const send = (method: string, path: string, request: TestRequest = {}): Promise<TestResponse> =>
    server().request(method, `${root}/${path}`, request);
  const balancesOf = async (owner: string): Promise<Wallet['balance'][]> =>
    ((await send('GET', `${owner}/balance`)).json<{ wallets?: Wallet[] }>().wallets ?? []).map((one) => one.balance);
  const credit = (owner: string, transactionId: string, transactionAmount: object) =>
    send('POST', `${owner}/balance:credit`, { json: { transactionId, transactionAmount } });
  const adjust = (owner: string, adjustment: object) =>
    send('POST', `${owner}/balance:adjust`, { json: { adjustment } });
  let made = 0;
  const makeOwner = async (kind: 'developers' | 'appgroups' = 'developers'): Promise<string> => {
    const name = `owner-${++made}`;
    if (kind === 'developers') await makeDeveloper(server, root, `${name}@example.com`);
    else assert.equal((await send('POST', 'appgroups', { json: { name } })).status, 200);
    return `${kind}/${name}${kind === 'developers' ? '@example.com' : ''}`;
  };
  return { send, balancesOf, credit, adjust, makeOwner };
}

type Tools = ReturnType<typeof createTools>;

const euro = (units: string, nanos = 0) => ({ currencyCode: 'EUR', units, ...(nanos !== 0 && { nanos }) });

/** compat/x.md §1.2. */
describeOnEveryStore('balances in X', (server) => {
  const tools = createTools(server);
  before(() => server().makeOrganization(organization, 'x'));
  for (const kind of ['developers', 'appgroups'] as const) creditingTests(tools, kind);
  adjustingTests(tools);
  concurrencyTests(tools);
  refusingTests(tools);
  recordTests(server, tools);
});

function creditingTests({ send, balancesOf, credit, makeOwner }: Tools, kind: 'developers' | 'appgroups'): void {
  it(`of ${kind} begin with nothing, and have a wallet for each currency`, async () => {
    const owner = await makeOwner(kind);
    assert.equal((await send('GET', `${owner}/balance`)).text, '{}\n');
    const before = Date.now();
    const first = await credit(owner, 'one', euro('10', 500_000_000));
    assert.equal(first.status, 200, first.text);
    const [wallet] = first.json<{ wallets: Wallet[] }>().wallets;
    assert.deepEqual(wallet?.balance, euro('10', 500_000_000));
    assert.match(wallet?.lastCreditTime ?? '', /^\d+$/);
    assert.ok(Number(wallet?.lastCreditTime) >= before - 1000);
    await credit(owner, 'two', { currencyCode: 'CHF', nanos: 1 });
    const third = await credit(owner, 'three', euro('0', 500_000_000));
    const shown = (await send('GET', `${owner}/balance`)).json();
    assert.deepEqual(third.json(), shown);
    assert.deepEqual(await balancesOf(owner), [{ currencyCode: 'CHF', nanos: 1 }, euro('11')]);
  });

  it(`of ${kind} are credited once for each transaction, and never with another amount`, async () => {
    const owner = await makeOwner(kind);
    const first = await credit(owner, 'again', euro('5'));
    // As a number, as text, and in snake_case: the same amount.
    for (const transactionAmount of [euro('5'), { currency_code: 'EUR', units: 5, nanos: 0 }]) {
      const again = await credit(owner, 'again', transactionAmount);
      assert.deepEqual([again.status, again.text], [200, first.text]);
    }
    for (const other of [euro('6'), { currencyCode: 'USD', units: '5' }]) {
      const refused = await credit(owner, 'again', other);
      assert.equal(refused.status, 409, refused.text);
      assert.match(refused.text, /mint\.transactionAlreadyExists/);
      assert.match(refused.text, /"ABORTED"/);
    }
    assert.deepEqual(await balancesOf(owner), [euro('5')]);
    const stranger = await makeOwner(kind);
    assert.equal((await credit(stranger, 'again', euro('7'))).status, 200, 'a transaction is one of its owner');
    assert.deepEqual(await balancesOf(stranger), [euro('7')]);
  });
}

function adjustingTests({ balancesOf, credit, adjust, makeOwner }: Tools): void {
  it('are lowered by an adjustment, and raised again up to what the last credit made them', async () => {
    const owner = await makeOwner();
    await credit(owner, '1', euro('100'));
    assert.equal((await adjust(owner, euro('10', 250_000_000))).status, 200);
    assert.deepEqual(await balancesOf(owner), [euro('89', 750_000_000)]);
    assert.equal((await adjust(owner, euro('-10', -250_000_001))).status, 400);
    assert.equal((await adjust(owner, euro('-10', -250_000_000))).status, 200);
    assert.deepEqual(await balancesOf(owner), [euro('100')]);
    assert.equal((await adjust(owner, { currencyCode: 'EUR', nanos: -1 })).status, 400);
    await adjust(owner, euro('60'));
    await credit(owner, '2', euro('5'));
    assert.equal((await adjust(owner, euro('-1'))).status, 400, 'the last credit made it 45');
  });

  it('go below nothing where more was used than was paid', async () => {
    const owner = await makeOwner();
    const answer = await adjust(owner, euro('1', 1));
    assert.deepEqual(answer.json(), { wallets: [{ balance: euro('-1', -1) }] });
    assert.equal((await adjust(owner, euro('-1', -2))).status, 400, 'nothing was ever credited');
    assert.equal((await adjust(owner, euro('-1', -1))).status, 200);
    assert.deepEqual(await balancesOf(owner), [{ currencyCode: 'EUR' }]);
  });

  it('of app groups are not raised by an adjustment', async () => {
    const owner = await makeOwner('appgroups');
    await credit(owner, '1', euro('100'));
    assert.equal((await adjust(owner, euro('40'))).status, 200);
    assert.equal((await adjust(owner, euro('-1'))).status, 400);
    assert.deepEqual(await balancesOf(owner), [euro('60')]);
  });

  it('hold what an int64 holds, to the billionth, and nothing beyond', async () => {
    const owner = await makeOwner();
    await credit(owner, '1', euro('9223372036854775806', 999_999_999));
    await credit(owner, '2', euro('1'));
    assert.deepEqual(await balancesOf(owner), [euro('9223372036854775807', 999_999_999)]);
    const refused = await credit(owner, '3', euro('0', 1));
    assert.equal(refused.status, 400, refused.text);
    assert.match(refused.text, /transactionAmount/);
    assert.deepEqual(await balancesOf(owner), [euro('9223372036854775807', 999_999_999)]);
    const poor = await makeOwner();
    for (const units of ['9223372036854775807', '1']) assert.equal((await adjust(poor, euro(units))).status, 200);
    assert.equal((await adjust(poor, euro('1'))).status, 400);
    assert.deepEqual(await balancesOf(poor), [euro('-9223372036854775808')]);
    // A refused transaction was not made, and can be made.
    await adjust(owner, euro('1'));
    assert.equal((await credit(owner, '3', euro('0', 1))).status, 200);
  });
}

function concurrencyTests({ balancesOf, credit, adjust, makeOwner }: Tools): void {
  it('lose none of fifty credits at once, each also sent twice', async () => {
    const owner = await makeOwner();
    const ids = Array.from({ length: 50 }, (_, at) => `t${at}`);
    const answers = await Promise.all([...ids, ...ids].map((id) => credit(owner, id, euro('1', 10_000_000))));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.deepEqual(await balancesOf(owner), [euro('50', 500_000_000)]);
  });

  it('take one of many amounts that come at once under one transaction', async () => {
    const owner = await makeOwner();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => credit(owner, 'one', euro(`${at + 1}`))));
    const made = answers.flatMap(({ status }, at) => (status === 200 ? [euro(`${at + 1}`)] : []));
    assert.equal(answers.filter(({ status }) => status === 409).length, 19);
    assert.deepEqual(await balancesOf(owner), made);
  });

  it('end exact where credits and adjustments meet', async () => {
    const owner = await makeOwner();
    await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        at % 2 === 0 ? credit(owner, `${at}`, euro('3', 1)) : adjust(owner, euro('1', 1)),
      ),
    );
    assert.deepEqual(await balancesOf(owner), [euro('40')]);
  });
}

function refusingTests({ send, balancesOf, credit, adjust, makeOwner }: Tools): void {
  const good = { transactionAmount: euro('1'), transactionId: 'x' };
  const badCredits: [string, object][] = [
    ['nothing', {}],
    ['no amount', { transactionId: 'x' }],
    ['no transaction', { transactionAmount: euro('1') }],
    ['an empty transaction', { ...good, transactionId: '' }],
    ['a transaction of 256 characters', { ...good, transactionId: 'x'.repeat(256) }],
    ['a transaction with a control character', { ...good, transactionId: 'a\u0000' }],
    ['an amount of nothing', { ...good, transactionAmount: euro('0') }],
    ['less than nothing', { ...good, transactionAmount: euro('-1') }],
    ['a nano less than nothing', { ...good, transactionAmount: { currencyCode: 'EUR', nanos: -1 } }],
    ['no currency', { ...good, transactionAmount: { units: '1' } }],
    ['a currency in small letters', { ...good, transactionAmount: { ...euro('1'), currencyCode: 'eur' } }],
    ['a currency that there is not', { ...good, transactionAmount: { ...euro('1'), currencyCode: 'ZZZ' } }],
    ['signs that differ', { ...good, transactionAmount: euro('1', -1) }],
    ['nanos of a whole unit', { ...good, transactionAmount: euro('1', 1_000_000_000) }],
    ['half a nano', { ...good, transactionAmount: euro('1', 0.5) }],
    ['units beyond an int64', { ...good, transactionAmount: euro('9223372036854775808') }],
    [
      'units that no double holds, as a number',
      { ...good, transactionAmount: { currencyCode: 'EUR', units: 2 ** 53 } },
    ],
    ['half a unit', { ...good, transactionAmount: euro('0.5') }],
    ['a member that there is not', { ...good, adjustment: euro('1') }],
  ];
  it('refuse what can not be credited, and stay as they are', async () => {
    const owner = await makeOwner();
    for (const [title, json] of badCredits) {
      const answer = await send('POST', `${owner}/balance:credit`, { json });
      assert.equal(answer.status, 400, `${title}: ${answer.text}`);
    }
    for (const json of [{}, { adjustment: {} }, { adjustment: euro('0') }, { adjustment: euro('1', -1) }]) {
      assert.equal((await send('POST', `${owner}/balance:adjust`, { json })).status, 400);
    }
    assert.deepEqual(await balancesOf(owner), []);
  });

  it('are not there where the owner is not, and take no other verb', async () => {
    const owner = await makeOwner();
    for (const nobody of ['developers/nobody@example.com', 'appgroups/nobody']) {
      assert.equal((await send('GET', `${nobody}/balance`)).status, 404);
      assert.equal((await credit(nobody, 'x', euro('1'))).status, 404);
      assert.equal((await adjust(nobody, euro('1'))).status, 404);
    }
    for (const [method, path] of [
      ['PUT', 'balance'],
      ['DELETE', 'balance'],
      ['GET', 'balance:credit'],
      ['PUT', 'balance:adjust'],
    ] as const) {
      assert.equal((await send(method, `${owner}/${path}`)).status, 405, `${method} ${path}`);
    }
  });
}

function recordTests(server: GetServer, { send, credit, adjust, makeOwner }: Tools): void {
  it('tell the feed and the audit of each change once, and of none that was not made', async () => {
    const owner = await makeOwner();
    const { feed, audit, organizations } = server().plane.store;
    const { last } = await feed.head();
    await credit(owner, '1', euro('9'));
    await credit(owner, '1', euro('9'));
    await credit(owner, '1', euro('8'));
    await adjust(owner, euro('2'));
    await adjust(owner, euro('-9'));
    const changes = (await feed.after(last, 9)).map(({ noun, kind, version }) => [noun, kind, version]);
    assert.deepEqual(changes, [
      ['balance', 'put', 1],
      ['balance', 'put', 2],
    ]);
    const { id = '' } = (await organizations.findByName(organization)) ?? {};
    const range = { organizationId: id, from: 0, to: Number.MAX_SAFE_INTEGER, limit: 9 };
    const entries = await audit.list({ ...range, resource: `/${owner}/balance`, beneath: false });
    assert.deepEqual(
      entries.map(({ operation, request }) => [operation, request]),
      [
        ['CREATE', '{"adjustment":{"currencyCode":"EUR","units":"2","nanos":0}}'],
        ['CREATE', '{"transactionAmount":{"currencyCode":"EUR","units":"9","nanos":0},"transactionId":"1"}'],
      ],
    );
  });

  it('are read and changed by who may read and change the owner, and held to a narrower path', async () => {
    const owner = await makeOwner();
    const json = { transactionAmount: euro('1'), transactionId: 'x' };
    for (const [role, read, write] of [
      ['devadmin', 200, 200],
      ['businessuser', 200, 200],
      ['readonlyadmin', 200, 403],
    ] as const) {
      const auth = await server().makeAccount(`${role}@example.com`, [{ organization, role }]);
      assert.equal((await send('GET', `${owner}/balance`, { auth })).status, read, role);
      assert.equal((await send('POST', `${owner}/balance:credit`, { auth, json })).status, write, role);
    }
    const roles = `/edge${root}/userroles`;
    await server().request('POST', roles, { json: { role: [{ name: 'portal' }] } });
    const resourcePermission = [
      { path: '/developers', permissions: ['get', 'put'] },
      { path: '/developers/*/balance', permissions: ['get'] },
    ];
    const made = await server().request('POST', `${roles}/portal/resourcepermissions`, {
      json: { resourcePermission },
    });
    assert.equal(made.status, 200, made.text);
    const auth = await server().makeAccount('portal@example.com', [{ organization, role: 'portal' }]);
    assert.equal((await send('GET', `${owner}/balance`, { auth })).status, 200);
    assert.equal((await send('POST', `${owner}/balance:credit`, { auth, json })).status, 403);
    assert.equal(
      (await send('PUT', `${owner}/monetizationConfig`, { auth, json: { billingType: 'PREPAID' } })).status,
      200,
    );
    const outsider = await server().makeAccount('outsider@example.com');
    assert.equal((await send('GET', `${owner}/balance`, { auth: outsider })).status, 403);
    assert.equal((await send('GET', `${owner}/balance`, { auth: null })).status, 401);
  });

  it('are gone with the owner, and a new one of that name has none', async () => {
    for (const kind of ['developers', 'appgroups'] as const) {
      const owner = await makeOwner(kind);
      await credit(owner, '1', euro('9'));
      await send('DELETE', owner);
      assert.equal((await send('GET', `${owner}/balance`)).status, 404);
      const name = owner.split('/')[1] ?? '';
      if (kind === 'developers') await makeDeveloper(server, root, name);
      else await send('POST', 'appgroups', { json: { name } });
      assert.equal((await send('GET', `${owner}/balance`)).text, '{}\n');
      assert.equal((await credit(owner, '1', euro('4'))).status, 200);
    }
  });
}
