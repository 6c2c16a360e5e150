import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FeedOptions } from '@claviger/verify';
import { Follower, hasty } from '../../../verify/test/follower.ts';
import { Plane, type Script } from '../../../verify/test/plane.ts';
import { keys, listChanges, products, putProduct } from '../../../verify/test/population.ts';
import { fetchOverHttp } from '../../src/runtime/feed-fetch.ts';

async function openPlane(t: TestContext): Promise<Plane> {
  const plane = new Plane();
  plane.append(...products.map(putProduct), ...keys.flatMap(listChanges));
  await plane.start();
  t.after(() => plane.kill());
  return plane;
}

function follow(t: TestContext, plane: Plane, given: Partial<FeedOptions> = {}): Follower {
  const follower = new Follower(plane, { fetch: fetchOverHttp, ...given });
  t.after(() => follower.client.stop());
  return follower;
}

/** `timing` where the plane is silent. */
const answers: Readonly<
  Record<string, { readonly script: Script; readonly fault: string } & Pick<FeedOptions, 'timing'>>
> = {
  'a body cut off before its length': {
    script: (response, honest) => {
      response.writeHead(200, { 'content-length': honest.length });
      response.write(honest.slice(0, -200), 'latin1', () => response.socket?.resetAndDestroy());
    },
    fault: 'unreachable',
  },
  'a body in chunks without the last one': {
    script: (response, honest) => void response.write(honest, 'latin1', () => response.socket?.end()),
    fault: 'unreachable',
  },
  'a body that stops': {
    script: (response, honest) => void response.write(honest.slice(0, 200), 'latin1'),
    fault: 'slow',
    timing: hasty,
  },
  'no answer': { script: () => undefined, fault: 'slow', timing: hasty },
  'an error with a body': {
    script: (response) => response.writeHead(500).end('x'.repeat(100_000)),
    fault: 'unexpected',
  },
  'a body that is not believed': {
    script: (response) => response.end(`{}\n${' '.repeat(300_000)}`),
    fault: 'malformed',
  },
};

for (const [name, { script, fault, ...given }] of Object.entries(answers)) {
  test(`${name}: it is told as ${fault}, and the next snapshot is used`, async (t) => {
    const plane = await openPlane(t);
    plane.script('snapshot', script);
    const follower = follow(t, plane, given);
    await follower.client.ready;
    assert.equal(follower.faults[0], fault);
    assert.equal(follower.client.status.state, 'following');
  });
}

test('a redirect is not followed: nobody else is shown the credential', async (t) => {
  const [plane, other] = [await openPlane(t), await openPlane(t)];
  const away: Script = (response) =>
    response.writeHead(307, { location: `${other.url}claviger/v1/feed/snapshot` }).end();
  plane.script('snapshot', away, away);
  const follower = follow(t, plane);
  await follower.client.ready;
  assert.deepEqual(follower.faults, ['unexpected', 'unexpected']);
  assert.equal(other.snapshots, 0);
});

test('a plane that is away is told as unreachable, and one that comes back is followed', async (t) => {
  const plane = await openPlane(t);
  await plane.kill();
  const follower = follow(t, plane);
  await follower.until('a fault', () => follower.faults.length > 0);
  await plane.start();
  await follower.client.ready;
  assert.equal(follower.faults[0], 'unreachable');
});
