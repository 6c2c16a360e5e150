import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { crc32 as nodeCrc32 } from 'node:zlib';
import { crc32, formatToken, parseToken } from './token-text.ts';

test('the checksum is CRC-32', () => {
  assert.equal(crc32('123456789'), 0xcbf43926);
  for (let round = 0; round < 50; round++) {
    const text = randomBytes(round).toString('base64');
    assert.equal(crc32(text), nodeCrc32(text));
  }
});

test('a token that was made is read, whatever its random bytes', () => {
  for (const bytes of [new Uint8Array(32), new Uint8Array(32).fill(255), randomBytes(32)]) {
    const text = formatToken('acc', bytes);
    assert.match(text, /^clv_acc_[0-9A-Za-z]{49}$/);
    assert.deepEqual(parseToken(text), { kind: 'acc' });
  }
});

test('different bytes give different tokens', () => {
  const zero = new Uint8Array(32);
  assert.notEqual(formatToken('acc', zero), formatToken('acc', zero.with(31, 1)));
  assert.notEqual(formatToken('acc', zero), formatToken('acc', zero.with(0, 1)));
});

test('a token with one character changed, cut, longer or of an unknown kind is refused', () => {
  const text = formatToken('acc', randomBytes(32));
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === 'x' ? 'y' : 'x';
    assert.equal(parseToken(text.slice(0, at) + other + text.slice(at + 1)), undefined, `changed at ${at}`);
  }
  assert.equal(parseToken(text.slice(0, -1)), undefined);
  assert.equal(parseToken(`${text}0`), undefined);
  assert.equal(parseToken(''), undefined);
  assert.equal(parseToken(text.replace('acc', 'constructor')), undefined);
  assert.equal(parseToken('clv_acc_'.padEnd(100_000, 'a')), undefined);
});

test('fewer random bytes than agreed are refused', () => {
  assert.throws(() => formatToken('acc', new Uint8Array(16)), RangeError);
});
