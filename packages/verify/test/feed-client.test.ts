import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedClient, type FeedOptions, type RefusalReason, Verifier, type VerifierOptions } from '../src/index.ts';
import { Follower, hasty, patient } from './follower.ts';
import { Plane, type Script } from './plane.ts';
import { type Keyed, keys, listChanges, products, putProduct } from './population.ts';
import { makeDeveloper, makeId } from './support.ts';

let plane: Plane;
let follower: Follower;

beforeEach(async () => {
  plane = new Plane();
  plane.append(...products.map(putProduct), ...keys.flatMap(listChanges));
  await plane.start();
});

afterEach(async () => {
  await follower.client.stop();
  await plane.kill();
});

function follow(options: VerifierOptions = {}, given: Partial<FeedOptions> = {}): Verifier {
  follower = new Follower(plane, { verifier: new Verifier(options), ...given });
  return follower.verifier;
}

function reasonOf(verifier: Verifier, key: string): RefusalReason | 'allowed' {
  const verdict = verifier.verify({ key, environment: 'prod', target: '/' });
  return verdict.allowed ? 'allowed' : verdict.reason;
}

const until = (what: string, met: () => boolean) => follower.until(what, met);
const fresh: Keyed = { key: 'freshkey', number: 90 };

function inactivate(number: number) {
  const id = makeId(number * 10 + 1);
  return { noun: 'developer', id, record: makeDeveloper({ id, status: 'inactive' }) } as const;
}

