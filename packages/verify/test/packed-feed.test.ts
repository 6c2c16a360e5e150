import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { FeedOptions, Verifier } from '../src/index.ts';
import { Follower, hasty, patient } from './follower.ts';
import { Plane, type Script } from './plane.ts';
import { keys, listChanges, products, putProduct } from './population.ts';

let plane: Plane;
let follower: Follower;

beforeEach(async () => {
  plane = new Plane();
  plane.packs = true;
  plane.append(...products.map(putProduct), ...keys.flatMap(listChanges));
  await plane.start();
});

afterEach(async () => {
  await follower.client.stop();
  await plane.kill();
});

function follow(given: Partial<FeedOptions> = {}): Verifier {
  follower = new Follower(plane, given);
  return follower.verifier;
}

function isAllowed(verifier: Verifier, key: string): boolean {
  return verifier.verify({ key, environment: 'prod', target: '/' }).allowed;
}

const until = (what: string, met: () => boolean) => follower.until(what, met);
const end = (response: Parameters<Script>[0], bytes: string) => response.end(bytes, 'latin1');

describe('a feed with a packed snapshot', () => {
  test('is followed as one line by line is', async () => {
    const verifier = follow();
    await follower.client.ready;
    assert.deepEqual([isAllowed(verifier, 'goldkey'), isAllowed(verifier, 'revokedkey')], [true, false]);
    plane.append(...listChanges({ key: 'freshkey', number: 90 }));
    await until('a new key', () => isAllowed(verifier, 'freshkey'));
    assert.equal(plane.snapshots, 1);
  });

  test('of more keys than may be held is given up, and products alone are packed as well', async () => {
    const verifier = follow({ keysMax: 2 });
    await follower.client.ready;
    assert.ok(follower.notices.some(({ kind }) => kind === 'reads-through'));
    await verifier.prepare('goldkey');
    assert.equal(isAllowed(verifier, 'goldkey'), true);
  });

  /** Each is a snapshot that can't be believed; the honest one that follows is. */
  const badSnapshots: Readonly<Record<string, Script>> = {
    'a snapshot cut in the middle': (response, honest) => end(response, honest.slice(0, honest.length / 2)),
    'a snapshot without its last byte': (response, honest) => end(response, honest.slice(0, -1)),
    'a connection that breaks in the middle': (response, honest) => {
      response.write(honest.slice(0, honest.length / 2), 'latin1');
      setTimeout(() => response.destroy(), 5);
    },
    'a snapshot twice': (response, honest) => end(response, honest + honest),
    'lines that are said to be packed': (response) => end(response, '{"kind":"head"}\n'),
    'packed bytes that are said to be lines': (response, honest) => {
      response.setHeader('content-type', 'application/x-ndjson');
      end(response, honest);
    },
    nothing: (response) => response.end(),
    'silence in the middle': (response, honest) => response.write(honest.slice(0, honest.length / 2), 'latin1'),
  };
  for (const [name, script] of Object.entries(badSnapshots)) {
    test(`${name}: nothing of it is used, and the next one is`, async () => {
      plane.script('snapshot', script);
      const verifier = follow({ timing: name.startsWith('silence') ? hasty : patient });
      await until('a fault', () => follower.faults.length > 0);
      assert.equal(isAllowed(verifier, 'goldkey'), false);
      await follower.client.ready;
      assert.equal(isAllowed(verifier, 'goldkey'), true);
      assert.equal(plane.snapshots, 2);
    });
  }
});
