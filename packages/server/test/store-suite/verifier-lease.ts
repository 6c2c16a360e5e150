import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import type { Store } from '../../src/ports/store.ts';
import type { LeaseHold, VerifierLease } from '../../src/ports/verifier-lease.ts';
import { insertOrganization, makeChange } from '../support/entity.ts';
import { type StoreEngine, systemClock } from '../support/store.ts';
import { replay } from './archive.ts';
import { collect, isProblem, useStore } from './context.ts';

const minute = 60_000;

/** What a poll says; of an organization of its own unless given. */
async function makeHold(store: Store, given: Partial<LeaseHold> = {}): Promise<LeaseHold> {
  const { epoch } = await store.feed.head();
  const organizationId = randomUUID();
  return { id: randomUUID(), organizationId, name: 'edge', epoch, applied: 0, forMilliseconds: minute, ...given };
}

/** Waits, by the bell, until a node sees the leases of an organization so. */
async function waitFor(
  store: Store,
  organizationId: string | undefined,
  isSo: (leases: readonly VerifierLease[]) => boolean,
): Promise<readonly VerifierLease[]> {
  const bell = new EventTarget();
  const stop = store.leases.onAcknowledge(() => bell.dispatchEvent(new Event('ring')));
  try {
    for (;;) {
      const rung = once(bell, 'ring', { signal: AbortSignal.timeout(5000) });
      const leases = await store.leases.list(organizationId);
      if (isSo(leases)) {
        rung.catch(() => undefined);
        return leases;
      }
      await rung;
    }
  } finally {
    stop();
  }
}

function leaseTests(engine: StoreEngine): void {
  describe(`${engine.name}: leases of verifiers`, () => {
    const context = useStore(engine);

    it('are seen on every node once they are held, by organization and by name', async () => {
      const node = await context.openNodes(1);
      const hold = await makeHold(node(0), { name: 'b', applied: 3 });
      const { organizationId } = hold;
      const other = await makeHold(node(0), { organizationId, name: 'a', forMilliseconds: undefined });
      const foreign = await makeHold(node(0), { name: 'c' });
      const every = await makeHold(node(0), { organizationId: undefined, name: 'd' });
      for (const each of [hold, other, foreign, every]) await node(0).leases.hold(each);
      for (const at of [0, 1]) {
        const listed = await node(at).leases.list(organizationId);
        assert.deepEqual(
          listed.map(({ id, organizationId: of, name, applied, missed }) => ({ id, of, name, applied, missed })),
          [other, hold, every].map(({ id, organizationId: of, name, applied }) => ({
            id,
            of,
            name,
            applied,
            missed: 0,
          })),
        );
        const [endless, bounded] = listed;
        assert.equal(endless?.remainingMilliseconds, undefined);
        // No earlier than asked, and written ahead by no more than a quarter.
        assert.ok((bounded?.remainingMilliseconds ?? 0) > minute / 2, `${bounded?.remainingMilliseconds}`);
        assert.ok((bounded?.remainingMilliseconds ?? 0) <= 1.25 * minute, `${bounded?.remainingMilliseconds}`);
        assert.ok((bounded?.silentMilliseconds ?? -1) >= 0);
        const all = await node(at).leases.list(undefined);
        assert.deepEqual(new Set(all.map(({ id }) => id)), new Set([hold, other, foreign, every].map(({ id }) => id)));
      }
    });

    it('outlive every node, with what was applied when they were written', async () => {
      const home = await context.createHome();
      const first = await context.open(home);
      const hold = await makeHold(first, { applied: 7 });
      await first.leases.hold(hold);
      await first.close();
      const [lease] = await (await context.open(home)).leases.list(hold.organizationId);
      assert.equal(lease?.id, hold.id);
      assert.equal(lease.applied, 7);
    });

    it('end, and are swept', async () => {
      const { store } = context;
      const hold = await makeHold(store, { forMilliseconds: 20 });
      await store.leases.hold(hold);
      while ((await store.leases.list(hold.organizationId)).length > 0)
        await new Promise((done) => setTimeout(done, 5));
      await store.leases.hold(await makeHold(store, { forMilliseconds: -2 * 3_600_000 }));
      assert.equal(await store.sweep(100), 1);
      assert.equal(await store.sweep(100), 0);
    });

    it('without an end go with their organization, an hour after they were heard', async () => {
      const { store } = context;
      const { id: organizationId } = await insertOrganization(store);
      const hold = await makeHold(store, { organizationId, forMilliseconds: undefined });
      await store.leases.hold(hold);
      await store.write(async (t) => {
        const organization = await t.organizations.find(organizationId);
        if (organization !== undefined) await t.organizations.delete(organization);
      });
      while ((await store.sweep(100)) > 0);
      assert.equal((await store.leases.list(organizationId)).length, 1);
      await store.leases.leave(hold.id);
    });

    it('are not ended by a clock that is set, and stand again after the next poll', async () => {
      let ahead = 0;
      const home = await context.createHome();
      const clock = { ...systemClock, now: () => Date.now() + ahead };
      const store = await context.open(home, { clock });
      const hold = await makeHold(store);
      await store.leases.hold(hold);
      ahead = 24 * 3_600_000;
      while ((await store.sweep(100)) > 0);
      assert.equal((await store.leases.list(hold.organizationId)).length, 1);
      await store.leases.hold(hold);
      await store.close();
      const next = await context.open(home, { clock });
      assert.equal((await next.leases.list(hold.organizationId)).length, 1);
      ahead = -24 * 3_600_000;
      assert.equal((await next.leases.list(hold.organizationId)).length, 1);
    });
  });
}

