import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Developer } from '../../src/domain/developer.ts';
import { Problem } from '../../src/domain/problem.ts';
import type { Store } from '../../src/ports/store.ts';
import type { FeedAnswer, FeedPoll } from '../../src/ports/verifier-feed.ts';
import { OrganizationFeeds, type OrganizationFeedsOptions } from '../../src/runtime/verifier-feeds.ts';
import { encodeRecord } from '../../src/surfaces/feed/record.ts';
import { Snapshots } from '../../src/surfaces/feed/snapshot.ts';
import { insertDeveloper, insertOrganization, nextVersion } from '../support/entity.ts';
import { openTestPlane } from '../support/plane.ts';
import { systemClock } from '../support/store.ts';

interface World extends AsyncDisposable {
  readonly store: Store;
  readonly organizationId: string;
  readonly feeds: OrganizationFeeds;
  /** Reads of changed records that the store was asked for. */
  readonly reads: readonly (readonly string[])[];
  gone: boolean;
  /** Leases are held once it resolves. */
  lease: Promise<void> | undefined;
  /** Changes a developer, with an entry in the log; resolves to its sequence. */
  change(): Promise<number>;
  note(noun: 'organization' | 'role', version?: number, organizationId?: string): Promise<number>;
  poll(members: Partial<FeedPoll>): Promise<FeedAnswer>;
}

async function openWorld(options: Partial<OrganizationFeedsOptions> = {}): Promise<World> {
  const plane = await openTestPlane();
  const { store, log } = plane.plane;
  const { id: organizationId } = await insertOrganization(store);
  let developer: Developer = await insertDeveloper(store, organizationId);
  const reads: string[][] = [];
  const { epoch } = await store.feed.head();
  const watched: OrganizationFeedsOptions['store'] = {
    leases: {
      hold: async (hold) => {
        await world.lease;
        return store.leases.hold(hold);
      },
      leave: (id) => store.leases.leave(id),
      list: (id) => store.leases.list(id),
      miss: (ids, sequence) => store.leases.miss(ids, sequence),
      onAcknowledge: (listener) => store.leases.onAcknowledge(listener),
    },
    verification: {
      findRule: (id) => store.verification.findRule(id),
      walk: (id, take) => store.verification.walk(id, take),
      find: (id, hash) => store.verification.find(id, hash),
      read: (id, names) => {
        reads.push(names.map((name) => name.id));
        return store.verification.read(id, names);
      },
    },
    feed: {
      head: () => store.feed.head(),
      after: async (sequence, limit) => {
        if (world.gone) throw new Problem('store.unavailable', { retryAfterSeconds: 1 });
        return store.feed.after(sequence, limit);
      },
      onCommit: (listener) => store.feed.onCommit(listener),
    },
  };
  const feeds = new OrganizationFeeds({
    store: watched,
    clock: systemClock,
    log,
    encode: encodeRecord,
    pollMilliseconds: 20,
    ...options,
  });
  const append = async (work: Parameters<Store['write']>[0]) => (await store.write(work)).sequence ?? 0;
  const world: World = {
    store,
    organizationId,
    feeds,
    reads,
    gone: false,
    lease: undefined,
    change: () =>
      append(async (t) => {
        const next = nextVersion(developer, { firstName: randomUUID() });
        await t.developers.update(next);
        developer = next;
        t.append({ organizationId, noun: 'developer', entityId: next.id, kind: 'put', version: next.version });
      }),
    note: (noun, version = 1, of = organizationId) =>
      append(async (t) => t.append({ organizationId: of, noun, entityId: of, kind: 'put', version })),
    poll: async (members) =>
      feeds.poll({
        organizationId,
        credentialId: 'credential',
        epoch,
        after: 0,
        holdMilliseconds: 0,
        verifier: randomUUID(),
        name: '',
        forMilliseconds: 60_000,
        signal: new AbortController().signal,
        ...members,
      }),
    async [Symbol.asyncDispose]() {
      await feeds.stop();
      await plane[Symbol.asyncDispose]();
    },
  };
  return world;
}

/** Sequences that were told, from an answer with changes. */
function told(answer: FeedAnswer): { sequences: number[]; to: number; more: boolean } {
  assert.equal(answer.kind, 'changes', JSON.stringify(answer));
  return { sequences: answer.changes.map(({ sequence }) => sequence), to: answer.to, more: answer.more };
}

