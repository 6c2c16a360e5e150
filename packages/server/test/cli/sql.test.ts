import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { adminEmail, adminPassword, makeDirectory, run, runClaviger, startKnown } from './support.ts';

const insert = `INSERT INTO google.apigee.developers(organizationsId, email, firstName, lastName, userName)
  VALUES ('myorg', 'ann@example.com', 'Ann', 'Ardent', 'ann'), ('myorg', 'bob@example.com', 'Bob', 'Brisk', 'bob');`;

test('asks and changes through the server of a data directory, and in the store itself', async (t) => {
  const data = await makeDirectory(t);
  const server = await startKnown(t, data);
  const inserted = await runClaviger(['sql', '--data', data, '-e', insert]);
  assert.deepEqual([inserted.code, inserted.stdout], [0, ''], inserted.stderr);
  assert.match(inserted.stderr, /^INSERT 0 2\n/);
  const query = "SELECT email, status FROM developers WHERE organizationsId = 'myorg' ORDER BY email";
  assert.equal(
    await run(['sql', '--data', data, '-e', query, '-o', 'csv']),
    'email,status\nann@example.com,active\nbob@example.com,active\n',
  );
  await server.stop();
  assert.equal(
    await run(['sql', '--data', data, '-o', 'csv', '-H', '-d', ';'], { input: `${query};` }),
    'ann@example.com;active\nbob@example.com;active\n',
  );
});

test('asks a plane elsewhere, in the name of an account', async (t) => {
  const server = await startKnown(t, await makeDirectory(t));
  const script = join(await makeDirectory(t), 'script.sql');
  await writeFile(
    script,
    `${insert}\nEXEC google.apigee.developers.organizations_developers_set_developer_status
    @organizationsId = 'myorg', @developersId = 'bob@example.com', @action = 'inactive';
  SELECT email, status FROM google.apigee.developers WHERE organizationsId = 'myorg' ORDER BY email;`,
  );
  const remote = ['--url', server.url, '--user', adminEmail, '--password-stdin'];
  const told = await runClaviger(['sql', '-i', script, '-o', 'jsonl', ...remote], { input: adminPassword });
  assert.deepEqual(
    [told.code, told.stdout],
    [0, '{"email":"ann@example.com","status":"active"}\n{"email":"bob@example.com","status":"inactive"}\n'],
    told.stderr,
  );
  const refused = await runClaviger(['sql', '-e', 'SELECT 1', ...remote], { input: 'wrong' });
  assert.deepEqual([refused.code, refused.stdout], [1, '']);
});

test('points at what is wrong, and ends with 1', async (t) => {
  const data = await makeDirectory(t);
  await startKnown(t, data);
  const wrong = await runClaviger(['sql', '--data', data, '-e', 'SELECT 1 AS one;\nSELECT *\n  FROM developerz']);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /\| {3}1 \|/);
  assert.match(wrong.stderr, /^error: .*developerz.* \(42P01\)\n {4}FROM developerz\n {9}\^\nhint: .*developers/m);
  const both = await runClaviger(['sql', '--data', data, '-e', 'SELECT 1', '-i', 'x.sql']);
  assert.deepEqual([both.code, both.stderr], [2, 'claviger: --execute and --input: name one of them.\n']);
});
