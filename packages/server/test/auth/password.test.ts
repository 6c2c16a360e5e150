import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { createPasswords, makeScramVerifier } from '../../src/adapters/password.ts';

const passwords = await createPasswords();

test('a password is kept as argon2id with 19 MiB and two passes, salted', async () => {
  const first = await passwords.hash('correct horse');
  const second = await passwords.hash('correct horse');
  assert.match(first.passwordHash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.notEqual(first.passwordHash, second.passwordHash);
  assert.notEqual(first.scramVerifier, second.scramVerifier);
});

test('the right password is admitted and a wrong one is not', async () => {
  const { passwordHash } = await passwords.hash('correct horse');
  assert.equal(await passwords.verify('correct horse', passwordHash), true);
  assert.equal(await passwords.verify('correct hors', passwordHash), false);
  assert.equal(await passwords.verify('', passwordHash), false);
});

test('no password is right for an account without one', async () => {
  assert.equal(await passwords.verify('correct horse', undefined), false);
  assert.equal(await passwords.verify('', undefined), false);
});

test('the SCRAM verifier answers the exchange of RFC 7677 as printed there', async () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  const verifier = await makeScramVerifier('pencil', salt, 4096);
  const [, iterations, printedSalt, storedKey, serverKey] =
    /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(verifier) ?? [];
  assert.equal(iterations, '4096');
  assert.equal(printedSalt, 'W22ZaJ0SNY7soEsUEjb6gQ==');
  const exchange =
    'n=user,r=rOprNGfwEbeRWgbNEkqO,' +
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,' +
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  const signature = createHmac('sha256', Buffer.from(serverKey ?? '', 'base64'))
    .update(exchange)
    .digest('base64');
  assert.equal(signature, '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  // The client's proof of the same exchange, which the stored key has to undo.
  const proof = Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64');
  const mask = createHmac('sha256', Buffer.from(storedKey ?? '', 'base64'))
    .update(exchange)
    .digest();
  const clientKey = proof.map((byte, at) => byte ^ (mask[at] ?? 0));
  assert.equal(createHash('sha256').update(clientKey).digest('base64'), storedKey);
});

test('SCRAM verifiers are made with at least 100,000 iterations', async () => {
  const { scramVerifier } = await passwords.hash('correct horse');
  const iterations = Number(/^SCRAM-SHA-256\$(\d+):/.exec(scramVerifier)?.[1]);
  assert.ok(iterations >= 100_000);
});

test('a non-breaking space and its plain form give one SCRAM password (SASLprep)', async () => {
  const salt = new Uint8Array(16);
  assert.equal(await makeScramVerifier('a\u00a0b', salt, 1), await makeScramVerifier('a b', salt, 1));
  assert.equal(await makeScramVerifier('\u2168', salt, 1), await makeScramVerifier('IX', salt, 1));
  assert.notEqual(await makeScramVerifier('a', salt, 1), await makeScramVerifier('A', salt, 1));
});

test('hashes past the waiting line are turned away, and the line is free again afterwards', async () => {
  const narrow = await createPasswords({ runningMax: 1, waitingMax: 1 });
  const asked = await Promise.allSettled(['a', 'b', 'c', 'd'].map((text) => narrow.verify(text, undefined)));
  assert.deepEqual(
    asked.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'rejected'],
  );
  for (const result of asked) {
    if (result.status === 'rejected') assert.equal((result.reason as { code: string }).code, 'auth.throttled');
  }
  assert.equal(await narrow.verify('again', undefined), false);
});
