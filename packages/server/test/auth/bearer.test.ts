import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { deleteAccount, setPassword, updateAccount } from '../../src/operations/account.ts';
import { createAccountToken, deleteAccountToken, listAccountTokens } from '../../src/operations/account-token.ts';
import { authenticate } from '../../src/operations/authentication.ts';
import { type GrantedToken, grantToken, type TokenGrant } from '../../src/operations/oauth.ts';
import { callAs, makeAccount, openTestPlane, problem, type TestPlane } from '../support/plane.ts';

const home = '192.0.2.1';
const email = 'ann@example.com';
const password = 'correct horse';
const wrong = problem('auth.wrong-credentials');
const hour = 3_600_000;

async function open(): Promise<TestPlane> {
  const test = await openTestPlane();
  await makeAccount(test, { email, password });
  return test;
}

function bearer({ plane }: TestPlane, token: string) {
  return authenticate(plane, { kind: 'bearer', token }, home);
}

function ask({ plane }: TestPlane, grant: TokenGrant) {
  return grantToken(plane, { clientId: 'edgecli', clientSecret: 'edgeclisecret', ...grant }, home);
}

async function grant(test: TestPlane, asked: TokenGrant): Promise<GrantedToken> {
  const result = await ask(test, asked);
  assert.ok('granted' in result, JSON.stringify(result));
  return result.granted;
}

async function refusal(test: TestPlane, asked: TokenGrant): Promise<string> {
  const result = await ask(test, asked);
  assert.ok('refused' in result);
  assert.ok(result.refused.error_description.length > 0);
  return result.refused.error;
}

const byPassword: TokenGrant = { grantType: 'password', username: email, password };

test('a password gives an access token that signs in, and a refresh token', async () => {
  await using test = await open();
  const token = await grant(test, byPassword);
  assert.equal(token.token_type, 'bearer');
  assert.equal(token.expires_in, 43_199);
  assert.match(token.scope, /\bopenid\b/);
  assert.equal((await bearer(test, token.access_token)).email, email);
  const access = decodeJwt(token.access_token);
  const refresh = decodeJwt(token.refresh_token);
  assert.equal(access.jti, token.jti);
  assert.equal(refresh.jti, `${token.jti}-r`);
  assert.equal((access.exp ?? 0) - (access.iat ?? 0), 43_200);
  assert.equal((refresh.exp ?? 0) - (refresh.iat ?? 0), 30 * 86_400);
});

test('a refresh token gives another access token, with the time at which the password was given', async () => {
  await using test = await open();
  const first = await grant(test, byPassword);
  test.clock.advance(13 * hour);
  await assert.rejects(bearer(test, first.access_token), wrong);
  const second = await grant(test, { grantType: 'refresh_token', refreshToken: first.refresh_token });
  assert.equal((await bearer(test, second.access_token)).email, email);
  assert.equal(decodeJwt(second.access_token)['auth_time'], decodeJwt(first.access_token)['auth_time']);
  assert.notEqual(second.jti, first.jti);
  test.clock.advance(30 * 24 * hour);
  assert.equal(
    await refusal(test, { grantType: 'refresh_token', refreshToken: second.refresh_token }),
    'invalid_grant',
  );
});

test('a refresh token is no access token, and the other way round', async () => {
  await using test = await open();
  const { access_token, refresh_token } = await grant(test, byPassword);
  await assert.rejects(bearer(test, refresh_token), wrong);
  assert.equal(await refusal(test, { grantType: 'refresh_token', refreshToken: access_token }), 'invalid_grant');
});

test('a changed password ends access and refresh tokens at once', async () => {
  await using test = await open();
  const { access_token, refresh_token } = await grant(test, byPassword);
  await bearer(test, access_token);
  await setPassword(test.plane, callAs(test.admin), { email, password: 'a new password' });
  await assert.rejects(bearer(test, access_token), wrong);
  assert.equal(await refusal(test, { grantType: 'refresh_token', refreshToken: refresh_token }), 'invalid_grant');
});

test('a disabled or deleted account ends all its tokens at once', async () => {
  await using test = await open();
  const { plane, admin } = test;
  const { access_token, refresh_token } = await grant(test, byPassword);
  const { text } = await createAccountToken(plane, callAs(admin), { email, label: 'ci' });
  const refused = async () => {
    await assert.rejects(bearer(test, access_token), wrong);
    await assert.rejects(bearer(test, text), wrong);
    assert.equal(await refusal(test, { grantType: 'refresh_token', refreshToken: refresh_token }), 'invalid_grant');
  };
  await updateAccount(plane, callAs(admin), { email, patch: { status: 'disabled' } });
  await refused();
  await updateAccount(plane, callAs(admin), { email, patch: { status: 'active' } });
  await bearer(test, access_token);
  await bearer(test, text);
  await deleteAccount(plane, callAs(admin), email);
  await refused();
  await makeAccount(test, { email, password });
  await refused();
});

