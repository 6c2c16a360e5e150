import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../src/domain/problem.ts';
import { setPassword, updateAccount } from '../../src/operations/account.ts';
import { authenticate } from '../../src/operations/authentication.ts';
import { adminPassword, callAs, makeAccount, openTestPlane, problem, type TestPlane } from '../support/plane.ts';

const home = '192.0.2.1';
const attacker = '198.51.100.7';
const email = 'ann@example.com';
const password = 'correct horse';

const wrong = problem('auth.wrong-credentials');
const throttled = problem('auth.throttled');

async function open(): Promise<TestPlane> {
  const test = await openTestPlane();
  await makeAccount(test, { email, password });
  return test;
}

function signInAs({ plane }: TestPlane, login: string, secret: string, address = home) {
  return authenticate(plane, { kind: 'basic', login, password: secret }, address);
}

/** Wrong passwords one after another; the codes that they were answered with. */
async function guess(test: TestPlane, count: number, { login = email, address = attacker } = {}): Promise<string[]> {
  const codes: string[] = [];
  for (let at = 0; at < count; at++) {
    const error = await signInAs(test, login, `guess number ${at}`, address).catch((caught: unknown) => caught);
    codes.push(error instanceof Problem ? error.code : 'admitted');
  }
  return codes;
}

test('an account signs in by its e-mail in any case, and no secret comes along', async () => {
  await using test = await open();
  const account = await signInAs(test, 'ANN@Example.com', password);
  assert.equal(account.email, email);
  assert.ok(!('passwordHash' in account) && !('scramVerifier' in account));
});

test('no credentials, and credentials that nobody can have, are refused without a hash', async () => {
  await using test = await open();
  await assert.rejects(authenticate(test.plane, { kind: 'none' }, home), problem('auth.missing'));
  for (const [login, secret] of [
    ['', password],
    [email, ''],
    [email, 'x'.repeat(100_000)],
    ['a'.repeat(100_000), password],
  ] as const) {
    await assert.rejects(signInAs(test, login, secret), wrong);
  }
  assert.equal(test.hashes.verify, 0);
});

test('an account that is absent, disabled or without a password costs the same hash and answer', async () => {
  await using test = await open();
  await makeAccount(test, { email: 'off@example.com', password });
  await updateAccount(test.plane, callAs(test.admin), { email: 'off@example.com', patch: { status: 'disabled' } });
  await makeAccount(test, { email: 'plain@example.com' });
  for (const login of [email, 'nobody@example.com', 'off@example.com', 'plain@example.com', 'a b\nc']) {
    const before = test.hashes.verify;
    await assert.rejects(signInAs(test, login, 'wrong password'), wrong);
    assert.equal(test.hashes.verify, before + 1, login);
  }
  await assert.rejects(signInAs(test, 'off@example.com', password), wrong);
});

test('a busy client pays for one full hash', async () => {
  await using test = await open();
  for (let at = 0; at < 20; at++) await signInAs(test, email, password);
  assert.equal(test.hashes.verify, 1);
});

test('clients that start together with the right password share one hash, from however many addresses', async () => {
  await using test = await open();
  const started = Array.from({ length: 100 }, (_, at) => signInAs(test, email, password, `192.0.2.${at}`));
  assert.equal((await Promise.all(started)).length, 100);
  assert.equal(test.hashes.verify, 1);
});

test('a remembered password is forgotten after five minutes, however busy the client is', async () => {
  await using test = await open();
  for (let minute = 0; minute < 11; minute++) {
    await signInAs(test, email, password);
    test.clock.advance(60_000);
  }
  assert.equal(test.hashes.verify, 3);
});

test('a remembered password admits itself alone, and to its own account', async () => {
  await using test = await open();
  await makeAccount(test, { email: 'bob@example.com', password: 'another password' });
  await signInAs(test, email, password);
  await assert.rejects(signInAs(test, email, `${password} `), wrong);
  await assert.rejects(signInAs(test, 'bob@example.com', password), wrong);
});

test('a changed password ends the remembered one at once', async () => {
  await using test = await open();
  await signInAs(test, email, password);
  await setPassword(test.plane, callAs(test.admin), { email, password: 'a new password' });
  await assert.rejects(signInAs(test, email, password), wrong);
  assert.equal((await signInAs(test, email, 'a new password')).email, email);
});

test('a disabled account ends the remembered password at once', async () => {
  await using test = await open();
  await signInAs(test, email, password);
  await updateAccount(test.plane, callAs(test.admin), { email, patch: { status: 'disabled' } });
  await assert.rejects(signInAs(test, email, password), wrong);
});

