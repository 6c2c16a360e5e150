import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusalReasons } from '@claviger/verify';
import fc from 'fast-check';
import type { App } from '../../src/domain/app.ts';
import type { Credential } from '../../src/domain/credential.ts';
import { decideEffectiveStatus } from '../../src/domain/effective-status.ts';
import { Problem } from '../../src/domain/problem.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Ruling } from '../../src/ports/verifier.ts';
import { LocalVerifier, type LocalVerifierOptions } from '../../src/runtime/verifier.ts';
import { collect } from '../store-suite/context.ts';
import {
  insertApp,
  insertCompany,
  insertCredential,
  insertDeveloper,
  insertOrganization,
  insertProduct,
  makeApp,
  makeCredential,
  nextVersion,
} from '../support/entity.ts';
import { openTestPlane, type TestPlane } from '../support/plane.ts';

const staleMillisecondsMax = 180_000;

interface World extends AsyncDisposable {
  readonly test: TestPlane;
  readonly store: Store;
  readonly organizationId: string;
  readonly app: App;
  readonly credential: Credential;
  readonly verifier: LocalVerifier;
  verdictOf(key?: string): Promise<string>;
  /** Asks until this is the answer. */
  until(wanted: string, key?: string): Promise<void>;
}

async function openWorld(options: Partial<LocalVerifierOptions> = {}): Promise<World> {
  const plane = await openTestPlane();
  const { store, clock, log } = plane.plane;
  const { id: organizationId } = await insertOrganization(store);
  const app = await insertApp(store, await insertDeveloper(store, organizationId));
  const credential = await insertCredential(store, app);
  const verifier = new LocalVerifier({ store, clock, log, staleMillisecondsMax, pollMilliseconds: 20, ...options });
  const verdictOf = async (key = credential.consumerKey) =>
    nameOf(await verifier.verify(organizationId, { key, explain: true }));
  return {
    test: plane,
    store,
    organizationId,
    app,
    credential,
    verifier,
    verdictOf,
    async until(wanted, key) {
      for (let tries = 0; (await verdictOf(key)) !== wanted; tries++) {
        assert.ok(tries < 1500, `${await verdictOf(key)}, and never ${wanted}`);
        await sleep(10);
      }
    },
    async [Symbol.asyncDispose]() {
      await verifier.stop();
      await plane[Symbol.asyncDispose]();
    },
  };
}

async function writeApp({ store, app }: Pick<World, 'store' | 'app'>, status: App['status']): Promise<void> {
  await store.write(async (t) => {
    await t.apps.update(nextVersion(app, { status }));
    t.append({ organizationId: app.organizationId, noun: 'app', entityId: app.id, kind: 'put', version: 2 });
  });
}

function nameOf({ verdict }: Ruling): string {
  return verdict.allowed ? 'allowed' : verdict.reason;
}

/** A store that answers nothing while it is gone. */
function withSwitch(store: Store): { readonly store: LocalVerifierOptions['store']; gone: boolean } {
  const state = { gone: false };
  const guard = <T extends object>(inner: T): T =>
    new Proxy(inner, {
      get(target, name) {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (state.gone && name !== 'onCommit') throw new Problem('store.unavailable', { retryAfterSeconds: 1 });
          return Reflect.apply(member, target, args) as unknown;
        };
      },
    });
  const { feed, verification, runtimeCredentials } = store;
  const guarded = {
    feed: guard(feed),
    verification: guard(verification),
    runtimeCredentials: guard(runtimeCredentials),
  };
  return Object.assign(state, { store: guarded });
}

test('G3: with the store gone it goes on from what it holds, and refuses when that is too old', async () => {
  await using world = await openWorld();
  const { clock, plane } = world.test;
  const guarded = withSwitch(plane.store);
  const { store } = guarded;
  const verifier = new LocalVerifier({ store, clock, log: plane.log, staleMillisecondsMax, pollMilliseconds: 20 });
  const ask = async () => nameOf(await verifier.verify(world.organizationId, { key: world.credential.consumerKey }));
  assert.equal(await ask(), 'allowed');
  guarded.gone = true;
  // Polls under way end.
  await sleep(50);
  clock.advance(staleMillisecondsMax - 1000);
  assert.equal(await ask(), 'allowed');
  assert.equal(verifier.state().fresh, true);
  clock.advance(2000);
  assert.equal(await ask(), 'verifier.stale');
  assert.equal(verifier.state().fresh, false);
  guarded.gone = false;
  for (let tries = 0; (await ask()) !== 'allowed'; tries++) {
    assert.ok(tries < 1500, 'it does not come back');
    await sleep(10);
  }
  await verifier.stop();
});

