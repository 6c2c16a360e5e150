import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Plane } from '../../../verify/test/plane.ts';
import { keys, listChanges, products, putProduct } from '../../../verify/test/population.ts';
import { parseVerifierConfig } from '../../src/config/verifier-config.ts';
import { formatToken } from '../../src/domain/token-text.ts';
import { type RunningVerifier, startVerifier } from '../../src/serve-verifier.ts';

const makeToken = () => formatToken('runtime', randomBytes(32));

interface World {
  readonly plane: Plane;
  readonly token: string;
  readonly directory: string;
  /** Lines of the log, as JSON. */
  readonly lines: string[];
  start(settings?: Parameters<typeof parseVerifierConfig>[0]): Promise<RunningVerifier>;
}

async function openWorld(t: TestContext): Promise<World> {
  const plane = new Plane();
  plane.token = makeToken();
  plane.append(...products.map(putProduct), ...keys.flatMap(listChanges));
  await plane.start();
  const directory = await mkdtemp(join(tmpdir(), 'claviger-test-'));
  const lines: string[] = [];
  const log = pino({ level: 'info', base: null }, { write: (line: string) => void lines.push(line) });
  const { token } = plane;
  t.after(async () => {
    await plane.kill();
    await rm(directory, { recursive: true, force: true });
  });
  const start: World['start'] = async (settings = {}) => {
    const config = parseVerifierConfig({ url: plane.url, token, listen: '127.0.0.1:0', ...settings });
    const sidecar = await startVerifier(config, log);
    t.after(() => sidecar.close());
    return sidecar;
  };
  return { plane, token, directory, lines, start };
}

async function ask({ url }: RunningVerifier, token: string, key = 'goldkey'): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ key, path: '/', method: 'GET' });
  const answer = await fetch(`${url}/claviger/v1/verify`, { method: 'POST', headers, body });
  if (answer.status !== 200) return String(answer.status);
  const { allowed, reason } = (await answer.json()) as { allowed: boolean; reason?: string };
  return allowed ? 'allowed' : (reason ?? '');
}

async function read({ url }: RunningVerifier, path: string): Promise<[number, string]> {
  const answer = await fetch(url + path);
  return [answer.status, await answer.text()];
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await isSo())) {
    if (performance.now() > end) assert.fail('waited in vain');
    await sleep(10);
  }
}

test('with the plane gone it goes on for as long as it was told, and for ever where that is what was told', async (t) => {
  const { plane, token, lines, start } = await openWorld(t);
  const bounded = await start({ staleSecondsMax: '1' });
  const endless = await start({ staleSecondsMax: '1', serveStale: 'true' });
  await Promise.all([bounded.ready, endless.ready]);
  await plane.kill();
  await until(async () => (await ask(bounded, token)) === 'verifier.stale');
  assert.deepEqual(await read(bounded, '/readyz'), [503, '{"status":"verifier stale"}']);
  assert.equal((await read(bounded, '/healthz'))[0], 200);
  assert.equal(await ask(endless, token), 'allowed');
  assert.match((await read(endless, '/metrics'))[1], /^claviger_verifier_staleness_bound_seconds \+Inf$/m);
  assert.equal(
    plane.polls.some(({ maxStaleness }) => maxStaleness === null),
    true,
    'its lease has an end',
  );
  assert.match(lines.join(''), /serve-stale: a revocation may never be known here/);
});

test('of an organization with more keys than it may hold it holds those that are asked for', async (t) => {
  const { plane, token, lines, start } = await openWorld(t);
  const sidecar = await start({ keysMax: '2' });
  await sidecar.ready;
  for (let round = 0; round < 2; round++) {
    assert.equal(await ask(sidecar, token), 'allowed');
    assert.equal(await ask(sidecar, token, 'inactivekey'), 'developer.inactive');
    assert.equal(await ask(sidecar, token, 'nobody'), 'credential.unknown');
  }
  assert.equal(plane.finds.length, 3);
  assert.match(lines.join(''), /more keys than keys-max/);
  plane.append(...listChanges({ key: 'goldkey', number: 1, credential: { status: 'revoked' } }));
  await until(async () => (await ask(sidecar, token)) === 'credential.revoked');
});

