import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Problem } from '../../src/domain/problem.ts';
import type { SettledWait } from '../../src/ports/acknowledgement.ts';
import type { VerifierLeases } from '../../src/ports/verifier-lease.ts';
import { Acknowledger } from '../../src/runtime/acknowledgement.ts';
import { makeChange } from '../support/entity.ts';
import { openTestPlane, type TestPlane } from '../support/plane.ts';

const minute = 60_000;
/** No test waits for it: one that does has failed. */
const forEver = 10 * minute;

describe('a call that took a right away', () => {
  let test: TestPlane;
  before(async () => {
    test = await openTestPlane();
  });
  after(() => test[Symbol.asyncDispose]());

  /** An organization of its own with a change in it. */
  const change = async (organizationId: string = randomUUID()) => {
    const { sequence = 0 } = await test.plane.store.write(async (t) => t.append(makeChange(organizationId)));
    return { organizationId, sequence };
  };
  /** A verifier that polls when the test says so. */
  const openVerifier = async (organizationId: string | undefined, name = 'edge', forMilliseconds?: number) => {
    const { epoch } = await test.plane.store.feed.head();
    const id = randomUUID();
    const poll = (applied: number) =>
      test.plane.store.leases.hold({ id, organizationId, name, epoch, applied, forMilliseconds });
    await poll(0);
    return { id, poll, leave: () => test.plane.store.leases.leave(id) };
  };
  const openAcknowledger = (millisecondsMax: number, leases: VerifierLeases = test.plane.store.leases) => {
    const { clock, log } = test.plane;
    const settled: SettledWait[] = [];
    const acknowledger = new Acknowledger({ leases, clock, log, millisecondsMax });
    acknowledger.onSettled((each) => settled.push(each));
    return { settled, wait: acknowledger.wait.bind(acknowledger), stop: () => acknowledger.stop() };
  };
  const missedBy = async (organizationId: string) =>
    (await test.plane.store.leases.list(organizationId)).map(({ missed }) => missed);

  it('waits for nobody where nobody holds a lease', async () => {
    const { organizationId, sequence } = await change();
    const { wait, settled } = openAcknowledger(forEver);
    assert.deepEqual(await wait(organizationId, sequence), { sequence, verifiers: { total: 0, outstanding: [] } });
    assert.deepEqual(
      settled.map(({ outcome }) => outcome),
      ['applied'],
    );
  });

  it('is answered when the last verifier has applied it, those of any organization too', async () => {
    const { organizationId, sequence } = await change();
    const own = await openVerifier(organizationId);
    const any = await openVerifier(undefined);
    const foreign = await openVerifier(randomUUID());
    const answer = openAcknowledger(forEver).wait(organizationId, sequence);
    await own.poll(sequence);
    await any.poll(sequence + 1);
    assert.deepEqual((await answer).verifiers, { total: 2, outstanding: [] });
    await Promise.all([any.leave(), foreign.leave()]);
  });

  it('names who has not, and until when he may answer; the next call does not wait for him', async () => {
    const { organizationId, sequence } = await change();
    const quick = await openVerifier(organizationId, 'quick', minute);
    const stuck = await openVerifier(organizationId, 'stuck', minute);
    await quick.poll(sequence);
    const short = openAcknowledger(20);
    const { verifiers } = await short.wait(organizationId, sequence);
    const until = test.clock.now() + minute;
    assert.deepEqual(verifiers, { total: 2, outstanding: [{ id: stuck.id, name: 'stuck', until }] });
    assert.deepEqual(
      short.settled.map(({ outcome }) => outcome),
      ['outstanding'],
    );
    assert.deepEqual(await missedBy(organizationId), [0, sequence]);
    const next = await change(organizationId);
    await quick.poll(next.sequence);
    const long = openAcknowledger(forEver);
    assert.equal((await long.wait(organizationId, next.sequence)).verifiers?.outstanding.length, 1);
    // What he had missed is enough: from then on he is waited for, as everybody is.
    await stuck.poll(sequence);
    const answer = long.wait(organizationId, next.sequence);
    await stuck.poll(next.sequence);
    assert.deepEqual((await answer).verifiers, { total: 2, outstanding: [] });
    const last = await change(organizationId);
    await quick.poll(last.sequence);
    await short.wait(organizationId, last.sequence);
    assert.deepEqual(await missedBy(organizationId), [0, last.sequence]);
  });

  it('says so where a verifier may answer for ever', async () => {
    const { organizationId, sequence } = await change();
    const { id } = await openVerifier(organizationId, '');
    const { verifiers } = await openAcknowledger(1).wait(organizationId, sequence);
    assert.deepEqual(verifiers, { total: 1, outstanding: [{ id, name: '', until: undefined }] });
  });

  it('does not count who leaves meanwhile', async () => {
    const { organizationId, sequence } = await change();
    const verifier = await openVerifier(organizationId);
    const answer = openAcknowledger(forEver).wait(organizationId, sequence);
    await verifier.leave();
    assert.deepEqual((await answer).verifiers, { total: 0, outstanding: [] });
  });

  it('looks once and waits for nobody, where it shall not wait', async () => {
    const { organizationId, sequence } = await change();
    await openVerifier(organizationId, 'slow');
    const { verifiers } = await openAcknowledger(0).wait(organizationId, sequence);
    assert.equal(verifiers?.outstanding[0]?.name, 'slow');
    assert.deepEqual(await missedBy(organizationId), [0]);
  });

  it('is answered although the store says nothing: that nobody knows', async () => {
    const { organizationId, sequence } = await change();
    const { leases } = test.plane.store;
    const list = async () => {
      throw new Problem('store.unavailable', { retryAfterSeconds: 1 });
    };
    const { wait, settled } = openAcknowledger(20, withList(leases, list));
    assert.deepEqual(await wait(organizationId, sequence), { sequence, verifiers: undefined });
    const hangs = openAcknowledger(
      20,
      withList(leases, () => new Promise(() => undefined)),
    );
    assert.deepEqual(await hangs.wait(organizationId, sequence), { sequence, verifiers: undefined });
    assert.deepEqual(
      settled.map(({ outcome }) => outcome),
      ['unknown'],
    );
    await openVerifier(organizationId, 'slow');
    const forgetful = { ...withList(leases, (id) => leases.list(id)), miss: () => new Promise<void>(() => undefined) };
    assert.equal((await openAcknowledger(20, forgetful).wait(organizationId, sequence)).verifiers?.total, 1);
  });

  it('goes on when the store is back', async () => {
    const { organizationId, sequence } = await change();
    const { leases } = test.plane.store;
    let failures = 2;
    const list = async (id: string | undefined) => {
      if (failures-- > 0) throw new Problem('store.unavailable', { retryAfterSeconds: 1 });
      return leases.list(id);
    };
    const answer = await openAcknowledger(forEver, withList(leases, list)).wait(organizationId, sequence);
    assert.deepEqual(answer.verifiers, { total: 0, outstanding: [] });
  });

  it('is called off when nobody wants the answer, and notes nobody', async () => {
    const { organizationId, sequence } = await change();
    await openVerifier(organizationId);
    const gone = new AbortController();
    const { wait, settled } = openAcknowledger(forEver);
    const answer = wait(organizationId, sequence, gone.signal);
    gone.abort();
    await answer;
    await wait(organizationId, sequence, gone.signal);
    assert.deepEqual(settled, []);
    assert.deepEqual(await missedBy(organizationId), [0]);
  });

  it('is answered with what is known when the process is to end, and notes nobody', async () => {
    const { organizationId, sequence } = await change();
    await openVerifier(organizationId, 'slow');
    const { wait, stop } = openAcknowledger(forEver);
    const answer = wait(organizationId, sequence);
    stop();
    assert.equal((await answer).verifiers?.outstanding.length, 1);
    assert.deepEqual(await missedBy(organizationId), [0]);
  });

  it('looks once for all who wait, however many they are', async () => {
    const { organizationId, sequence } = await change();
    const verifier = await openVerifier(organizationId);
    const { leases } = test.plane.store;
    let looks = 0;
    const list = (id: string | undefined) => {
      looks++;
      return leases.list(id);
    };
    const { wait } = openAcknowledger(forEver, withList(leases, list));
    const answers = Array.from({ length: 200 }, () => wait(organizationId, sequence));
    await verifier.poll(sequence);
    for (const answer of await Promise.all(answers)) assert.equal(answer.verifiers?.outstanding.length, 0);
    assert.ok(looks < 20, `${looks} looks`);
  });

  it('does not trust a look that began before it: a verifier may have come since', async () => {
    const { organizationId, sequence } = await change();
    const { leases } = test.plane.store;
    const gate = Promise.withResolvers<void>();
    const lookedAgain = Promise.withResolvers<void>();
    let looks = 0;
    const list = async (id: string | undefined) => {
      const found = await leases.list(id);
      if (looks++ === 0) await gate.promise;
      else setImmediate(lookedAgain.resolve);
      return found;
    };
    const { wait } = openAcknowledger(forEver, withList(leases, list));
    const first = wait(organizationId, sequence);
    while (looks === 0) await new Promise((resolve) => setImmediate(resolve));
    const late = await openVerifier(organizationId, 'late');
    const enough = new AbortController();
    const second = wait(organizationId, sequence, enough.signal);
    gate.resolve();
    assert.equal((await first).verifiers?.total, 0);
    await Promise.race([second, lookedAgain.promise]);
    enough.abort();
    assert.deepEqual(
      (await second).verifiers?.outstanding.map(({ id }) => id),
      [late.id],
    );
  });
});

/** The same leases, listed another way. */
function withList(leases: VerifierLeases, list: VerifierLeases['list']): VerifierLeases {
  return {
    list,
    hold: (hold) => leases.hold(hold),
    leave: (id) => leases.leave(id),
    miss: (ids, sequence) => leases.miss(ids, sequence),
    onAcknowledge: (listener) => leases.onAcknowledge(listener),
  };
}
