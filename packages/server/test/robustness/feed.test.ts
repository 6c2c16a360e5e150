import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveItem } from '../../src/ports/store.ts';
import { collect } from '../store-suite/context.ts';
import { type AppWorld, openAppWorld, type ShownApp } from '../support/app.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { followFeed, type RemoteVerifier } from '../support/remote-verifier.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { makeRuntimeToken } from '../support/verification.ts';
import { isLong, scale } from './support/scale.ts';

const rounds = scale('CLAVIGER_FEED_ROUNDS', { quick: 3, long: 100 });

/** A place where servers come and go over one store, and the way there, which can be cut. */
interface Home extends AsyncDisposable {
  /** Starts a server; requests of verifiers go to it from then on. */
  start(): Promise<TestServer>;
  follow(token: string, name?: string): Promise<RemoteVerifier>;
  /** Breaks every connection that is open. */
  breakAll(): void;
  /** While it is cut no request arrives. */
  cut: boolean;
}

let postgres: Promise<PostgresServer> | undefined;
after(async () => (await postgres)?.remove());

async function openHome(engine: 'sqlite' | 'postgres'): Promise<Home> {
  const data = await mkdtemp(join(tmpdir(), 'claviger-feed-'));
  postgres = engine === 'postgres' ? (postgres ?? startPostgres()) : postgres;
  const store = engine === 'sqlite' ? engine : { postgres: (await (await postgres)?.createDatabase()) ?? '' };
  const servers: TestServer[] = [];
  const open = new Set<AbortController>();
  const home: Home = {
    cut: false,
    async start() {
      const server = await startTestServer({ store, settings: { data } });
      servers.push(server);
      return server;
    },
    breakAll() {
      for (const each of open) each.abort();
    },
    follow: (token, name = 'edge') =>
      followFeed({
        url: 'http://plane',
        token,
        name,
        fetch: async (target, init) => {
          if (home.cut) throw new TypeError('cut');
          const broken = new AbortController();
          open.add(broken);
          const url = target.replace('http://plane', servers.at(-1)?.runtimeUrl ?? '');
          const signal = AbortSignal.any([broken.signal, init.signal]);
          return fetch(url, { ...init, signal });
        },
      }),
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server.close();
      await rm(data, { recursive: true, force: true });
    },
  };
  return home;
}

async function prepare(server: TestServer): Promise<{ world: AppWorld; token: string; makeKey(): Promise<Key> }> {
  const world = openAppWorld(() => server, 'acme');
  await world.prepare();
  const token = await makeRuntimeToken(server, 'acme');
  return { world, token, makeKey: () => makeKey(world) };
}

interface Key {
  readonly key: string;
  readonly path: string;
}

async function makeKey(world: AppWorld): Promise<Key> {
  const app: ShownApp = await world.createApp({ apiProducts: ['auto'] });
  const key = app.credentials[0]?.consumerKey ?? '';
  return { key, path: `${world.developer}/apps/${encodeURIComponent(app.name)}/keys/${key}` };
}

async function revoke(server: TestServer, { path }: Key): Promise<void> {
  assert.equal((await server.request('POST', `${path}?action=revoke`)).status, 204);
}

async function* replay(items: readonly ArchiveItem[]): AsyncGenerator<ArchiveItem> {
  yield* items;
}

// Starting a plane is what takes the time.
for (const engine of isLong ? (['sqlite', 'postgres'] as const) : (['sqlite'] as const)) {
  describe(`the feed under adversity, on ${engine}`, () => {
    it('goes on from where it was after broken connections and after a restart of the plane', async () => {
      await using home = await openHome(engine);
      const first = await home.start();
      const { token, makeKey } = await prepare(first);
      const keys = [await makeKey(), await makeKey(), await makeKey()] as const;
      await using remote = await home.follow(token);
      home.breakAll();
      await revoke(first, keys[0]);
      await remote.until(keys[0].key, 'credential.revoked');
      home.cut = true;
      home.breakAll();
      await revoke(first, keys[1]);
      await sleep(50);
      assert.equal(remote.verdictOf(keys[1].key), 'allowed', 'it answers from what it holds');
      home.cut = false;
      await remote.until(keys[1].key, 'credential.revoked');
      const lease = await findLease(first);
      assert.ok(lease);
      await first.close();
      const second = await home.start();
      assert.equal(await findLease(second), lease, 'it outlives the plane');
      await revoke(second, keys[2]);
      await remote.until(keys[2].key, 'credential.revoked');
      assert.equal(remote.count('adopted'), 1, 'one snapshot was enough');
    });

    it('starts over after a restore, which may lack what it was told', async () => {
      await using home = await openHome(engine);
      const server = await home.start();
      const { token, makeKey } = await prepare(server);
      const [kept, changed] = [await makeKey(), await makeKey()];
      const { store } = server.plane;
      const archive = await collect(store.archive.dump());
      await using remote = await home.follow(token);
      await revoke(server, changed);
      const late = await makeKey();
      await remote.until(late.key, 'allowed');
      await remote.until(changed.key, 'credential.revoked');
      await store.archive.load(replay(archive));
      await remote.until(late.key, 'credential.unknown');
      await remote.until(changed.key, 'allowed');
      assert.equal(remote.verdictOf(kept.key), 'allowed');
      await revoke(server, kept);
      await remote.until(kept.key, 'credential.revoked');
    });
  });
}

describe('the feed over two nodes of one PostgreSQL', () => {
  it('tells a verifier of one node what was written on the other, and that one what it applied', async () => {
    await using home = await openHome('postgres');
    const writing = await home.start();
    const { token, makeKey } = await prepare(writing);
    await home.start();
    await using one = await home.follow(token, 'edge-1');
    await using two = await home.follow(token, 'edge-2');
    const { leases, feed } = writing.plane.store;
    const { id } = (await writing.plane.store.organizations.findByName('acme')) ?? { id: '' };
    for (let round = 0; round < rounds; round++) {
      const key = await makeKey();
      for (const remote of [one, two]) await remote.until(key.key, 'allowed');
      await revoke(writing, key);
      const { last } = await feed.head();
      // As a waiter does: looks, and looks again when it rings.
      for (;;) {
        const bell = Promise.withResolvers<void>();
        const stop = leases.onAcknowledge(bell.resolve);
        const behind = (await leases.list(id)).filter(({ applied }) => applied < last);
        if (behind.length > 0) await Promise.race([bell.promise, sleep(5000)]);
        stop();
        if (behind.length === 0) break;
      }
      for (const remote of [one, two]) assert.equal(remote.verdictOf(key.key), 'credential.revoked');
    }
    const names = async () => (await leases.list(id)).map(({ name }) => name.replace(/:.*/, ''));
    // The verifier of the node that was asked, too.
    assert.deepEqual(await names(), ['edge-1', 'edge-2', 'node']);
    await one.client.stop();
    await two.client.stop();
    assert.deepEqual(await names(), ['node']);
  });
});

async function findLease(server: TestServer): Promise<string | undefined> {
  return (await server.plane.store.leases.list(undefined)).find(({ name }) => name === 'edge')?.id;
}