test('after five wrong passwords an address that never signed in is refused without a hash', async () => {
  await using test = await open();
  const codes = await guess(test, 8);
  assert.deepEqual(codes.slice(0, 5), Array(5).fill('auth.wrong-credentials'));
  assert.deepEqual(codes.slice(5), Array(3).fill('auth.throttled'));
  assert.equal(test.hashes.verify, 5);
  await assert.rejects(signInAs(test, email, password, attacker), throttled);
  assert.equal(test.hashes.verify, 5);
});

test('the wait is told, doubles with every further failure and has an end', async () => {
  await using test = await open();
  await guess(test, 5);
  const waits: number[] = [];
  for (let at = 0; at < 11; at++) {
    const refusal = await signInAs(test, email, password, attacker).catch((error: unknown) => error);
    assert.ok(refusal instanceof Problem && refusal.code === 'auth.throttled');
    const { retryAfterSeconds } = (refusal as Problem<'auth.throttled'>).facts;
    waits.push(retryAfterSeconds);
    test.clock.advance(retryAfterSeconds * 1000);
    await assert.rejects(signInAs(test, email, `another guess ${at}`, attacker), wrong);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
});

test('a throttled account is admitted after the wait, and failures are forgotten in 15 minutes', async () => {
  await using test = await open();
  await guess(test, 6);
  test.clock.advance(1000);
  assert.equal((await signInAs(test, email, password, attacker)).email, email);
  test.clock.advance(16 * 60_000);
  assert.deepEqual(await guess(test, 5, { address: '203.0.113.5' }), Array(5).fill('auth.wrong-credentials'));
});

test('an account that is not there is throttled like one that is', async () => {
  await using test = await open();
  const known = await guess(test, 8);
  const unknown = await guess(test, 8, { login: 'nobody@example.com', address: '203.0.113.9' });
  assert.deepEqual(unknown, known);
});

test('a throttled account still admits the right password from an address that succeeded before', async () => {
  await using test = await open();
  await signInAs(test, email, password, home);
  await guess(test, 20);
  assert.equal((await signInAs(test, email, password, home)).email, email);
  await assert.rejects(signInAs(test, email, password, attacker), throttled);
  test.clock.advance(10 * 60_000);
  await guess(test, 20);
  assert.equal((await signInAs(test, email, password, home)).email, email, 'not remembered any more');
});

test('wrong passwords from the known address itself are answered as throttled, the right one is admitted', async () => {
  await using test = await open();
  await signInAs(test, email, password, home);
  const codes = await guess(test, 40, { address: home });
  assert.equal(codes[0], 'auth.wrong-credentials');
  assert.equal(codes.at(-1), 'auth.throttled');
  assert.equal((await signInAs(test, email, password, home)).email, email);
});

test('a known address has an end of guesses too', async () => {
  await using test = await open();
  await signInAs(test, email, password, home);
  await guess(test, 110, { address: home });
  assert.ok(test.hashes.verify <= 102);
});

test('a client left behind with an old password does not lock out others', async () => {
  await using test = await open();
  await signInAs(test, email, password, home);
  await setPassword(test.plane, callAs(test.admin), { email, password: 'a new password' });
  for (let at = 0; at < 30; at++) await assert.rejects(signInAs(test, email, password, home));
  assert.equal((await signInAs(test, email, 'a new password', '203.0.113.77')).email, email);
  assert.equal((await signInAs(test, email, 'a new password', home)).email, email);
});

test('an address that guesses at many accounts is throttled for those it does not know', async () => {
  await using test = await open();
  await signInAs(test, email, password, attacker);
  for (let at = 0; at < 50; at++) await guess(test, 1, { login: `nobody${at}@example.com` });
  await assert.rejects(signInAs(test, 'admin@example.com', adminPassword, attacker), throttled);
  assert.equal((await signInAs(test, 'admin@example.com', adminPassword, home)).email, 'admin@example.com');
  assert.equal((await signInAs(test, email, password, attacker)).email, email);
});

test('all addresses of one IPv6 network count as one', async () => {
  await using test = await open();
  for (let at = 0; at < 50; at++) {
    await guess(test, 1, { login: `nobody${at}@example.com`, address: `2001:db8:1:2::${at.toString(16)}` });
  }
  await assert.rejects(signInAs(test, email, password, '2001:db8:1:2:ffff::1'), throttled);
  assert.equal((await signInAs(test, email, password, '2001:db8:1:3::1')).email, email);
});

test('guesses made at once are counted as they are made', async () => {
  await using test = await open();
  const guesses = Array.from({ length: 60 }, (_, at) =>
    signInAs(test, email, `guess number ${at}`, `198.51.100.${at}`),
  );
  await Promise.allSettled(guesses);
  assert.equal(test.hashes.verify, 5);
});

test('nothing that was presented is logged', async () => {
  await using test = await open();
  await signInAs(test, email, password);
  await guess(test, 10);
  assert.ok(!test.logLines.some((line) => line.includes(password) || line.includes('guess number')));
});