/** Polls until all is told; each answer's chain is unbroken. */
async function readAll(world: World, after: number): Promise<{ sequences: number[]; to: number; polls: number }> {
  const sequences: number[] = [];
  for (let [at, polls] = [after, 1]; ; polls++) {
    const answer = await world.poll({ after: at });
    assert.equal(answer.kind, 'changes', JSON.stringify(answer));
    let last = at;
    for (const { sequence, previous } of answer.changes) {
      assert.equal(previous, last);
      last = sequence;
      sequences.push(sequence);
    }
    assert.ok(answer.to >= last && (!answer.more || answer.to > at));
    at = answer.to;
    if (!answer.more) return { sequences, to: at, polls };
  }
}

test('one read of what changed serves all verifiers', async () => {
  await using world = await openWorld();
  const { last: after } = await world.store.feed.head();
  const held = Array.from({ length: 100 }, () => world.poll({ after, holdMilliseconds: 10_000 }));
  // All are held once they have their leases.
  while ((await world.store.leases.list(world.organizationId)).length < 100)
    await new Promise((done) => setTimeout(done, 5));
  const sequence = await world.change();
  for (const answer of await Promise.all(held)) {
    // Whether that is all depends on when the log was looked at last.
    const { sequences, to } = told(answer);
    assert.deepEqual([sequences, to], [[sequence], sequence]);
  }
  assert.equal(world.reads.length, 1);
});

test('who is behind the ring is told out of the log, in parts, and an entity once in each', async () => {
  await using world = await openWorld({ ringMax: 2 });
  await world.poll({});
  const first = (await world.store.feed.head()).last;
  const sequences: number[] = [];
  for (let count = 0; count < 250; count++) sequences.push(await world.change());
  const all = await readAll(world, first);
  assert.equal(all.to, sequences.at(-1));
  assert.equal(all.sequences.at(-1), sequences.at(-1));
  assert.ok(all.polls >= 2, `${all.polls} answers`);
  assert.deepEqual(all.sequences, [...new Set(all.sequences)]);
  const late = sequences.at(-2) ?? 0;
  assert.deepEqual(told(await world.poll({ after: late })).sequences, sequences.slice(-1), 'the ring has it');
});

test('a feed that begins goes on from any place in the log', async () => {
  await using world = await openWorld();
  const first = (await world.store.feed.head()).last;
  const sequences = [await world.change(), await world.change()];
  const all = await readAll(world, first);
  assert.deepEqual([all.sequences, all.to], [sequences.slice(-1), sequences[1]]);
});

test('who is too far behind starts over', async () => {
  await using world = await openWorld({ ringMax: 1 });
  await world.poll({});
  await world.store.write(async (t) => {
    for (let count = 0; count < 20_001; count++) {
      t.append({ organizationId: 'another', noun: 'role', entityId: 'a', kind: 'put', version: 1 });
    }
  });
  // The ring has room for the last one alone.
  for (let count = 0; count < 2; count++) await world.change();
  assert.equal((await world.poll({ after: 0 })).kind, 'start-over');
});

test('who has not applied a change of the organization starts over, whether it is told at once or out of the log', async () => {
  await using world = await openWorld();
  const { last: after } = await world.store.feed.head();
  const held = world.poll({ after, holdMilliseconds: 10_000 });
  const sequence = await world.note('organization');
  assert.equal((await held).kind, 'start-over');
  assert.equal((await world.poll({ after })).kind, 'start-over');
  assert.deepEqual(told(await world.poll({ after: sequence })).sequences, []);
  await using later = await openWorld();
  const { last } = await later.store.feed.head();
  await later.note('organization');
  await later.change();
  assert.equal((await later.poll({ after: last })).kind, 'start-over');
});

test('a change of the organization that leaves the head as it was makes nobody start over', async () => {
  await using world = await openWorld();
  const rename = async (displayName: string) =>
    (
      await world.store.write(async (t) => {
        const organization = await t.organizations.find(world.organizationId);
        assert.ok(organization);
        const next = nextVersion(organization, { displayName });
        await t.organizations.update(next);
        const { id: entityId, version } = next;
        t.append({ organizationId: entityId, noun: 'organization', entityId, kind: 'put', version });
      })
    ).sequence ?? 0;
  await world.poll({});
  // The first one is not known to be the same as before.
  const after = await rename('one');
  assert.deepEqual(told(await world.poll({ after })).sequences, []);
  const held = world.poll({ after, holdMilliseconds: 10_000 });
  const sequence = await rename('two');
  assert.deepEqual(told(await held), { sequences: [], to: sequence, more: false });
});

