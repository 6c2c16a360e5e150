import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, call, makeDirectory, run, runClaviger, startKnown } from './support.ts';

interface Key {
  readonly consumerKey: string;
  readonly consumerSecret?: string;
}

test('an operator sees which keys expire, rotates one, and lets an organization show secrets once', async (t) => {
  const data = await makeDirectory(t);
  const { url } = await startKnown(t, data);
  const developers = `${url}/v1/organizations/myorg/developers`;
  const send = async (path: string, body: object): Promise<{ credentials: Key[] }> =>
    JSON.parse((await call(path, { method: 'POST', headers: asAdmin, body: JSON.stringify(body) })).body);
  await send(developers, { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other' });
  const apps = `${developers}/ann@example.com/apps`;
  const [soon] = (await send(apps, { name: 'soon', keyExpiresIn: 86_400_000 })).credentials;
  const [late] = (await send(apps, { name: 'late', keyExpiresIn: 30 * 86_400_000 })).credentials;
  assert.ok(soon && late);
  const at = ['--org', 'myorg', '--data', data];

  const rows = (await run(['key', 'expiring', ...at])).trimEnd().split('\n');
  assert.equal(rows.length, 1);
  const [, owner, app, hint, , works, rotated, id = ''] = rows[0]?.split('\t') ?? [];
  assert.deepEqual([owner, app, hint], ['ann@example.com', 'soon', `${soon.consumerKey.slice(0, 4)}***`]);
  assert.deepEqual([works, rotated], ['yes', 'no']);
  assert.equal(JSON.parse(await run(['key', 'expiring', '--within', '60d', '--json', ...at])).length, 2);

  const rotate = ['key', 'rotate', id, '--overlap', '1h', '--expires', 'never', '--idempotency-key', 'one', ...at];
  const first = await runClaviger(rotate);
  assert.match(first.stdout, /^[A-Za-z0-9]{32}\t[A-Za-z0-9]{16}\n$/);
  assert.match(first.stderr, /^The new key is [0-9a-f-]{36}\. The old one, [0-9a-f-]{36}, works until 20\S+Z\.\n$/);
  assert.equal((await runClaviger(rotate)).stdout, first.stdout);
  const again = await runClaviger(['key', 'rotate', id, ...at]);
  assert.deepEqual([again.code, again.stderr], [1, 'claviger: Another key took the place of this one already.\n']);
  const piped = await run(['key', 'rotate', '-', '--overlap', '0', '--json', ...at], {
    input: `${late.consumerKey}\n`,
  });
  assert.notEqual(JSON.parse(piped).credential.consumerKey, late.consumerKey);
  for (const wrong of [
    ['--overlap', '1 day'],
    ['--expires', '1y'],
    ['--overlap', '900d'],
  ]) {
    assert.notEqual((await runClaviger(['key', 'rotate', id, ...wrong, ...at])).code, 0);
  }

  const update = ['org', 'update', 'myorg', '--secrets-shown-once', '--data', data];
  assert.match((await runClaviger(update)).stderr, /add --yes to go on/);
  assert.match(await run([...update, '--yes']), /\tshown once\n$/);
  assert.match((await runClaviger(rotate)).stdout, /^[A-Za-z0-9]{32}\n$/, 'a retry tells no secret any more');
  const bare = await runClaviger(['org', 'update', 'myorg', '--data', data]);
  assert.equal(bare.code, 2);
  const made = await run(['org', 'create', 'once', '--secrets-shown-once', '--json', '--data', data]);
  assert.equal(JSON.parse(made).secretsShownOnce, true);
});
