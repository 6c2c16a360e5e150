import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { call, makeDirectory, run, runClaviger, startClaviger, waitFor } from './support.ts';

test('the socket of a killed server is replaced, and commands work without a server in between', async (t) => {
  const data = await makeDirectory(t);
  const first = await startClaviger(t, data);
  await first.stop('SIGKILL');
  assert.ok((await stat(join(data, 'claviger.sock'))).isSocket());
  assert.match(await run(['org', 'list', '--data', data]), /^myorg\t/);
  const second = await startClaviger(t, data);
  const { body } = await call('http://localhost/claviger/v1/organizations', {
    socketPath: join(data, 'claviger.sock'),
  });
  assert.equal(JSON.parse(body).items[0].name, 'myorg');
  assert.equal(await second.stop(), 0);
  await assert.rejects(stat(join(data, 'claviger.sock')), { code: 'ENOENT' });
});

test('a file in the place of the socket is left alone', async (t) => {
  const data = await makeDirectory(t);
  await writeFile(join(data, 'claviger.sock'), 'mine');
  const { code, stderr } = await runClaviger(['serve', '--data', data, '--listen', '127.0.0.1:0']);
  assert.equal(code, 1);
  assert.match(stderr, /claviger\.sock is in the way/);
  assert.equal(await readFile(join(data, 'claviger.sock'), 'utf8'), 'mine');
});

test('a data directory whose path is too long for a socket works all the same', async (t) => {
  const data = join(await makeDirectory(t), 'd'.repeat(120));
  await mkdir(data);
  const server = await startClaviger(t, data);
  const note = join(data, 'claviger.sock.path');
  const path = (await readFile(note, 'utf8')).trim();
  assert.equal((await stat(note)).mode & 0o777, 0o600);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await run(['org', 'create', 'acme', '--data', data]);
  // Through the socket, or the command could not have opened the store; logs come a moment later.
  const line = /"uri":"\/claviger\/v1\/organizations","status":201,.*"account":"operator@localhost"/;
  await waitFor(() => (line.test(server.stderr()) ? true : undefined));
  assert.equal(await server.stop(), 0);
  await assert.rejects(stat(note), { code: 'ENOENT' });
  await assert.rejects(stat(path), { code: 'ENOENT' });
});

test('a command that names another store does not touch the server of the data directory', async (t) => {
  const data = await makeDirectory(t);
  await startClaviger(t, data);
  const other = `sqlite:${join(await makeDirectory(t), 'other.db')}`;
  await run(['org', 'create', 'acme', '--data', data, '--store', other]);
  assert.deepEqual((await run(['org', 'list', '--data', data])).split('\t')[0], 'myorg');
  assert.deepEqual((await run(['org', 'list', '--data', data, '--store', other])).split('\t')[0], 'acme');
});
