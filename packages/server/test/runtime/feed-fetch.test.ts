import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedClient, type FeedNotice, Verifier } from '@claviger/verify';
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

interface Followed {
  readonly client: FeedClient;
  /** Faults in the order in which they came. */
  readonly faults: string[];
}

function follow(t: TestContext, url: string, given: { readonly silenceMsMax?: number } = {}): Followed {
  const verifier = new Verifier();
  const faults: string[] = [];
  const onNotice = (notice: FeedNotice) => {
    if (notice.kind === 'fault') faults.push(notice.fault);
  };
  const timing = { holdMs: 1_000, pauseMsMin: 5, pauseMsMax: 20, silenceMsMax: 10_000, ...given };
  const client = new FeedClient({ url, token: 'secret', verifier, timing, onNotice, fetch: fetchOverHttp });
  t.after(() => client.stop());
  return { client, faults };
}

const answers: Readonly<
  Record<string, { readonly script: Script; readonly fault: string; readonly silenceMsMax?: number }>
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
    silenceMsMax: 400,
  },
  'no answer': { script: () => undefined, fault: 'slow', silenceMsMax: 400 },
  'an error with a body': {
    script: (response) => response.writeHead(500).end('x'.repeat(100_000)),
    fault: 'unexpected',
  },
  'a body that is not believed': {
    script: (response) => response.end(`{}\n${' '.repeat(300_000)}`),
    fault: 'malformed',
  },
};

for (const [name, { script, fault, silenceMsMax }] of Object.entries(answers)) {
  test(`${name}: it is told as ${fault}, and the next snapshot is used`, async (t) => {
    const plane = await openPlane(t);
    plane.script('snapshot', script);
    const { client, faults } = follow(t, plane.url, silenceMsMax === undefined ? {} : { silenceMsMax });
    await client.start();
    assert.equal(faults[0], fault);
    assert.equal(client.status.state, 'following');
  });
}

test('a redirect is not followed: nobody else is shown the credential', async (t) => {
  const [plane, other] = [await openPlane(t), await openPlane(t)];
  const away: Script = (response) =>
    response.writeHead(307, { location: `${other.url}claviger/v1/feed/snapshot` }).end();
  plane.script('snapshot', away, away);
  const { client, faults } = follow(t, plane.url);
  await client.start();
  assert.deepEqual(faults, ['unexpected', 'unexpected']);
  assert.equal(other.snapshots, 0);
});

test('a plane that is away is told as unreachable, and one that comes back is followed', async (t) => {
  const plane = await openPlane(t);
  const { url } = plane;
  await plane.kill();
  const { client, faults } = follow(t, url);
  const ready = client.start();
  while (faults.length === 0) await sleep(5);
  await plane.start();
  await ready;
  assert.equal(faults[0], 'unreachable');
});
