import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Change } from '../../src/domain/change.ts';
import type { ChangeFeed, Store } from '../../src/ports/store.ts';
import { insertDeveloper, insertOrganization, makeChange } from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { replay } from './archive.ts';
import { collect, useStore } from './context.ts';

const writers = 16;
const writesEach = 60;

/** What a reader saw who followed the feed while it was written, and what the log holds in the end. */
export interface Followed {
  readonly seen: readonly Change[];
  readonly log: readonly Change[];
}

/**
 * Sixteen writers at once append to the feed, and a reader follows it from `head` by the last sequence that he saw.
 * @param node the store of each writer
 */
export async function followWriters(node: (at: number) => Store, feed: ChangeFeed): Promise<Followed> {
  const start = (await feed.head()).last;
  let writing = true;
  const reader = (async () => {
    const seen: Change[] = [];
    for (;;) {
      const last = !writing;
      const changes = await feed.after(seen.at(-1)?.sequence ?? start, 1000);
      seen.push(...changes);
      if (last && changes.length === 0) return seen;
      // SQLite answers without a turn of the event loop: leave one to the writers.
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const organizationId = (await insertOrganization(node(0))).id;
  await Promise.all(Array.from({ length: writers }, (_, at) => writeMany(node(at), organizationId, at)));
  writing = false;
  return { seen: await reader, log: await feed.after(start, 1_000_000) };
}

/** Writes of one, two or three changes; every fifth throws in the end and must leave no change. */
async function writeMany(store: Store, organizationId: string, writer: number): Promise<void> {
  for (let at = 0; at < writesEach; at++) {
    const work = store.write(async (t) => {
      for (let count = 0; count <= (at + writer) % 3; count++) t.append(makeChange(organizationId));
      await t.settings.set(`writer-${writer}`, String(at));
      if (at % 5 === 4) throw new Error('taken back');
    });
    await work.catch((error: unknown) => {
      if (!(error instanceof Error) || error.message !== 'taken back') throw error;
    });
  }
}

/** Changes that all those writes append. */
function countExpected(): number {
  let count = 0;
  for (let writer = 0; writer < writers; writer++) {
    for (let at = 0; at < writesEach; at++) if (at % 5 !== 4) count += 1 + ((at + writer) % 3);
  }
  return count;
}

/** G2: every change once, in one order. */
export function assertComplete({ seen, log }: Followed): void {
  assert.equal(log.length, countExpected());
  assert.deepEqual(seen, log);
  for (const [at, change] of log.entries()) assert.ok(at === 0 || change.sequence > (log[at - 1]?.sequence ?? 0));
}

export function feedSuite(engine: StoreEngine): void {
  describe(`${engine.name}: feed`, () => {
    const context = useStore(engine);

    it('begins empty, at 0', async () => {
      const store = await context.open(await context.createHome());
      const { epoch, last } = await store.feed.head();
      assert.equal(last, 0);
      assert.match(epoch, /^[0-9a-f-]{36}$/);
      assert.deepEqual(await store.feed.after(0, 10), []);
    });

    it('keeps every member of a change, and pages in order', async () => {
      const store = await context.open(await context.createHome(), { clock: { now: () => 77, monotonic: () => 0 } });
      const drafts = [
        makeChange('org', { kind: 'delete', version: 3 }),
        makeChange(undefined, { noun: 'account' }),
        makeChange('org', { noun: 'role-member' }),
      ];
      await store.write(async (t) => {
        for (const draft of drafts) t.append(draft);
      });
      const changes = await store.feed.after(0, 2);
      assert.deepEqual(
        changes,
        drafts.slice(0, 2).map((draft, at) => ({ ...draft, sequence: changes[at]?.sequence, at: 77 })),
      );
      const [third, ...none] = await store.feed.after(changes.at(-1)?.sequence ?? 0, 2);
      assert.equal(third?.entityId, drafts[2]?.entityId);
      assert.deepEqual(none, []);
    });

    it('keeps its epoch and its place over a restart', async () => {
      const home = await context.createHome();
      const first = await context.open(home);
      await first.write(async (t) => t.append(makeChange('org')));
      const head = await first.feed.head();
      await first.close();
      const second = await context.open(home);
      assert.deepEqual(await second.feed.head(), head);
      const { sequence } = await second.write(async (t) => t.append(makeChange('org')));
      assert.ok(sequence !== undefined && sequence > head.last);
    });

    it('rings on every node after a commit, and no more once told to stop', async () => {
      const node = await context.openNodes(1);
      const rung = [0, 1].map((at) => new Promise<void>((resolve) => void node(at).feed.onCommit(resolve)));
      await node(0).write(async (t) => t.append(makeChange('org')));
      await Promise.all(rung);
      const stop = node(0).feed.onCommit(() => assert.fail('rung after it was told to stop'));
      stop();
      await node(0).write(async (t) => t.append(makeChange('org')));
    });

    it('tells a reader every change once and in order, while 16 writers append', async () => {
      const node = await context.openNodes(4);
      assertComplete(await followWriters(node, node(1).feed));
    });

    it('does so in a store that was filled from a dump', async () => {
      const source = await context.openNodes(2);
      await followWriters(source, source(0).feed);
      const target = await context.openNodes(4);
      await target(0).archive.load(replay(await collect(source(0).archive.dump())));
      const developer = await insertDeveloper(target(1), (await insertOrganization(target(0))).id);
      assert.ok(developer);
      assert.equal((await target(1).feed.head()).last, (await source(0).feed.head()).last);
      assertComplete(await followWriters(target, target(1).feed));
    });
  });
}