function acknowledgementTests(engine: StoreEngine): void {
  describe(`${engine.name}: leases and what is applied`, () => {
    const context = useStore(engine);

    it('ring on every node where an acknowledgement came, and never tell less than before', async () => {
      const node = await context.openNodes(1);
      const hold = await makeHold(node(0), { applied: 1 });
      await node(0).leases.hold(hold);
      await node(0).leases.hold({ ...hold, applied: 5 });
      assert.equal((await node(0).leases.list(hold.organizationId))[0]?.applied, 5);
      await waitFor(node(1), hold.organizationId, ([lease]) => lease?.applied === 5);
      // It went to the other node, which did not know it.
      await node(1).leases.hold({ ...hold, applied: 9 });
      await waitFor(node(0), hold.organizationId, ([lease]) => lease?.applied === 9);
      await node(0).leases.hold({ ...hold, applied: 8 });
      assert.equal((await node(0).leases.list(hold.organizationId))[0]?.applied, 9);
    });

    it('count nothing as applied of another epoch, and forget what was missed in it', async () => {
      const source = await context.open(await context.createHome());
      await source.write(async (t) => t.append(makeChange('org')));
      const archive = await collect(source.archive.dump());
      const node = await context.openNodes(1);
      const hold = await makeHold(node(0), { applied: 40 });
      await node(0).leases.hold(hold);
      await node(0).leases.miss([hold.id], 50);
      await node(0).archive.load(replay(archive));
      for (const at of [0, 1]) {
        const [lease] = await node(at).leases.list(hold.organizationId);
        assert.equal(lease?.id, hold.id, 'it may still answer from old content');
        assert.deepEqual([lease.applied, lease.missed], [0, 0]);
      }
      const { epoch } = await node(0).feed.head();
      await node(0).leases.hold({ ...hold, epoch, applied: 1 });
      const [lease] = await waitFor(node(1), hold.organizationId, ([each]) => each?.applied === 1);
      assert.equal(lease?.id, hold.id);
    });

    it('are in no archive', async () => {
      const store = await context.open(await context.createHome());
      await store.leases.hold(await makeHold(store));
      for await (const item of store.archive.dump()) assert.ok(item.kind !== 'row' || item.table !== 'verifier_lease');
    });

    it('remember on every node what was waited for in vain', async () => {
      const node = await context.openNodes(1);
      const hold = await makeHold(node(0));
      await node(0).leases.hold(hold);
      await node(1).leases.miss([hold.id, randomUUID()], 12);
      await node(1).leases.miss([hold.id], 11);
      for (const at of [0, 1]) assert.equal((await node(at).leases.list(hold.organizationId))[0]?.missed, 12);
      await node(0).leases.hold({ ...hold, applied: 1, forMilliseconds: 10 * minute });
      assert.equal((await node(0).leases.list(hold.organizationId))[0]?.missed, 12);
    });

    it('are gone on every node once left', async () => {
      const node = await context.openNodes(1);
      const hold = await makeHold(node(0));
      await node(0).leases.hold(hold);
      const gone = waitFor(node(1), hold.organizationId, (leases) => leases.length === 0);
      await node(1).leases.leave(hold.id);
      await gone;
      assert.deepEqual(await node(0).leases.list(hold.organizationId), []);
      await node(0).leases.leave(randomUUID());
    });

    it('can not be taken over by another organization', async () => {
      const node = await context.openNodes(1);
      const hold = await makeHold(node(0), { applied: 1 });
      await node(0).leases.hold(hold);
      for (const at of [0, 1]) {
        const other = { ...hold, organizationId: randomUUID(), applied: 99 };
        await assert.rejects(node(at).leases.hold(other), isProblem('request.invalid'));
        assert.deepEqual(await node(at).leases.list(other.organizationId), []);
      }
      assert.equal((await node(1).leases.list(hold.organizationId))[0]?.applied, 1);
    });
  });
}

export function verifierLeaseSuite(engine: StoreEngine): void {
  leaseTests(engine);
  acknowledgementTests(engine);
}