test('before all is known every key is refused, and it is not ready', async (t) => {
  const { plane, token, start } = await openWorld(t);
  await plane.kill();
  const sidecar = await start();
  assert.equal(await ask(sidecar, token), 'verifier.stale');
  assert.equal((await read(sidecar, '/readyz'))[0], 503);
  await plane.start();
  await sidecar.ready;
  assert.equal((await read(sidecar, '/readyz'))[0], 200);
  assert.equal(await ask(sidecar, token), 'allowed');
});

test('further tokens are for gateways alone, and one that the plane does not take is told of once', async (t) => {
  const { plane, token, directory, lines, start } = await openWorld(t);
  const [gateway, other] = [makeToken(), makeToken()];
  const gatewayTokensFile = join(directory, 'gateways');
  await writeFile(gatewayTokensFile, `# in the east\n${gateway}\n\n${other}\n`);
  const sidecar = await start({ gatewayTokensFile });
  await sidecar.ready;
  for (const each of [token, gateway, other]) assert.equal(await ask(sidecar, each), 'allowed');
  assert.equal(await ask(sidecar, makeToken()), '401');
  plane.token = makeToken();
  await plane.kill();
  await plane.start();
  const told = () => lines.filter((line) => line.includes('does not take the runtime credential'));
  await until(() => told().length > 0);
  assert.match((await read(sidecar, '/metrics'))[1], /^claviger_verifier_denied 1$/m);
  assert.equal(await ask(sidecar, gateway), 'allowed');
  // It asks again meanwhile.
  await sleep(700);
  assert.equal(told().length, 1);
  assert.ok(
    ![token, gateway, other, plane.token].some((text) => lines.join('').includes(text)),
    'a token is in the log',
  );
});

test('it tells the plane that it leaves only when it answers no more', async (t) => {
  const { plane, token, start } = await openWorld(t);
  const sidecar = await start();
  await sidecar.ready;
  let answeredAfterLeaving = 0;
  const asking = (async () => {
    for (;;) {
      const gone = plane.left.length > 0;
      const answer = await ask(sidecar, token).catch(() => 'closed');
      if (gone && answer === 'allowed') answeredAfterLeaving++;
      if (answer === 'closed') return;
    }
  })();
  await sidecar.close();
  await asking;
  assert.deepEqual(plane.left, [plane.polls[0]?.verifier]);
  assert.equal(answeredAfterLeaving, 0);
});

test('a start that can not be is refused with a sentence (G6)', async (t) => {
  const { directory, token, start } = await openWorld(t);
  const bad = join(directory, 'bad');
  await writeFile(bad, 'secret-that-is-none');
  const cases: readonly [Parameters<World['start']>[0], RegExp][] = [
    [{ url: undefined }, /--url \(CLAVIGER_VERIFIER_URL\) is missing/],
    [{ token: undefined }, /--token-file \(CLAVIGER_VERIFIER_TOKEN_FILE\) is missing/],
    [{ tokenFile: bad }, /token and token-file contradict each other/],
    [{ token: undefined, tokenFile: join(directory, 'none') }, /The token file \S+none can't be read \(ENOENT\)/],
    [{ token: 'clv_runtime_short' }, /The token of the environment has to hold the text of a runtime credential/],
    [{ gatewayTokensFile: bad }, /Line 1 of \S+bad has to hold/],
    [{ url: 'plane:8090' }, /takes an http or https URL/],
    [{ staleSecondsMax: '0' }, /takes a whole number from 1/],
    [{ keysMax: '0' }, /takes a whole number from 1/],
    [{ tlsCert: bad }, /--tls-key \(CLAVIGER_VERIFIER_TLS_KEY\) is missing/],
    [{ listen: '8091' }, /takes HOST:PORT/],
    [{ serveStale: 'yes' }, /takes true or false/],
    [{ name: 'n'.repeat(256) }, /is longer than 255 characters/],
  ];
  for (const [settings, sentence] of cases) {
    await assert.rejects(start(settings), (error: Error) => {
      assert.match(error.message, sentence);
      assert.ok(error.name === 'ConfigError' || error.name === 'StartRefusal', error.name);
      return !error.message.includes(token) && !error.message.includes('secret-that-is-none');
    });
  }
});
