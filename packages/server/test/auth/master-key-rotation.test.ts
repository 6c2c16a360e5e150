import assert from 'node:assert/strict';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { insertApp, insertCredential, insertDeveloper } from '../support/entity.ts';
import { startTestServer } from '../support/server.ts';

const [former, next] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'));
assert.ok(former && next);

test('a plane goes over to another master key, and forgets the former one', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'claviger-rotation-'));
  const data = directory.path;
  const start = (masterKey: string, previousMasterKeys?: string) =>
    startTestServer({ settings: { data, masterKey, ...(previousMasterKeys && { previousMasterKeys }) } });

  await using before = await start(former);
  const organization = await before.plane.store.organizations.findByName('myorg');
  assert.ok(organization);
  const app = await insertApp(before.plane.store, await insertDeveloper(before.plane.store, organization.id));
  const { consumerKey, ...credential } = await insertCredential(before.plane.store, app);
  await before.close();

  const stops = { name: 'StartRefusal', message: /^The master key does not open the secrets in this store: / };
  await assert.rejects(start(next), stops);

  await using both = await start(next, former);
  const rotate = (auth?: string) => both.request('POST', '/claviger/v1/master-key/rotate', { auth });
  assert.equal((await rotate(await both.makeAccount('ann@example.com'))).status, 403);
  // The organization's keys and the signing key.
  assert.deepEqual((await rotate()).json(), { resealed: '2' });
  assert.deepEqual((await rotate()).json(), { resealed: '0' });
  await both.close();

  await assert.rejects(start(former), stops);
  await using after = await start(next);
  const found = await after.plane.store.credentials.findByKey(organization.id, consumerKey);
  assert.deepEqual(found, { ...credential, consumerKey });
});

test('only one way to the master key may be given', async () => {
  const settings = { masterKey: former, masterKeyCommand: 'cat key' };
  await assert.rejects(startTestServer({ settings }), /^ConfigError: master-key and master-key-command contradict/);
});
