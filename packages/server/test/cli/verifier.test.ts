import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Plane } from '../../../verify/test/plane.ts';
import { keys, listChanges, products, putProduct } from '../../../verify/test/population.ts';
import { formatToken } from '../../src/domain/token-text.ts';
import { call, makeDirectory, type RunningClaviger, runClaviger, startSidecar, waitFor } from './support.ts';

const makeToken = () => formatToken('runtime', randomBytes(32));

/** A scripted plane with keys, and the credential that it takes in a file. */
async function openPlane(t: TestContext): Promise<{ plane: Plane; token: string; directory: string; args: string[] }> {
  const plane = new Plane();
  plane.token = makeToken();
  plane.planeTime = () => 2_000_000;
  plane.append(...products.map(putProduct), ...keys.flatMap(listChanges));
  await plane.start();
  t.after(() => plane.kill());
  const directory = await makeDirectory(t);
  const file = join(directory, 'token');
  await writeFile(file, `${plane.token}\n`);
  return { plane, token: plane.token, directory, args: ['--url', plane.url, '--token-file', file] };
}

interface Verdict {
  readonly allowed: boolean;
  readonly reason?: string;
}

async function ask(sidecar: RunningClaviger, token: string, key: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ key, path: '/', method: 'GET', environment: 'prod', proxy: 'orders' });
  const answer = await call(`${sidecar.url}/claviger/v1/verify`, { method: 'POST', headers, body });
  if (answer.status !== 200) return String(answer.status);
  const { allowed, reason } = JSON.parse(answer.body) as Verdict;
  return allowed ? 'allowed' : (reason ?? '');
}

const read = async (sidecar: RunningClaviger, path: string) => (await call(`${sidecar.url}${path}`)).body;

test('a sidecar answers as the plane does, follows its changes, and leaves when it has stopped to answer', async (t) => {
  const { plane, token, args } = await openPlane(t);
  const sidecar = await startSidecar(t, { args: [...args, '--name', 'edge-1'] });
  assert.match(sidecar.stdout(), /^claviger verifier listening on http:\/\/127\.0\.0\.1:\d+\n$/);
  assert.equal(await ask(sidecar, token, 'goldkey'), 'allowed');
  assert.equal(await ask(sidecar, token, 'revokedkey'), 'credential.revoked');
  assert.equal(await ask(sidecar, token, 'nobody'), 'credential.unknown');
  assert.equal(await ask(sidecar, makeToken(), 'goldkey'), '401');
  assert.equal(await read(sidecar, '/readyz'), '{"status":"ready"}');
  const revoked = listChanges({ key: 'goldkey', number: 1, credential: { status: 'revoked' } });
  plane.append(...revoked);
  await waitFor(async () => ((await ask(sidecar, token, 'goldkey')) === 'credential.revoked' ? true : undefined));
  const metrics = await read(sidecar, '/metrics');
  assert.match(metrics, /^claviger_verdicts_total\{reason="allowed"\} [1-9]/m);
  assert.match(metrics, /^claviger_verifier_staleness_bound_seconds 180$/m);
  assert.match(metrics, /^claviger_http_requests_total\{route="\/claviger\/v1\/verify"/m);
  assert.deepEqual(
    new Set(plane.polls.map(({ name, maxStaleness }) => `${name} ${maxStaleness}`)),
    new Set(['edge-1 180000']),
  );
  assert.equal(await sidecar.stop('SIGINT'), 0);
  assert.deepEqual(plane.left, [plane.polls[0]?.verifier]);
  assert.ok(!sidecar.stderr().includes(token));
});

test('a start that can not be is refused with one sentence (G6)', async (t) => {
  const { directory, args } = await openPlane(t);
  const bad = join(directory, 'bad');
  await writeFile(bad, 'secret-that-is-none');
  const cases: readonly [readonly string[], RegExp][] = [
    [[], /^claviger: --url \(CLAVIGER_VERIFIER_URL\) is missing/],
    [[...args.slice(0, 2), '--token-file', bad], /The token file \S+bad has to hold the text of a runtime credential/],
  ];
  for (const [given, sentence] of cases) {
    const { code, stdout, stderr } = await runClaviger(['verifier', ...given]);
    assert.ok(code === 1 || code === 2, stderr);
    assert.match(stderr, sentence);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
    assert.ok(!stderr.includes('secret-that-is-none'));
    assert.equal(stdout, '');
  }
});
