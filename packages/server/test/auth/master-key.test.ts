import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { decodePreviousKeys, loadMasterKey } from '../../src/adapters/master-key.ts';
import { createSecretBox } from '../../src/adapters/secret-box.ts';

const directory = await mkdtemp(join(tmpdir(), 'claviger-key-'));
after(() => rm(directory, { recursive: true, force: true }));

const refusal = (message: RegExp) => ({ name: 'StartRefusal', message });
const bytes = Uint8Array.from({ length: 32 }, (_, at) => at * 7);

test('the first start makes a key file for its owner alone, the next one reads it', async () => {
  const file = join(directory, 'made', 'master.key');
  const first = await loadMasterKey({ file });
  assert.equal(first.length, 32);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(await loadMasterKey({ file }), first);
  assert.deepEqual(await readdir(join(directory, 'made')), ['master.key']);
});

test('of several makers at once, all use the same key', async () => {
  const file = join(directory, 'raced', 'master.key');
  const keys = await Promise.all(Array.from({ length: 8 }, () => loadMasterKey({ file })));
  assert.equal(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size, 1);
});

test('a key file that others may read is refused', async () => {
  const file = join(directory, 'wide.key');
  await writeFile(file, Buffer.from(bytes).toString('base64'));
  for (const mode of [0o640, 0o604, 0o620, 0o666]) {
    await chmod(file, mode);
    await assert.rejects(loadMasterKey({ file }), refusal(/may be read by others.*chmod 600/));
  }
  await chmod(file, 0o600);
  assert.deepEqual(await loadMasterKey({ file }), bytes);
});

test('the key is taken from a value in base64, base64url or hex, and no file is made', async () => {
  const file = join(directory, 'unused.key');
  for (const encoding of ['base64', 'base64url', 'hex'] as const) {
    assert.deepEqual(await loadMasterKey({ value: Buffer.from(bytes).toString(encoding), file }), bytes);
  }
  await assert.rejects(readFile(file), { code: 'ENOENT' });
});

test('a value or file of another length or alphabet is refused without being shown', async () => {
  const file = join(directory, 'unused.key');
  for (const value of [
    'short',
    'not base64 at all!',
    Buffer.alloc(31).toString('base64'),
    Buffer.alloc(33).toString('hex'),
  ]) {
    await assert.rejects(loadMasterKey({ value, file }), (error: Error) => {
      assert.match(error.message, /^CLAVIGER_MASTER_KEY has to hold 32 bytes/);
      assert.ok(!error.message.includes(value));
      return true;
    });
  }
  const empty = join(directory, 'empty.key');
  await writeFile(empty, '', { mode: 0o600 });
  await assert.rejects(loadMasterKey({ file: empty }), refusal(/master key file .* has to hold 32 bytes/));
});

test('a sealed value opens with its key and for its purpose only', () => {
  const box = createSecretBox(bytes);
  const sealed = box.seal('one', 'the secret');
  assert.ok(!sealed.includes('secret'));
  assert.notEqual(box.seal('one', 'the secret'), sealed);
  assert.equal(box.open('one', sealed), 'the secret');
  assert.equal(createSecretBox(bytes).open('one', sealed), 'the secret');
  assert.equal(box.open('two', sealed), undefined);
  assert.equal(createSecretBox(bytes.with(0, 99)).open('one', sealed), undefined);
});

test('a sealed value that was changed anywhere does not open', () => {
  const box = createSecretBox(bytes);
  const [version, body = ''] = box.seal('one', 'x').split('.');
  const raw = Buffer.from(body, 'base64url');
  for (let at = 0; at < raw.length; at++) {
    const changed = Buffer.from(raw);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(box.open('one', `${version}.${changed.toString('base64url')}`), undefined, `byte ${at}`);
  }
  for (const text of ['', 'v1.', 'v1', `v2.${body}`, 'v1.AAAA']) assert.equal(box.open('one', text), undefined);
});

test('a command’s output is the key, and no file is made', async () => {
  const file = join(directory, 'never.key');
  const text = Buffer.from(bytes).toString('base64');
  assert.deepEqual(await loadMasterKey({ command: `printf %s ${text} | cat; echo`, file }), bytes);
  await assert.rejects(readFile(file), { code: 'ENOENT' });
});

test('a command that fails or prints no key stops the start without showing what it printed', async () => {
  const file = join(directory, 'never.key');
  const command = 'echo not-the-key';
  await assert.rejects(loadMasterKey({ command, file }), (error: Error) => {
    assert.match(error.message, /^The output of the master key command has to hold 32 bytes/);
    assert.ok(!error.message.includes('not-the-key'));
    return true;
  });
  await assert.rejects(loadMasterKey({ command: 'exit 3', file }), refusal(/master key command failed: .*3/));
  await assert.rejects(loadMasterKey({ command: 'kill -9 $$', file }), refusal(/master key command failed: .*SIGKILL/));
});

test('each of the previous keys has to be one', () => {
  const text = Buffer.from(bytes).toString('hex');
  assert.deepEqual(decodePreviousKeys([text]), [bytes]);
  assert.throws(() => decodePreviousKeys([text, 'short']), refusal(/^Each of CLAVIGER_PREVIOUS_MASTER_KEYS/));
});
