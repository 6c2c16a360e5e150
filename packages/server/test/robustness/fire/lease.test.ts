import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Client } from '../support/client.ts';
import { isLong } from '../support/scale.ts';
import { type AppliedVerifiers, readEffect } from './effect.ts';
import { Fleet } from './fleet.ts';
import { organization, pathOfCall, type Right } from './right.ts';

/**
 * Of the first node. The second one waits longer than any test may take: where one of its calls is answered, it was
 * not kept waiting.
 */
const shortWaitMs = 400;
const forEverMs = 600_000;

/** In the long round: its nodes take longer to start than all else takes. */
const skip = isLong ? false : 'in the long round: CLAVIGER_LONG=1';

describe('leases of verifiers', { skip }, () => {
  let fleet: Fleet;
  let rights: readonly Right[];
  let taken = 0;

  before(async () => {
    fleet = await Fleet.open({
      nodes: 2,
      processes: [2],
      subjects: 24,
      stalenessMs: () => 60_000,
      sweepMs: 50,
      keysOfSweep: 1,
      settings: (node) => ({
        CLAVIGER_ACKNOWLEDGE_MILLISECONDS_MAX: String(node === 0 ? shortWaitMs : forEverMs),
        CLAVIGER_STALE_SECONDS_MAX: '2',
      }),
    });
    // Of each subject the narrow ones first, so that each call takes something.
    rights = fleet.population.subjects.flatMap((subject) => subject.rights.toReversed());
  });
  after(() => fleet?.[Symbol.asyncDispose]());

  const clientOf = (node: number): Client => fleet.nodes[node]?.client ?? assert.fail('the node is down');

  /** Takes another right each time, through a node. */
  const take = async (node: number): Promise<AppliedVerifiers> => {
    const right = rights[taken++] ?? assert.fail('no right is left');
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await clientOf(node).send({ method: 'POST', path: pathOfCall(right, 'take', 'edge'), headers });
    assert.ok(answer.status < 300, answer.text);
    return readEffect(answer.headers)?.verifiers ?? assert.fail(`no claim: ${JSON.stringify(answer.headers)}`);
  };
  const link = (verifier: number) => fleet.links[verifier] ?? assert.fail('no such link');

  test('a stuck verifier is waited for once, and not again, by no node, until it has caught up', async () => {
    link(0).set('stalled');
    const first = await take(0);
    assert.deepEqual(first.outstanding, ['v0.1']);
    // The second node would wait for longer than this test may take.
    const second = await take(1);
    assert.deepEqual(second.outstanding, ['v0.1']);
    assert.equal(second.total, first.total);
    link(0).set('open');
    await untilWhole();
  });

  test('while revocations wait, other writes of the same node are done, more than it has connections', async () => {
    link(1).set('stalled');
    let answered = 0;
    const waiting = Array.from({ length: 40 }, () => take(1).finally(() => answered++));
    await Promise.all(Array.from({ length: 60 }, (_, at) => write(1, String(at))));
    assert.equal(answered, 0, 'the revocations still wait');
    link(1).set('open');
    for (const verifiers of await Promise.all(waiting)) assert.deepEqual(verifiers.outstanding, []);
  });

  test('survive a kill of every node: a revocation afterwards waits for who has not come back, and names him', async () => {
    for (const each of fleet.links) each.set('cut');
    await Promise.all(fleet.nodes.map((node) => node.kill()));
    await Promise.all(fleet.nodes.map((node) => node.start()));
    let answered = false;
    const waiting = take(1).finally(() => {
      answered = true;
    });
    await write(1, 'meanwhile');
    assert.equal(answered, false, 'it waits for those that were there before');
    link(0).set('open');
    assert.ok((await take(0)).outstanding.includes('v1.1'));
    // Who was waited for in vain keeps nobody waiting any more.
    assert.ok((await waiting).outstanding.includes('v1.1'));
    link(1).set('open');
    await untilWhole();
  });

  /** Something that takes nothing away. */
  async function write(node: number, value: string): Promise<void> {
    const path = `/edge/v1/organizations/${organization}/developers/subject-0@example.com/attributes/note`;
    const answer = await clientOf(node).send({ method: 'POST', path, body: { name: 'note', value } });
    assert.ok(answer.status < 300, answer.text);
  }

  /** Who missed something is waited for again from when he has caught up. */
  async function untilWhole(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) if ((await take(0)).outstanding.length === 0) return;
    assert.fail('a verifier never caught up');
  }
});
