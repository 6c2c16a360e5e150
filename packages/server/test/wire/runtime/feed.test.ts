import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiProduct } from '../../../src/domain/api-product.ts';
import { type AppWorld, openAppWorld, type ShownApp } from '../../support/app.ts';
import {
  insertApp,
  insertCompany,
  insertCredential,
  insertDeveloper,
  insertProduct,
  makeDeveloper,
} from '../../support/entity.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { followFeed } from '../../support/remote-verifier.ts';
import { makeRuntimeToken, openGateway, sendRuntime } from '../../support/verification.ts';

describeOnEveryStore('the feed', (server) => {
  let world: AppWorld;
  let token = '';
  let made = 0;
  before(async () => {
    world = openAppWorld(server, 'acme');
    await world.prepare();
    token = await makeRuntimeToken(server(), 'acme');
  });

  const follow = (options: object = {}) => followFeed({ url: server().runtimeUrl, token, ...options });
  const manage = async (method: string, path: string, json?: object) => {
    const answer = await server().request(method, `${world.root}${path}`, { json });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  /** A developer of its own with an app. */
  const makeApp = async (members: object = { apiProducts: ['auto'] }) => {
    const email = `dev${++made}@example.com`;
    await manage('POST', '/developers', { email, firstName: 'De', lastName: 'Vel', userName: 'dev' });
    const path = `/developers/${email}`;
    const app = (await manage('POST', `${path}/apps`, { name: 'weather', ...members })).json<ShownApp>();
    return { email, path, app, key: app.credentials[0]?.consumerKey ?? '' };
  };

  it('a change of every noun reaches the verdict of a verifier elsewhere', async () => {
    const [one, two, three, four] = [await makeApp(), await makeApp(), await makeApp(), await makeApp()];
    await using remote = await follow({ name: 'edge-1' });
    for (const { key } of [one, two, three, four]) assert.equal(remote.verdictOf(key), 'allowed');
    await manage('POST', `${one.path}/apps/weather/keys/${one.key}?action=revoke`);
    await remote.until(one.key, 'credential.revoked');
    await manage('POST', `${two.path}/apps/weather?action=revoke`);
    await remote.until(two.key, 'app.revoked');
    await manage('POST', `${three.path}?action=inactive`);
    await remote.until(three.key, 'developer.inactive');
    await manage('POST', `${three.path}?action=active`);
    await remote.until(three.key, 'allowed');
    await manage('DELETE', four.path);
    await remote.until(four.key, 'credential.unknown');
    await manage('POST', '/companies', { name: 'globex', displayName: 'G' });
    const company = (
      await manage('POST', '/companies/globex/apps', { name: 'c', apiProducts: ['auto'] })
    ).json<ShownApp>();
    const companyKey = company.credentials[0]?.consumerKey ?? '';
    await remote.until(companyKey, 'allowed');
    await manage('POST', '/companies/globex?action=inactive');
    await remote.until(companyKey, 'company.inactive');
    const product = { name: 'late', displayName: 'Late', approvalType: 'auto', proxies: ['p'] };
    await manage('POST', '/apiproducts', product);
    const last = await makeApp({ apiProducts: ['late'] });
    await remote.until(last.key, 'product.no-match');
    await manage('PUT', '/apiproducts/late', { ...product, proxies: [] });
    await remote.until(last.key, 'allowed');
    assert.equal(remote.count('adopted'), 1, 'no change made it start over');
    assert.equal(remote.count('unreadable'), 0);
  });

  it('tells records whole, whatever they hold', async () => {
    const { store } = server().plane;
    const { id } = (await store.organizations.findByName('acme')) ?? { id: '' };
    const attributes = [{ name: 'größe "测试"\n\u2028', value: '🚀'.repeat(500) }];
    const quota = { limit: '10', interval: '1', timeUnit: undefined };
    const base = { apiSource: 'a', quota, attributes };
    const operations = [{ resource: '/**', methods: ['GET'] }];
    const product = await insertProduct(store, id, {
      ...{ displayName: undefined, attributes, proxies: ['p'], quota: '1', scopes: ['', 's'] },
      operationGroup: { operationConfigType: 'proxy', operationConfigs: [{ ...base, operations }] },
      graphqlOperationGroup: {
        operationConfigType: undefined,
        operationConfigs: [{ ...base, operations: [{ operation: undefined, operationTypes: ['QUERY'] }] }],
      },
      grpcOperationGroup: { operationConfigs: [{ ...base, quota: undefined, service: 's', methods: [] }] },
      llmOperationGroup: {
        operationConfigs: [
          { apiSource: 'a', attributes, llmTokenQuota: quota, llmOperations: [{ ...operations[0], model: undefined }] },
        ],
      },
      payloadOperationGroup: { operationConfigs: [{ ...base, operations: [{ operation: 'o' }] }] },
    } as Partial<ApiProduct>);
    const developer = await insertDeveloper(store, id, { attributes });
    const company = await insertCompany(store, id, { displayName: undefined, attributes });
    for (const [ownerKind, owner] of [
      ['developer', developer],
      ['company', company],
    ] as const) {
      const app = await insertApp(store, owner, { ownerKind, attributes, scopes: ['s'] });
      await insertCredential(store, app, { attributes, expiresAt: 253_402_300_799_999 });
    }
    await using remote = await follow();
    const { last } = await store.feed.head();
    await store.write(async (t) => {
      for (const [noun, entityId] of [
        ['api-product', product.id],
        ['developer', developer.id],
        ['company', company.id],
      ] as const) {
        t.append({ organizationId: id, noun, entityId, kind: 'put', version: 1 });
      }
    });
    while ((remote.client.status.position?.sequence ?? 0) < last + 3) await sleep(5);
    assert.equal(remote.count('unreadable'), 0);
    assert.equal(remote.count('adopted'), 1);
  });

  it('G5: a right that is taken away while a snapshot is on its way is gone before the verifier answers', async () => {
    const { key, path } = await makeApp();
    await using remote = await follow({
      fetch: async (target: string, init: RequestInit) => {
        const response = await fetch(target, init);
        if (target.includes('snapshot')) await manage('POST', `${path}/apps/weather/keys/${key}?action=revoke`);
        return response;
      },
    });
    assert.equal(remote.verdictOf(key), 'credential.revoked');
    assert.equal(remote.count('applied'), 1, 'the snapshot was older');
  });

  it('makes verifiers start over when what stands in a snapshot’s head changes', async () => {
    const { key } = await makeApp({});
    await using remote = await follow();
    assert.equal(remote.verdictOf(key), 'allowed', 'a key without a product works');
    const json = { properties: [{ name: 'features.keymanagement.disable.unbounded.permissions', value: 'true' }] };
    const answer = await server().request('PUT', '/claviger/v1/organizations/acme', { json });
    assert.equal(answer.status, 200, answer.text);
    await remote.until(key, 'product.none-approved');
    assert.equal(remote.count('start-over'), 1);
  });

  it('tells a snapshot of one moment, and no key or secret in it', async () => {
    const { store } = server().plane;
    const { app, key } = await makeApp();
    const emails = [`${randomUUID()}@example.com`, `${randomUUID()}@example.com`];
    for (const email of emails) {
      await manage('POST', '/developers', { email, firstName: '0', lastName: 'Vel', userName: 'dev' });
    }
    const { id } = (await store.organizations.findByName('acme')) ?? { id: '' };
    let writing = true;
    const writer = (async () => {
      for (let count = 1; writing; count++) {
        await store.write(async (t) => {
          for (const email of emails) {
            const developer = await t.developers.findByEmail(id, email);
            if (developer === undefined) continue;
            await t.developers.update({ ...developer, firstName: String(count), version: developer.version + 1 });
            t.append({ organizationId: id, noun: 'developer', entityId: developer.id, kind: 'put', version: count });
          }
        });
      }
    })();
    for (let round = 0; round < 5; round++) {
      const { text, lines } = await snapshot();
      assert.ok(!text.includes(key) && !text.includes(app.credentials[0]?.consumerSecret ?? key), 'a secret was told');
      const seen = lines.flatMap(({ record }) => (emails.includes(record?.email ?? '') ? record?.firstName : []));
      assert.equal(seen.length, 2);
      assert.equal(seen[0], seen[1], 'of two moments');
    }
    writing = false;
    await writer;
    const { lines } = await snapshot();
    const [head, end] = [lines[0], lines.at(-1)];
    assert.deepEqual([head?.kind, head?.format, head?.organization, end?.kind], ['head', 1, 'acme', 'end']);
    assert.deepEqual(await store.feed.head(), { epoch: head?.epoch, last: head?.sequence });
    const counts = Object.values(end?.counts ?? {}).reduce((sum, count) => sum + count, 0);
    assert.equal(counts, lines.length - 2);
  });

  it('answers a held poll at a change, and holds the lease that the poll asks for until it is left', async () => {
    const { store } = server().plane;
    const ask = await poller({ name: 'edge-9', maxStaleness: 90_000 });
    const held = ask({ hold: 20_000 });
    const { key, path } = await makeApp();
    const first = await held;
    assert.equal(first.kind, 'changes');
    assert.ok(first.changes.length > 0);
    assert.equal(first.changes[0]?.previous, ask.after, 'the chain begins where the poll came after');
    ask.after = first.to;
    while ((await ask({ hold: 0 })).more);
    const { organizationId } = await leaseOf(ask.verifier);
    const listed = await store.leases.list(organizationId);
    const lease = listed.find(({ id }) => id === ask.verifier);
    assert.deepEqual([lease?.name, lease?.applied], ['edge-9', first.to]);
    assert.ok((lease?.remainingMilliseconds ?? 0) > 60_000);
    await manage('POST', `${path}/apps/weather/keys/${key}?action=revoke`);
    const left = await send('leave', { verifier: ask.verifier });
    assert.deepEqual([left.status, left.text], [200, '{}']);
    assert.ok((await store.leases.list(organizationId)).every(({ id }) => id !== ask.verifier));
  });

  it('answers what is not held at once, and without news says how far the log was read', async () => {
    const ask = await poller({});
    const { last } = await server().plane.store.feed.head();
    const answer = await ask({ hold: 0 });
    assert.deepEqual([answer.kind, answer.changes, answer.to, answer.more], ['changes', [], last, false]);
    const waited = await ask({ hold: 30 });
    assert.deepEqual([waited.changes, waited.to], [[], last]);
  });

  it('acknowledges what a change without records of verifiers has in the log', async () => {
    const ask = await poller({});
    const held = ask({ hold: 20_000 });
    const json = { name: 'unused' };
    await server().request('POST', '/claviger/v1/organizations/acme/runtime-credentials', { json });
    const answer = await held;
    assert.deepEqual(answer.changes, []);
    assert.ok(answer.to > ask.after);
  });

  it('takes one poll of a verifier at a time', async () => {
    const ask = await poller({});
    const earlier = send('poll', { ...ask.body(), hold: 20_000 });
    await sleep(20);
    const later = ask({ hold: 10 });
    assert.equal((await earlier).status, 409);
    assert.equal((await later).kind, 'changes');
  });

  it('ends a held poll when its credential is revoked', async () => {
    const path = '/claviger/v1/organizations/acme/runtime-credentials';
    const json = { name: 'short-lived' };
    const credential = (await server().request('POST', path, { json })).json<{ id: string; token: string }>();
    const ask = await poller({});
    const verifier = randomUUID();
    const held = send('poll', { ...ask.body(), verifier, hold: 20_000 }, credential.token);
    await sleep(20);
    assert.equal((await server().request('DELETE', `${path}/${credential.id}`)).status, 204);
    assert.equal((await held).status, 401);
  });

  it('ends a held poll when its organization is deleted', async () => {
    await server().makeOrganization('gone');
    const own = await makeRuntimeToken(server(), 'gone');
    const { lines } = await snapshot(own);
    const { epoch, sequence: after } = lines[0] ?? {};
    const body = { format: 1, epoch, after, verifier: randomUUID(), name: '', maxStaleness: null };
    const held = send('poll', { ...body, hold: 20_000 }, own);
    await sleep(20);
    assert.equal((await server().request('DELETE', '/claviger/v1/organizations/gone?confirm=gone')).status, 200);
    assert.equal((await held).status, 401);
    assert.equal((await send('poll', { ...body, hold: 0 }, own)).status, 401);
  });

  it('starts over who follows another epoch, or is ahead of the log, and counts nothing as applied', async () => {
    const ask = await poller({});
    for (const other of [{ epoch: randomUUID() }, { after: Number.MAX_SAFE_INTEGER }]) {
      const verifier = randomUUID();
      const answer = await send('poll', { ...ask.body(), verifier, hold: 0, ...other });
      assert.deepEqual(JSON.parse(answer.text), { kind: 'start-over' });
      assert.equal((await leaseOf(verifier)).applied, 0);
    }
  });

  it('has nothing to do with verifiers of another organization', async () => {
    await server().makeOrganization('other');
    const foreign = await makeRuntimeToken(server(), 'other');
    const ask = await poller({});
    await ask({ hold: 0 });
    const poll = await send('poll', { ...ask.body(), hold: 0 }, foreign);
    assert.deepEqual([poll.status, (JSON.parse(poll.text) as { field: string }).field], [400, 'verifier']);
    assert.equal((await send('leave', { verifier: ask.verifier }, foreign)).status, 200);
    assert.equal((await leaseOf(ask.verifier)).id, ask.verifier);
    const { text } = await snapshot(foreign);
    assert.equal(text.trimEnd().split('\n').length, 2, 'nothing of the first one');
  });

  it('refuses what it does not know, each with its member', async () => {
    const good = (await poller({})).body();
    const wrong: [object, string, string?][] = [
      [{ ...good, hold: 0, format: 2 }, 'request.invalid', 'format'],
      [{ ...good, hold: 0, more: true }, 'request.invalid', 'body'],
      [{ ...good, hold: -1 }, 'request.invalid', 'hold'],
      [{ ...good, hold: 0, after: 2 ** 53 }, 'request.invalid', 'after'],
      [{ ...good, hold: 0, after: 1.5 }, 'request.invalid', 'after'],
      [{ ...good, hold: 0, after: -1 }, 'request.invalid', 'after'],
      [{ ...good, hold: 0, maxStaleness: -1 }, 'request.invalid', 'maxStaleness'],
      [{ ...good, hold: 0, verifier: 'none' }, 'request.invalid', 'verifier'],
      [{ ...good, hold: 0, name: 'n'.repeat(256) }, 'request.invalid', 'name'],
      [{ ...good, hold: 0, epoch: '' }, 'request.invalid', 'epoch'],
      [{ ...good }, 'request.missing', 'hold'],
      [[], 'request.invalid', 'body'],
    ];
    for (const [body, code, field] of wrong) {
      const { status, text } = await send('poll', body);
      const problem = JSON.parse(text) as { code: string; field?: string };
      assert.deepEqual([status, problem.code, problem.field], [400, code, field], text);
    }
    for (const path of ['snapshot', 'snapshot?format=2', 'snapshot?format=1&more=1', 'snapshot?format=x']) {
      assert.equal((await get(path)).status, 400, path);
    }
    assert.equal((await send('leave', {})).status, 400);
    assert.equal((await send('leave', { verifier: 7 })).status, 400);
    assert.equal((await get('snapshot?format=1', 'clv_runtime_none')).status, 401);
  });

  it('gives as many snapshots at once as it can, and lets go of those whose reader is gone', async () => {
    const { store } = server().plane;
    await server().makeOrganization('large');
    const { id } = (await store.organizations.findByName('large')) ?? { id: '' };
    const attributes = [{ name: 'a', value: 'v'.repeat(2000) }];
    await store.write(async (t) => {
      for (let at = 0; at < 5000; at++) await t.developers.insert(makeDeveloper(id, { attributes }));
    });
    const own = await makeRuntimeToken(server(), 'large');
    const open = () => get('snapshot?format=1', own);
    const slow = [await open(), await open()];
    const third = open();
    assert.equal((await get('snapshot?format=1')).status, 200, 'another organization is served meanwhile');
    // It stands in line until a reader is gone.
    for (const response of slow) await response.body?.cancel();
    const { status, body } = await third;
    assert.equal(status, 200);
    await body?.cancel();
    for (let round = 0; round < 6; round++) {
      const again = await open();
      assert.equal(again.status, 200, 'a reader that is gone keeps its place');
      await again.body?.cancel();
    }
  });

  it('is told of in the document of the runtime listener', async () => {
    const document = (await (await fetch(`${server().runtimeUrl}/openapi/verification.json`)).json()) as {
      paths: object;
    };
    const paths = Object.keys(document.paths);
    for (const path of ['snapshot', 'poll', 'leave']) assert.ok(paths.includes(`/v1/feed/${path}`), paths.join());
  });

  it('waits for the verifier of the node too, and no more once it is told to stop', async () => {
    const { store } = server().plane;
    const { key } = await makeApp();
    const gateway = await openGateway(server, 'acme');
    await gateway.until({ key }, 'allowed');
    const { last } = await store.feed.head();
    const [own] = (await store.leases.list('none')).filter(({ name }) => name.startsWith('node:'));
    assert.equal(own?.organizationId, undefined);
    assert.ok(own !== undefined && own.remainingMilliseconds !== undefined && own.remainingMilliseconds > 60_000);
    for (let tries = 0; ; tries++) {
      const [now] = await store.leases.list('none');
      if ((now?.applied ?? 0) >= last) break;
      assert.ok(tries < 500, 'it applies and does not tell');
      await sleep(10);
    }
  });

  interface Line {
    readonly kind?: string;
    readonly format?: number;
    readonly organization?: string;
    readonly epoch?: string;
    readonly sequence?: number;
    readonly counts?: Readonly<Record<string, number>>;
    readonly record?: { readonly email?: string; readonly firstName?: string };
  }

  async function snapshot(as?: string): Promise<{ text: string; lines: Line[] }> {
    const response = await get('snapshot?format=1', as);
    assert.equal(response.status, 200);
    const text = await response.text();
    const lines = text.trimEnd().split('\n');
    return { text, lines: lines.map((line) => JSON.parse(line) as Line) };
  }

  function get(path: string, as = token): Promise<Response> {
    return fetch(`${server().runtimeUrl}/claviger/v1/feed/${path}`, { headers: { authorization: `Bearer ${as}` } });
  }

  function send(path: string, body: object, as = token) {
    return sendRuntime(server(), {
      authorization: `Bearer ${as}`,
      type: 'application/json',
      body: JSON.stringify(body),
      path: `/claviger/v1/feed/${path}`,
    });
  }

  interface ShownAnswer {
    readonly kind: string;
    readonly changes: readonly { readonly sequence: number; readonly previous: number }[];
    readonly to: number;
    readonly more: boolean;
  }

  /** A verifier by hand, at the end of the log. */
  async function poller(members: object) {
    const { epoch, last } = await server().plane.store.feed.head();
    const verifier = randomUUID();
    const ask = async (more: object): Promise<ShownAnswer> => {
      const { status, text } = await send('poll', { ...ask.body(), ...more });
      assert.equal(status, 200, text);
      return JSON.parse(text) as ShownAnswer;
    };
    const more = { format: 1, epoch, verifier, name: '', maxStaleness: 60_000, ...members };
    ask.verifier = verifier;
    ask.after = last;
    ask.body = () => ({ ...more, after: ask.after });
    return ask;
  }

  async function leaseOf(verifier: string) {
    const lease = (await server().plane.store.leases.list(undefined)).find(({ id }) => id === verifier);
    assert.ok(lease, 'it has no lease');
    return { ...lease, organizationId: lease.organizationId ?? '' };
  }
});
