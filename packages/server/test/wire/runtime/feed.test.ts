import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { packedSnapshotType } from '@claviger/verify';
import { makeDeveloper } from '../../support/entity.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { openFeedWorld } from '../../support/feed-world.ts';
import { makeRuntimeToken, openGateway, sendRuntime } from '../../support/verification.ts';

describeOnEveryStore('the feed', (server) => {
  const world = openFeedWorld(server, 'acme');
  const { manage, makeApp } = world;
  before(() => world.prepare());

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

  it('packs a snapshot for who names that form, with the same records in it', async () => {
    await makeApp();
    const ask = async (accept: string) => {
      const headers = { authorization: `Bearer ${world.token}`, accept };
      const response = await fetch(`${server().runtimeUrl}/claviger/v1/feed/snapshot?format=1`, { headers });
      assert.deepEqual([response.status, response.headers.get('vary')], [200, 'accept']);
      return { type: response.headers.get('content-type'), bytes: new Uint8Array(await response.arrayBuffer()) };
    };
    const packed = await ask(`text/plain, ${packedSnapshotType.toUpperCase()};q=0.9, */*`);
    const lines = await ask(`${packedSnapshotType};q=0.0, application/x-ndjson`);
    assert.deepEqual([packed.type, lines.type], [packedSnapshotType, 'application/x-ndjson']);
    assert.equal((await ask('*/*')).type, 'application/x-ndjson');
    const frames: Uint8Array[] = [];
    for (let at = 0; at < packed.bytes.length; ) {
      const length = new DataView(packed.bytes.buffer).getUint32(at, true);
      frames.push(packed.bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    const told = new TextDecoder().decode(lines.bytes).trimEnd().split('\n');
    assert.equal(new TextDecoder().decode(frames.at(-1)), told.at(-1));
    const kinds = new Set(frames.map(([first]) => first));
    assert.deepEqual(kinds, new Set([0x7b, 1, 2, 3]), 'lines, and batches of keys, apps and developers');
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
    const attributes = Array.from({ length: 16 }, (_, at) => ({ name: `a${at}`, value: 'v'.repeat(2000) }));
    await store.write(async (t) => {
      for (let at = 0; at < 600; at++) await t.developers.insert(makeDeveloper(id, { attributes }));
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
      assert.ok(tries < 6000, 'it applies and does not tell');
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

  function get(path: string, as = world.token): Promise<Response> {
    return fetch(`${server().runtimeUrl}/claviger/v1/feed/${path}`, { headers: { authorization: `Bearer ${as}` } });
  }

  function send(path: string, body: object, as = world.token) {
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
