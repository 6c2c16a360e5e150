import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedClient, type FeedNotice, type FeedOptions, Verifier } from '../src/index.ts';
import { Plane, type Script } from './plane.ts';
import { keys, listChanges, products, putProduct } from './population.ts';

const patience = 20_000;
const timing = { holdMs: 300, pauseMsMin: 4, pauseMsMax: 30 };
/** However busy the machine is. */
const patient = { ...timing, silenceMsMax: patience, leaveMsMax: patience, findMsMax: patience };
/** Where the plane is silent in the test. */
const hasty = { ...patient, silenceMsMax: 400, findMsMax: 300 };

let plane: Plane;
let client: FeedClient | undefined;
let notices: FeedNotice[] = [];

beforeEach(async () => {
  plane = new Plane();
  plane.packs = true;
  notices = [];
  plane.append(...products.map(putProduct), ...keys.flatMap(listChanges));
  await plane.start();
});

afterEach(async () => {
  await client?.stop();
  client = undefined;
  await plane.kill();
});

function follow(given: Partial<FeedOptions> = {}): Verifier {
  const verifier = new Verifier();
  const onNotice = (notice: FeedNotice) => notices.push(notice);
  client = new FeedClient({
    url: plane.url,
    token: 'secret',
    name: 'edge-1',
    verifier,
    timing: patient,
    onNotice,
    ...given,
  });
  client.start().catch(() => undefined);
  return verifier;
}

function isAllowed(verifier: Verifier, key: string): boolean {
  return verifier.verify({ key, environment: 'prod', target: '/' }).allowed;
}

async function until(what: string, met: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; performance.now() < end; await sleep(2)) if (met()) return;
  assert.fail(`${what} did not come; told: ${JSON.stringify(notices.slice(-8))}`);
}

const end = (response: Parameters<Script>[0], bytes: string) => response.end(bytes, 'latin1');

describe('a feed with a packed snapshot', () => {
  test('is followed as one line by line is', async () => {
    const verifier = follow();
    await client?.ready;
    assert.deepEqual([isAllowed(verifier, 'goldkey'), isAllowed(verifier, 'revokedkey')], [true, false]);
    plane.append(...listChanges({ key: 'freshkey', number: 90 }));
    await until('a new key', () => isAllowed(verifier, 'freshkey'));
    assert.equal(plane.snapshots, 1);
  });

  test('of more keys than may be held is given up, and products alone are packed as well', async () => {
    const verifier = follow({ keysMax: 2 });
    await client?.ready;
    assert.ok(notices.some(({ kind }) => kind === 'reads-through'));
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
      await until('a fault', () => notices.some(({ kind }) => kind === 'fault'));
      assert.equal(isAllowed(verifier, 'goldkey'), false);
      await client?.ready;
      assert.equal(isAllowed(verifier, 'goldkey'), true);
      assert.equal(plane.snapshots, 2);
    });
  }
});