test('the token endpoint refuses in the words of UAA', async () => {
  await using test = await open();
  assert.equal(await refusal(test, { ...byPassword, password: 'wrong password' }), 'unauthorized');
  assert.equal(await refusal(test, { ...byPassword, username: 'nobody@example.com' }), 'unauthorized');
  assert.equal(await refusal(test, { ...byPassword, password: undefined }), 'invalid_request');
  assert.equal(await refusal(test, { ...byPassword, grantType: undefined }), 'invalid_request');
  assert.equal(await refusal(test, { ...byPassword, grantType: 'client_credentials' }), 'unsupported_grant_type');
  assert.equal(await refusal(test, { grantType: 'refresh_token' }), 'invalid_request');
  assert.equal(await refusal(test, { grantType: 'refresh_token', refreshToken: 'x.y.z' }), 'invalid_grant');
  assert.equal(await refusal(test, { ...byPassword, clientId: undefined }), 'unauthorized');
  assert.equal(await refusal(test, { ...byPassword, clientId: 'another' }), 'invalid_client');
  assert.equal(await refusal(test, { ...byPassword, clientSecret: 'another' }), 'invalid_client');
  await grant(test, { ...byPassword, clientSecret: '' });
  await grant(test, { ...byPassword, clientSecret: undefined });
});

test('the token endpoint is throttled like any sign-in', async () => {
  await using test = await open();
  for (let at = 0; at < 5; at++) await refusal(test, { ...byPassword, password: `wrong password ${at}` });
  await assert.rejects(ask(test, byPassword), problem('auth.throttled'));
});

test('a token made by hand signs in until it expires', async () => {
  await using test = await open();
  const { plane, clock, admin } = test;
  const endless = await createAccountToken(plane, callAs(admin), { email, label: 'ci' });
  const short = await createAccountToken(plane, callAs(admin), {
    email,
    label: 'today',
    expiresAt: clock.now() + hour,
  });
  assert.equal((await bearer(test, endless.text)).email, email);
  assert.equal((await bearer(test, short.text)).email, email);
  clock.advance(hour);
  await assert.rejects(bearer(test, short.text), wrong);
  assert.equal((await bearer(test, endless.text)).email, email);
  const past = { email, label: 'past', expiresAt: clock.now() };
  await assert.rejects(createAccountToken(plane, callAs(admin), past), problem('request.invalid'));
});

test('a token made by hand outlives a change of password, and ends when it is taken back', async () => {
  await using test = await open();
  const ann = callAs(await authenticate(test.plane, { kind: 'basic', login: email, password }, home));
  const { token, text } = await createAccountToken(test.plane, ann, { email, label: 'ci' });
  await setPassword(test.plane, ann, { email, password: 'a new password' });
  assert.equal((await bearer(test, text)).email, email);
  assert.deepEqual(await listAccountTokens(test.plane, ann, email), [token]);
  await deleteAccountToken(test.plane, ann, { email, tokenId: token.id });
  await assert.rejects(bearer(test, text), wrong);
  const again = deleteAccountToken(test.plane, ann, { email, tokenId: token.id });
  await assert.rejects(again, problem('account-token.not-found'));
});

test("nobody makes, sees or takes back another account's tokens but a sysadmin", async () => {
  await using test = await open();
  const { plane, admin } = test;
  const bob = callAs(await makeAccount(test, { email: 'bob@example.com' }));
  const { token } = await createAccountToken(plane, callAs(admin), { email, label: 'ci' });
  const forbidden = problem('auth.forbidden');
  await assert.rejects(createAccountToken(plane, bob, { email, label: 'mine' }), forbidden);
  await assert.rejects(listAccountTokens(plane, bob, email), forbidden);
  await assert.rejects(deleteAccountToken(plane, bob, { email, tokenId: token.id }), forbidden);
  const own = { email: 'bob@example.com', tokenId: token.id };
  await assert.rejects(deleteAccountToken(plane, bob, own), problem('account-token.not-found'));
});

test('tokens that were never made are refused, whatever they look like', async () => {
  await using test = await open();
  const { text } = await createAccountToken(test.plane, callAs(test.admin), { email, label: 'ci' });
  const changed = text.slice(0, 10) + (text[10] === 'a' ? 'b' : 'a') + text.slice(11);
  for (const token of [
    '',
    'x',
    'clv_',
    'clv_acc_',
    changed,
    `${text} `,
    text.toLowerCase(),
    'a.b.c',
    'clv_'.padEnd(99_999, 'z'),
  ]) {
    await assert.rejects(bearer(test, token), wrong, token.slice(0, 20));
  }
});

test('no password and no token lies in the store or the log', async () => {
  await using test = await open();
  const { text } = await createAccountToken(test.plane, callAs(test.admin), { email, label: 'ci' });
  const { access_token, refresh_token } = await grant(test, byPassword);
  await bearer(test, text);
  const files = ['claviger.db', 'claviger.db-wal'].map((name) => readFile(join(test.directory, name), 'latin1'));
  const kept = [...(await Promise.all(files)), ...test.logLines].join('\n');
  assert.ok(kept.includes(email), 'the search finds what is there');
  for (const secret of [password, text, text.slice(8, -6), access_token, refresh_token])
    assert.ok(!kept.includes(secret));
});