describe('feed client', () => {
  test('is ready when all is applied, follows what comes, and says which it has applied', async () => {
    const verifier = follow();
    assert.equal(reasonOf(verifier, 'goldkey'), 'verifier.stale');
    await follower.client.ready;
    assert.equal(verifier.organization, 'acme');
    for (const { key } of keys) assert.notEqual(reasonOf(verifier, key), 'credential.unknown', key);
    plane.append(...listChanges(fresh));
    await until('a new key', () => reasonOf(verifier, 'freshkey') === 'allowed');
    plane.append(inactivate(90), inactivate(1), inactivate(2), inactivate(3), inactivate(6));
    await until('a page and one more', () => reasonOf(verifier, 'barekey') === 'developer.inactive');
    await until('the acknowledgement', () => plane.polls.at(-1)?.after === plane.sequence);
    const told = plane.polls.at(-1);
    assert.deepEqual(
      { ...told, verifier: '' },
      { format: 1, epoch: 'e1', after: plane.sequence, hold: 300, verifier: '', name: 'edge-1', maxStaleness: 180_000 },
    );
    assert.deepEqual(follower.client.status, {
      state: 'following',
      failures: 0,
      position: { epoch: 'e1', sequence: plane.sequence },
    });
    assert.equal(plane.snapshots, 1);
    assert.deepEqual(follower.faults, []);
  });

  test('leaves when it is stopped, answers nobody then, and is another verifier when it is started again', async () => {
    const verifier = follow({ whenStale: 'serve' });
    await follower.client.ready;
    const first = plane.polls[0]?.verifier ?? '';
    assert.match(first, /^[0-9a-f-]{36}$/);
    assert.equal(plane.polls[0]?.maxStaleness, null);
    await follower.client.stop();
    assert.deepEqual(plane.left, [first]);
    assert.equal(reasonOf(verifier, 'goldkey'), 'verifier.stale');
    await follower.client.start();
    assert.equal(reasonOf(verifier, 'goldkey'), 'allowed');
    assert.notEqual(plane.polls.at(-1)?.verifier, first);
  });

  test('past its bound it holds what is asked for, and follows its changes', async () => {
    const verifier = follow({}, { keysMax: 4 });
    await follower.client.ready;
    assert.ok(verifier.readsThrough);
    assert.equal(verifier.size, 0);
    assert.equal(reasonOf(verifier, 'goldkey'), 'verifier.stale', 'nobody knows of it');
    const prepared = async (key: string) => {
      await verifier.prepare(key);
      return reasonOf(verifier, key);
    };
    assert.equal(await prepared('goldkey'), 'allowed');
    assert.equal(await prepared('revokedkey'), 'credential.revoked');
    assert.equal(await prepared('inactivekey'), 'developer.inactive');
    assert.equal(await prepared('nobody'), 'credential.unknown');
    assert.equal(verifier.prepare('nobody'), undefined, 'its absence is known');
    assert.equal(plane.finds.length, 4);
    plane.append(inactivate(1), ...listChanges({ key: 'nobody', number: 91 }));
    await until('a change of what is held', () => reasonOf(verifier, 'goldkey') === 'developer.inactive');
    await until('a change of what is not', () => reasonOf(verifier, 'nobody') === 'verifier.stale');
    assert.equal(await prepared('nobody'), 'allowed');
    assert.equal(plane.finds.length, 5);
    assert.equal(follower.notices.filter(({ kind }) => kind === 'reads-through').length, 1);
    assert.deepEqual(follower.faults, []);
  });

  test('an organization that outgrows the bound is read through from there on, with what is held', async () => {
    const verifier = follow({}, { keysMax: keys.length });
    await follower.client.ready;
    assert.ok(!verifier.readsThrough);
    plane.append(...listChanges(fresh));
    await until('the turn', () => verifier.readsThrough);
    for (const key of ['goldkey', 'freshkey']) assert.equal(reasonOf(verifier, key), 'allowed', key);
    assert.equal(reasonOf(verifier, 'limitedkey'), 'product.no-match');
    assert.equal(plane.finds.length, 0);
    plane.append(inactivate(1));
    await until('a change', () => reasonOf(verifier, 'goldkey') === 'developer.inactive');
    assert.equal(plane.snapshots, 1);
  });

  test('a key that can not be asked for is refused as stale, and asked for again', async () => {
    const verifier = follow({}, { keysMax: 1, timing: hasty });
    await follower.client.ready;
    const bad: Script[] = [
      (response) => response.writeHead(500).end(),
      (response) => response.end('{'),
      (response, honest) => response.end(honest.replace('"found"', '"other"')),
      (response, honest) => response.end(honest.replace('"e1"', '"e2"')),
      (response, honest) => response.end(honest.replace('"e1"', '"e2"')),
      (response, honest) => response.end(honest.replace('"e1"', '"e2"')),
      () => undefined,
    ];
    plane.script('find', ...bad);
    for (let at = 0; at < bad.length; at += at === 3 ? 3 : 1) {
      await verifier.prepare('goldkey');
      assert.equal(reasonOf(verifier, 'goldkey'), 'verifier.stale', String(at));
    }
    await verifier.prepare('goldkey');
    assert.equal(reasonOf(verifier, 'goldkey'), 'allowed');
    plane.script('find', (response, honest) => response.end(honest.replace('"approved"', '"other"')));
    await verifier.prepare('barekey');
    assert.equal(reasonOf(verifier, 'barekey'), 'credential.unknown', 'a record that can not be read lets nobody in');
  });

  test('waiting for a feed that is stopped before it is ready fails', async () => {
    plane.script('snapshot', () => undefined);
    follow();
    const ready = follower.client.ready;
    await follower.client.stop();
    await assert.rejects(ready ?? Promise.resolve());
  });

  /** Each is a snapshot that can't be believed; the honest one that follows is. */
  const badSnapshots: Readonly<Record<string, Script>> = {
    'a snapshot cut between lines': (response, honest) =>
      response.end(honest.slice(0, honest.lastIndexOf('\n', honest.length / 2) + 1)),
    'a snapshot cut in a line': (response, honest) => response.end(honest.slice(0, honest.length / 2)),
    'a snapshot without its last line break': (response, honest) => response.end(honest.slice(0, -1)),
    'a connection that breaks in the middle': (response, honest) => {
      response.write(honest.slice(0, honest.length / 2));
      setTimeout(() => response.destroy(), 5);
    },
    'a snapshot without a line': (response, honest) => response.end(honest.split('\n').toSpliced(4, 1).join('\n')),
    'a snapshot with a line twice': (response, honest) => response.end(honest.replace(/\n(.*)\n/, '\n$1\n$1\n')),
    'a snapshot without its head': (response, honest) => response.end(honest.slice(honest.indexOf('\n') + 1)),
    'a snapshot with two heads': (response, honest) => response.end(honest.slice(0, honest.indexOf('\n') + 1) + honest),
    'more after the end': (response, honest) => response.end(`${honest}${honest.split('\n').at(-2)}\n`),
    'another format': (response, honest) => response.end(honest.replace('"format":1', '"format":2')),
    'a noun that nobody knows': (response, honest) => response.end(honest.replace('"noun":"app"', '"noun":"tenant"')),
    'no JSON': (response) => response.end('<html>'),
    'no UTF-8': (response) => response.end(Buffer.from([0xff, 0xfe, 0x0a])),
    nothing: (response) => response.end(),
    'an error': (response) => response.writeHead(500).end('{}'),
    'an answer without a body': (response) => response.writeHead(204).end(),
    'a redirect, which would take the credential along': (response) =>
      response.writeHead(302, { location: plane.url }).end(),
    silence: () => undefined,
    'silence in the middle': (response, honest) => response.write(honest.slice(0, honest.length / 2)),
  };
  for (const [name, script] of Object.entries(badSnapshots)) {
    test(`${name}: nothing of it is used, and the next one is`, async () => {
      plane.script('snapshot', script);
      const verifier = follow({}, { timing: name.startsWith('silence') ? hasty : patient });
      await until('a fault', () => follower.faults.length > 0);
      assert.equal(reasonOf(verifier, 'goldkey'), 'verifier.stale');
      await follower.client.ready;
      assert.equal(reasonOf(verifier, 'goldkey'), 'allowed');
      assert.equal(plane.snapshots, 2);
    });
  }

  const distort = (
    change: (answer: { changes: { sequence: number }[]; to: number; [name: string]: unknown }) => unknown,
  ): Script => {
    return (response, honest) => response.end(JSON.stringify(change(JSON.parse(honest))));
  };
  const lies: Readonly<Record<string, Script>> = {
    'a gap': distort((answer) => ({ ...answer, changes: answer.changes.slice(1) })),
    'a repeat': distort((answer) => ({ ...answer, changes: [...answer.changes.slice(0, 1), ...answer.changes] })),
    'another order': distort((answer) => ({ ...answer, changes: answer.changes.toReversed() })),
    'an end before its changes': distort((answer) => ({ ...answer, to: 0 })),
    'an end that is no number': distort((answer) => ({ ...answer, to: '9' })),
    'another epoch': distort((answer) => ({ ...answer, epoch: 'e9' })),
    'a property that nobody knows': distort((answer) => ({ ...answer, onlyFrom: '10.0.0.0/8' })),
    'a noun that nobody knows': distort((answer) => ({
      ...answer,
      changes: answer.changes.map((each) => ({ ...each, noun: 'tenant' })),
    })),
    'more, and none of it': distort((answer) => ({ ...answer, changes: [], to: plane.sequence - 2, more: true })),
    'start over': (response) => response.end('{"kind":"start-over"}'),
    'a truncated answer': (response, honest) => response.end(honest.slice(0, -1)),
    'no JSON': (response) => response.end('busy'),
  };
  for (const [name, script] of Object.entries(lies)) {
    test(`a feed that lies (${name}): nothing of it is applied, and a snapshot follows`, async () => {
      const verifier = follow();
      await follower.client.ready;
      plane.script('poll', script);
      plane.append(inactivate(1), inactivate(6));
      await until('a fault', () => follower.faults.length > 0);
      await until('what is true', () => reasonOf(verifier, 'goldkey') === 'developer.inactive');
      assert.equal(reasonOf(verifier, 'barekey'), 'developer.inactive');
      assert.equal(plane.snapshots, 2);
    });
  }

  test('a plane that is busy, denies, breaks or is silent is asked again from the same place', async () => {
    const verifier = follow({}, { timing: hasty });
    await follower.client.ready;
    const answers: Script[] = [
      (response) => response.writeHead(503, { 'retry-after': '0' }).end(),
      (response) => response.writeHead(429).end('{}'),
      (response) => response.writeHead(401).end(),
      (response) => response.destroy(),
      (response) => response.writeHead(200).write('{"kind":'),
    ];
    plane.script('poll', ...answers);
    plane.append(...listChanges(fresh));
    await until('the new key', () => reasonOf(verifier, 'freshkey') === 'allowed');
    assert.deepEqual(follower.faults, ['unavailable', 'unavailable', 'denied', 'unreachable', 'slow']);
    assert.equal(plane.snapshots, 1);
  });

  test('Retry-After is kept, and pauses double up to a bound', async () => {
    plane.script('snapshot', (response) => response.writeHead(503, { 'retry-after': '0.3' }).end());
    for (let count = 0; count < 6; count++) plane.script('snapshot', (response) => response.writeHead(500).end());
    follow({}, { random: () => 0 });
    await follower.client.ready;
    const pauses = follower.notices.flatMap((notice) => (notice.kind === 'paused' ? [notice.milliseconds] : []));
    assert.deepEqual(pauses, [300, 4, 8, 15, 15, 15, 15]);
  });

  test('a record that can not be read refuses its key and no other (G6)', async () => {
    const spoil: Script = (response, honest) =>
      response.end(honest.replace('"status":"approved","issuedAt"', '"status":"allowed","issuedAt"'));
    plane.script('snapshot', spoil);
    const verifier = follow();
    await follower.client.ready;
    assert.deepEqual(
      ['goldkey', 'barekey'].map((key) => reasonOf(verifier, key)),
      ['credential.unknown', 'allowed'],
    );
    plane.script('poll', (response, honest) => response.end(honest.replace('"status":"inactive"', '"status":1')));
    plane.append(inactivate(6));
    await until('the second', () => reasonOf(verifier, 'barekey') === 'credential.unknown');
    assert.equal(reasonOf(verifier, 'prodkey'), 'allowed');
    assert.deepEqual(
      follower.notices.filter(({ kind }) => kind === 'unreadable'),
      [
        { kind: 'unreadable', records: 1 },
        { kind: 'unreadable', records: 1 },
      ],
    );
  });

  test('goes on from what it holds while the plane is killed, until its age ends it, and comes back', async () => {
    let passed = 0;
    const monotonic = () => performance.now() + passed;
    const verifier = follow({ monotonic }, { monotonic });
    await follower.client.ready;
    await plane.kill();
    await until('a fault', () => follower.faults.includes('unreachable'));
    assert.equal(reasonOf(verifier, 'goldkey'), 'allowed');
    passed += 180_000;
    assert.equal(reasonOf(verifier, 'goldkey'), 'verifier.stale');
    plane.append(inactivate(1));
    await plane.start();
    await until('what was changed meanwhile', () => reasonOf(verifier, 'goldkey') === 'developer.inactive');
    assert.equal(plane.snapshots, 1);
  });

  test('a plane that was restored has another epoch: keys that never were stop working', async () => {
    const verifier = follow();
    await follower.client.ready;
    const changes = listChanges(fresh);
    plane.append(...changes);
    await until('the key', () => reasonOf(verifier, 'freshkey') === 'allowed');
    plane.restore(changes);
    await until('the key gone', () => reasonOf(verifier, 'freshkey') === 'credential.unknown');
    assert.equal(reasonOf(verifier, 'goldkey'), 'allowed');
    assert.deepEqual(follower.faults, ['start-over']);
  });

  test('age counts from when the answered poll was sent, however long it was held (G3)', async () => {
    const verifier = follow();
    await follower.client.ready;
    await until('a held poll', () => (plane.polls.at(-1)?.hold ?? 0) > 0);
    await sleep(50);
    plane.append(inactivate(1));
    await until('the change', () => reasonOf(verifier, 'goldkey') === 'developer.inactive');
    assert.ok(verifier.ageMs >= 50, `${verifier.ageMs} ms`);
  });

  test('the plane’s clock steps, and expiry follows it', async () => {
    const verifier = follow();
    await follower.client.ready;
    assert.equal(reasonOf(verifier, 'endedkey'), 'credential.expired');
    plane.planeTime = () => 500_000;
    plane.append(...listChanges(fresh));
    await until('the new key', () => reasonOf(verifier, 'freshkey') === 'allowed');
    assert.equal(reasonOf(verifier, 'endedkey'), 'allowed');
  });

  test('a plane that does not hold polls is not asked as fast as it answers', async () => {
    follow({}, { timing: { ...patient, pauseMsMin: 50 } });
    await follower.client.ready;
    const eager: Script = (response) =>
      response.end(
        JSON.stringify({ kind: 'changes', epoch: 'e1', changes: [], to: plane.sequence, more: false, planeTime: 1 }),
      );
    plane.script('poll', ...Array.from({ length: 200 }, () => eager));
    plane.append(...listChanges(fresh));
    const before = plane.polls.length;
    await sleep(300);
    assert.ok(plane.polls.length - before <= 8, `${plane.polls.length - before} polls`);
  });

  test('the credential stands in no notice, and nonsense does not start', async () => {
    follow({}, { token: 'topsecret' });
    await until('a fault', () => follower.faults.includes('denied'));
    assert.ok(!JSON.stringify(follower.notices).includes('topsecret'));
    const verifier = new Verifier();
    for (const given of [{ token: '' }, { token: 'a\nb' }, { url: 'nowhere' }, { url: 'file:///etc' }]) {
      assert.throws(() => new FeedClient({ url: plane.url, token: 'secret', verifier, ...given }), TypeError);
    }
  });

  test('a hook that throws does not stop the feed', async () => {
    const verifier = follow({}, { onNotice: () => assert.fail('a hook') });
    await follower.client.ready;
    assert.equal(reasonOf(verifier, 'goldkey'), 'allowed');
  });
});
