import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedTail } from '../../src/runtime/feed-tail.ts';
import { insertOrganization } from '../support/entity.ts';
import { openTestPlane } from '../support/plane.ts';
import { quietLog, systemClock } from '../support/store.ts';

test('every look at the log comes after word that somebody listens: what is committed before that is found', async () => {
  await using plane = await openTestPlane();
  const { store } = plane.plane;
  const { id: organizationId } = await insertOrganization(store);
  const taken: number[] = [];
  let gate: Promise<void> | undefined;
  const tail = new FeedTail({
    feed: store.feed,
    clock: systemClock,
    log: quietLog,
    pollMilliseconds: 20,
    listener: {
      take: async (changes) => void taken.push(...changes.map(({ sequence }) => sequence)),
      startOver: () => assert.fail('the log is the same'),
      hear: async () => gate,
    },
  });
  try {
    await tail.begin();
    await tail.catchUp();
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    // A poll of its own begins meanwhile, and waits.
    await sleep(100);
    const heardAt = tail.heardAt;
    const change = { organizationId, noun: 'role', entityId: organizationId, kind: 'put', version: 1 } as const;
    const { sequence } = await store.write(async (t) => t.append(change));
    assert.deepEqual(taken, [], 'nothing is read before the word is out');
    assert.equal(tail.heardAt, heardAt);
    // The one poll that is under way has to bring it.
    const heard = new Promise<void>((done) => {
      const timer = setInterval(() => {
        if (tail.heardAt === heardAt) return;
        clearInterval(timer);
        done();
      }, 1);
    });
    resolve();
    await heard;
    assert.deepEqual(taken, [sequence]);
  } finally {
    await tail.stop();
  }
});

test('who waits for an acknowledgement has the log looked at, whether a bell told of the change or not', async () => {
  await using plane = await openTestPlane();
  const { store, acknowledgements } = plane.plane;
  const { id: organizationId } = await insertOrganization(store);
  const taken = Promise.withResolvers<number>();
  const tail = new FeedTail({
    // As a bell of another node that is lost.
    feed: { head: () => store.feed.head(), after: (...of) => store.feed.after(...of), onCommit: () => () => undefined },
    clock: systemClock,
    log: quietLog,
    acknowledgements,
    pollMilliseconds: 2 ** 30,
    listener: {
      take: async (changes) => taken.resolve(changes.at(-1)?.sequence ?? 0),
      startOver: () => assert.fail('the log is the same'),
    },
  });
  try {
    await tail.begin();
    await tail.catchUp();
    const change = { organizationId, noun: 'role', entityId: organizationId, kind: 'put', version: 1 } as const;
    const { sequence = 0 } = await store.write(async (t) => t.append(change));
    await acknowledgements.wait(organizationId, sequence);
    assert.equal(await taken.promise, sequence);
  } finally {
    await tail.stop();
  }
});
