import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createVault } from '../../src/adapters/vault.ts';

const [one, two] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
const vault = createVault({ masterKey: one });
const keys = vault.createKeys('acme');
const opened = vault.open('acme', keys);

test('a sealed text opens under its organization’s keys and context, and nowhere else', () => {
  for (const text of ['', 'key\nsecret', 'k'.repeat(5000), 'Größe 🚀']) {
    const sealed = opened.seal(text, 'id');
    assert.notEqual(opened.seal(text, 'id'), sealed);
    assert.equal(opened.unseal(sealed, 'id'), text);
    assert.throws(() => opened.unseal(sealed, 'another id'));
    assert.throws(() => vault.open('other', vault.createKeys('other')).unseal(sealed, 'id'));
  }
});

test('a sealed text that was changed anywhere does not open', () => {
  const raw = Buffer.from(opened.seal('x', 'id'), 'base64url');
  for (let at = 0; at < raw.length; at++) {
    const changed = Buffer.from(raw);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => opened.unseal(changed.toString('base64url'), 'id'), `byte ${at}`);
  }
  for (let length = 0; length < raw.length; length++) {
    assert.throws(() => opened.unseal(raw.subarray(0, length).toString('base64url'), 'id'));
  }
});

test('no two of very many sealed texts share a nonce', () => {
  const nonces = new Set<string>();
  const count = 5000;
  for (let at = 0; at < count; at++) nonces.add(opened.seal('', 'id').slice(0, 16));
  assert.equal(nonces.size, count);
});

test('a lookup hash is the same for the same key in the same organization only', () => {
  const hash = opened.lookupHash('a key');
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(vault.open('acme', keys).lookupHash('a key'), hash);
  assert.notEqual(opened.lookupHash('another key'), hash);
  assert.notEqual(vault.open('acme', vault.createKeys('acme')).lookupHash('a key'), hash);
  assert.notEqual(createHash('sha256').update('a key').digest('hex'), hash);
});

test('wrapped keys open for their organization and master key alone', () => {
  const mismatch = { name: 'MasterKeyMismatch' };
  assert.throws(() => vault.open('other', keys), mismatch);
  assert.throws(() => createVault({ masterKey: two }).open('acme', keys), mismatch);
  assert.throws(() => vault.open('acme', { ...keys, dataKey: keys.lookupKey }), mismatch);
  assert.throws(() => vault.open('acme', { ...keys, masterKeyId: 'unknown' }), mismatch);
});

test('a new master key opens what the former one wrapped, wraps it anew, and changes no key', () => {
  const sealed = opened.seal('text', 'id');
  const both = createVault({ masterKey: two, previousMasterKeys: [one] });
  assert.deepEqual(both.previousMasterKeyIds, [vault.masterKeyId]);
  assert.equal(both.open('acme', keys).unseal(sealed, 'id'), 'text');
  const rewrapped = both.rewrap('acme', keys);
  assert.equal(rewrapped.masterKeyId, both.masterKeyId);
  const after = createVault({ masterKey: two }).open('acme', rewrapped);
  assert.equal(after.unseal(sealed, 'id'), 'text');
  assert.equal(after.lookupHash('key'), opened.lookupHash('key'));
  assert.throws(() => vault.open('acme', rewrapped), { name: 'MasterKeyMismatch' });
});

test('a secret setting is sealed anew once, and only by who can open it', () => {
  const sealed = vault.sealSetting('name', 'text');
  const both = createVault({ masterKey: two, previousMasterKeys: [one] });
  assert.equal(both.openSetting('name', sealed), 'text');
  assert.equal(both.openSetting('other name', sealed), undefined);
  const again = both.rewrapSetting('name', sealed);
  assert.ok(again);
  assert.equal(createVault({ masterKey: two }).openSetting('name', again), 'text');
  assert.equal(both.rewrapSetting('name', again), undefined);
  assert.equal(createVault({ masterKey: two }).rewrapSetting('name', sealed), undefined);
});