test('G6: what it never read while the store is gone is refused, and nothing is thrown', async () => {
  await using world = await openWorld();
  const { clock, plane } = world.test;
  const guarded = withSwitch(plane.store);
  guarded.gone = true;
  const { store } = guarded;
  const verifier = new LocalVerifier({ store, clock, log: plane.log, staleMillisecondsMax, pollMilliseconds: 20 });
  const ask = async () => nameOf(await verifier.verify(world.organizationId, { key: world.credential.consumerKey }));
  assert.equal(await ask(), 'verifier.stale');
  guarded.gone = false;
  clock.advance(2000);
  assert.equal(await ask(), 'allowed');
  await verifier.stop();
});

test('a key expires when its time comes, with no change in the log', async () => {
  await using world = await openWorld();
  const { clock } = world.test;
  const expiresAt = clock.now() + 60_000;
  const { consumerKey } = await insertCredential(world.store, world.app, { expiresAt });
  assert.equal(await world.verdictOf(consumerKey), 'allowed');
  clock.advance(59_999);
  assert.equal(await world.verdictOf(consumerKey), 'allowed');
  clock.advance(1);
  assert.equal(await world.verdictOf(consumerKey), 'credential.expired');
});

test('G5: a right that is taken away while a snapshot is read stays away', async () => {
  await using world = await openWorld();
  const { store, credential } = world;
  // The snapshot is open from the first batch on: what is written then is not in it.
  const { verification } = store;
  let written = false;
  const slow = {
    findRule: verification.findRule.bind(verification),
    read: verification.read.bind(verification),
    find: verification.find.bind(verification),
    walk: (id: string, take: Parameters<typeof verification.walk>[1]) =>
      verification.walk(id, async (records) => {
        if (!written) {
          written = true;
          await writeApp(world, 'revoked');
          // The tail takes the change while the organization is not held yet.
          await sleep(100);
        }
        await take(records);
      }),
  };
  const { clock, plane } = world.test;
  const { feed, runtimeCredentials } = store;
  const parts = { feed, runtimeCredentials, verification: slow };
  const verifier = new LocalVerifier({
    store: parts,
    clock,
    log: plane.log,
    staleMillisecondsMax,
    pollMilliseconds: 5,
  });
  const ruling = await verifier.verify(world.organizationId, { key: credential.consumerKey });
  assert.equal(nameOf(ruling), 'app.revoked');
  assert.ok(written);
  await verifier.stop();
});

test('a restore begins anew: what was held before says nothing', async () => {
  await using world = await openWorld();
  const { store, app, credential } = world;
  const items = await collect(store.archive.dump());
  const later = await insertCredential(store, app);
  assert.equal(await world.verdictOf(later.consumerKey), 'allowed');
  await store.archive.load(
    (async function* () {
      yield* items;
    })(),
  );
  await world.until('credential.unknown', later.consumerKey);
  assert.equal(await world.verdictOf(credential.consumerKey), 'allowed');
});

test('of an organization with more keys than fit those are held that are asked for, and follow its changes', async () => {
  await using world = await openWorld({ keysMax: 2 });
  const { store, app, verifier } = world;
  const others = await Promise.all([1, 2, 3].map(() => insertCredential(store, app)));
  for (const { consumerKey } of [world.credential, ...others])
    assert.equal(await world.verdictOf(consumerKey), 'allowed');
  assert.ok(verifier.state().keys <= 2, `${verifier.state().keys} keys`);
  assert.ok(world.test.logLines.some((line) => line.includes('more keys than keys-max')));
  assert.equal(await world.verdictOf('nobody'), 'credential.unknown');
  await writeApp(world, 'revoked');
  await world.until('app.revoked');
  await world.until('app.revoked', others[2]?.consumerKey);
});

test('an organization that outgrows the bound is held no more, but for what is asked for', async () => {
  await using world = await openWorld({ keysMax: 3 });
  const { store, app, organizationId } = world;
  assert.equal(await world.verdictOf(), 'allowed');
  const later = await Promise.all([1, 2, 3].map(() => insertCredential(store, app)));
  await store.write(async (t) => {
    for (const { id } of later) t.append({ organizationId, noun: 'credential', entityId: id, kind: 'put', version: 1 });
  });
  for (const { consumerKey } of later) await world.until('allowed', consumerKey);
  assert.equal(await world.verdictOf('nobody'), 'credential.unknown');
  assert.ok(world.test.logLines.some((line) => line.includes('more keys than keys-max')));
  await writeApp(world, 'revoked');
  await world.until('app.revoked', later[1]?.consumerKey);
});