test('what is answered while the log can not be read is no complete answer', async () => {
  await using world = await openWorld();
  const { last: after } = await world.store.feed.head();
  assert.deepEqual(told(await world.poll({ after })).sequences, []);
  const sequence = await world.change();
  while (world.reads.length === 0) await new Promise((done) => setTimeout(done, 5));
  world.gone = true;
  const answer = told(await world.poll({ after, holdMilliseconds: 50 }));
  assert.deepEqual(answer, { sequences: [sequence], to: sequence, more: true }, 'applied, and not believed to be all');
  for (const holdMilliseconds of [0, 50]) {
    const nothing = await world.poll({ after: sequence, holdMilliseconds });
    assert.deepEqual(nothing, { kind: 'refused', reason: 'unavailable' });
  }
  world.gone = false;
  assert.deepEqual(told(await world.poll({ after: sequence })).more, false);
});

test('what is committed before a lease is seen is told to who begins it: nobody waited for him', async () => {
  await using world = await openWorld();
  const { to } = told(await world.poll({}));
  const { promise, resolve } = Promise.withResolvers<void>();
  world.lease = promise;
  const polled = world.poll({ after: to });
  // Long enough for whatever may look at the log too early.
  await sleep(100);
  const sequence = await world.change();
  resolve();
  const answer = told(await polled);
  assert.deepEqual([answer.sequences, answer.to], [[sequence], sequence]);
});

test('an organization has so many verifiers with a lease and no more', async () => {
  await using world = await openWorld({ verifiersMax: 3 });
  const { last: after } = await world.store.feed.head();
  const verifiers = [randomUUID(), randomUUID(), randomUUID()];
  for (const verifier of verifiers) told(await world.poll({ after, verifier }));
  assert.deepEqual(await world.poll({ after }), { kind: 'refused', reason: 'crowded' });
  for (const verifier of verifiers) told(await world.poll({ after, verifier }));
  assert.equal(await world.feeds.leave(world.organizationId, verifiers[0] ?? ''), undefined);
  told(await world.poll({ after }));
});

test('who stops is told so, and who went away leaves nothing behind', async () => {
  await using world = await openWorld();
  const { last: after } = await world.store.feed.head();
  const gone = new AbortController();
  const left = world.poll({ after, holdMilliseconds: 60_000, signal: gone.signal });
  const held = world.poll({ after, holdMilliseconds: 60_000 });
  while ((await world.store.leases.list(world.organizationId)).length < 2)
    await new Promise((done) => setTimeout(done, 5));
  gone.abort();
  assert.equal((await left).kind, 'refused');
  await world.feeds.stop();
  assert.deepEqual(await held, { kind: 'refused', reason: 'unavailable' });
  assert.deepEqual(await world.poll({ after }), { kind: 'refused', reason: 'unavailable' });
});

test('of one organization two snapshots are read at once; who stands in line for too long is sent away', async () => {
  await using plane = await openTestPlane();
  const { store } = plane.plane;
  const { id } = await insertOrganization(store);
  const parts = { verification: store.verification, clock: systemClock };
  const hasty = new Snapshots({ ...parts, waitMilliseconds: 20 });
  const held = [await hasty.open(id, { form: 'lines' }), await hasty.open(id, { form: 'lines' })];
  assert.equal(await hasty.open(id, { form: 'lines' }), 'busy');
  for (const each of held) if (each !== 'busy') each?.destroy();
  // Nobody is sent away here, however long the others take.
  const snapshots = new Snapshots({ ...parts, waitMilliseconds: 2 ** 30 });
  const open = async () => {
    const snapshot = await snapshots.open(id, { form: 'lines' });
    assert.ok(snapshot !== 'busy' && snapshot !== undefined);
    return snapshot;
  };
  const [one, two] = [await open(), await open()];
  let begun = false;
  const next = open().finally(() => {
    begun = true;
  });
  // Read to its end, or given up: either lets the next one in.
  await sleep(20);
  assert.equal(begun, false);
  assert.equal((await one.toArray()).join('').split('\n').length, 3);
  const third = await next;
  two.destroy();
  const fourth = await open();
  for (const each of [third, fourth]) each.destroy();
  assert.equal(await snapshots.open('none', { form: 'lines' }), undefined);
});