test('G5: a key that is fetched while a right is taken away is fetched again', async () => {
  await using world = await openWorld();
  const { store, credential, organizationId } = world;
  await insertCredential(store, world.app);
  const { verification, feed, runtimeCredentials } = store;
  let fetched = 0;
  const slow: Store['verification'] = {
    findRule: verification.findRule.bind(verification),
    read: verification.read.bind(verification),
    walk: verification.walk.bind(verification),
    find: async (...given) => {
      const found = await verification.find(...given);
      if (++fetched > 1) return found;
      await writeApp(world, 'revoked');
      // The tail takes the change while the answer is on its way.
      await sleep(200);
      return found;
    },
  };
  const { clock, plane } = world.test;
  const parts = { store: { feed, runtimeCredentials, verification: slow }, clock, log: plane.log };
  const verifier = new LocalVerifier({ ...parts, staleMillisecondsMax, pollMilliseconds: 5, keysMax: 1 });
  const ask = async () => nameOf(await verifier.verify(organizationId, { key: credential.consumerKey }));
  const asked = await Promise.all([ask(), ask(), ask()]);
  assert.deepEqual(asked, ['app.revoked', 'app.revoked', 'app.revoked']);
  assert.equal(fetched, 2, 'who waits for one key asks once');
  await verifier.stop();
});

test('of many organizations the one that was asked about last is held', async () => {
  await using world = await openWorld({ organizationsMax: 1 });
  assert.equal(await world.verdictOf(), 'allowed');
  world.test.clock.advance(1);
  const { id } = await insertOrganization(world.store);
  assert.equal(nameOf(await world.verifier.verify(id, { key: 'k' })), 'credential.unknown');
  assert.equal(world.verifier.state().organizations, 1);
  assert.equal(await world.verdictOf(), 'allowed');
});

test('logs hold no key', async () => {
  await using world = await openWorld();
  await world.verdictOf();
  await world.verdictOf('an-unknown-key');
  for (const secret of [world.credential.consumerKey, 'an-unknown-key']) {
    assert.ok(!world.test.logLines.some((line) => line.includes(secret)));
  }
});

const statuses = ['approved', 'revoked', 'pending'] as const;
const cases = fc.record({
  status: fc.constantFrom(...statuses),
  expiry: fc.constantFrom(undefined, -1, 0, 1),
  products: fc.array(fc.constantFrom(...statuses), { maxLength: 3 }),
  app: fc.constantFrom('approved', 'revoked'),
  owner: fc.record({ kind: fc.constantFrom('developer', 'company'), status: fc.constantFrom('active', 'inactive') }),
});

test('G8: for calls that every product allows it says what the management API says of a key', async () => {
  await using world = await openWorld();
  const { store, organizationId, verifier, test: plane } = world;
  const now = plane.clock.now();
  const products = await Promise.all([1, 2, 3].map(() => insertProduct(store, organizationId)));
  const samples = fc.sample(cases, { numRuns: 150, seed: 7 });
  const made: { readonly credential: Credential; readonly expected: string }[] = [];
  for (const sample of samples) {
    const { kind, status } = sample.owner;
    const insertOwner = kind === 'developer' ? insertDeveloper : insertCompany;
    const { id } = await insertOwner(store, organizationId, { status });
    const app = makeApp(organizationId, { kind, id }, { status: sample.app });
    const credential = makeCredential(app, {
      status: sample.status,
      expiresAt: sample.expiry === undefined ? undefined : now + sample.expiry,
      products: sample.products.map((each, at) => ({ name: products[at]?.name ?? '', status: each })),
    });
    await store.write(async (t) => {
      await t.apps.insert(app);
      await t.credentials.insert(credential);
    });
    const facts = { credential, app, owner: { kind, status }, productlessKeys: 'work', now } as const;
    const standing = decideEffectiveStatus(facts);
    made.push({ credential, expected: standing.effective ? 'allowed' : standing.reason });
  }
  const seen = new Set<string>();
  for (const { credential, expected } of made) {
    const ruling = await verifier.verify(organizationId, { key: credential.consumerKey, explain: true });
    assert.equal(nameOf(ruling), expected);
    assert.ok(!JSON.stringify(ruling.checks).includes(credential.consumerKey));
    seen.add(expected);
  }
  // The samples reach every reason that a standing has.
  const reachable = refusalReasons.filter((reason) =>
    /^(credential\.(rev|pen|exp)|app|developer|company|product\.none)/.test(reason),
  );
  assert.deepEqual([...seen].toSorted(), ['allowed', ...reachable].toSorted());
});
