import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeJwt, decodeProtectedHeader, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { loadSigningKey } from '../../src/adapters/signing-key.ts';
import { createTokens } from '../../src/adapters/token.ts';
import { createVault } from '../../src/adapters/vault.ts';
import type { TokenClaims } from '../../src/ports/token.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { createTestClock, createTestLog, openTestPlane, publicUrl } from '../support/plane.ts';
import { testVault } from '../support/vault.ts';

const second = 1000;

function claimsAt(now: number, more: Partial<TokenClaims> = {}): TokenClaims {
  const at = now - (now % second);
  return {
    kind: 'access',
    accountId: '6a3d1c6e-1f5b-4d8e-9c57-0f2f7b4b8a11',
    email: 'ann@example.com',
    passwordVersion: 3,
    clientId: 'edgecli',
    grantType: 'password',
    authenticatedAt: at,
    issuedAt: at,
    expiresAt: at + 60 * second,
    jti: '0d8e8f0e',
    ...more,
  };
}

async function open() {
  const test = await openTestPlane();
  const key = await loadSigningKey(test.plane.store, testVault);
  return { test, key, tokens: test.plane.tokens, now: test.clock.now() };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

test('a token is read back as it was signed, the first time and from memory', async () => {
  const { test, tokens, now } = await open();
  await using _ = test;
  const claims = claimsAt(now);
  const token = await tokens.sign(claims);
  assert.deepEqual(await tokens.verify(token), claims);
  assert.deepEqual(await tokens.verify(token), claims);
  const refresh = claimsAt(now, { kind: 'refresh', jti: '0d8e8f0e-r' });
  assert.deepEqual(await tokens.verify(await tokens.sign(refresh)), refresh);
});

test('a token carries the claims that clients of UAA decode', async () => {
  const { test, tokens, now, key } = await open();
  await using _ = test;
  const claims = claimsAt(now);
  const token = await tokens.sign(claims);
  const payload = decodeJwt(token);
  assert.deepEqual(decodeProtectedHeader(token), { alg: 'RS256', kid: key.id, typ: 'JWT' });
  for (const [name, value] of Object.entries({
    jti: claims.jti,
    sub: claims.accountId,
    user_id: claims.accountId,
    client_id: 'edgecli',
    cid: 'edgecli',
    azp: 'edgecli',
    grant_type: 'password',
    user_name: 'ann@example.com',
    email: 'ann@example.com',
    iss: `${publicUrl}/oauth/token`,
    iat: claims.issuedAt / second,
    exp: claims.expiresAt / second,
    auth_time: claims.authenticatedAt / second,
  })) {
    assert.equal(payload[name], value, name);
  }
  assert.ok(Array.isArray(payload['scope']) && payload['scope'].includes('openid'));
  assert.ok(Array.isArray(payload.aud) && payload.aud.includes('edgecli'));
  for (const name of ['rev_sig', 'zid', 'origin']) assert.equal(typeof payload[name], 'string', name);
});

test('a token ends with its expiry, in memory too', async () => {
  const { test, tokens, now } = await open();
  await using _ = test;
  const token = await tokens.sign(claimsAt(now));
  assert.ok(await tokens.verify(token));
  test.clock.advance(61 * second);
  assert.equal(await tokens.verify(token), undefined);
  const other = createTokens({
    key: await loadSigningKey(test.plane.store, testVault),
    publicUrl: () => publicUrl,
    clock: test.clock,
  });
  assert.equal(await other.verify(token), undefined);
});

test('a token without a signature is refused (alg none)', async () => {
  const { test, tokens, now } = await open();
  await using _ = test;
  const [, payload] = (await tokens.sign(claimsAt(now))).split('.');
  for (const alg of ['none', 'None', 'NONE', '']) {
    assert.equal(await tokens.verify(`${encode({ alg, typ: 'JWT' })}.${payload}.`), undefined, alg);
  }
});

test('a token signed by HMAC with the public key is refused (algorithm confusion)', async () => {
  const { test, tokens, now, key } = await open();
  await using _ = test;
  const [, payload] = (await tokens.sign(claimsAt(now))).split('.');
  const secrets = [await exportSPKI(key.publicKey), JSON.stringify(key.publicJwk), key.publicJwk.n ?? ''];
  for (const secret of secrets) {
    const head = `${encode({ alg: 'HS256', kid: key.id, typ: 'JWT' })}.${payload}`;
    const signature = createHmac('sha256', secret).update(head).digest('base64url');
    assert.equal(await tokens.verify(`${head}.${signature}`), undefined);
  }
});

test('a token of another key, issuer, algorithm of the same key, or with a changed claim is refused', async () => {
  const { test, tokens, now, key } = await open();
  await using _ = test;
  const good = await tokens.sign(claimsAt(now));
  const payload = decodeJwt(good);
  const stranger = await generateKeyPair('RS256');
  const sign = (body: object, alg: string, privateKey: CryptoKey) =>
    new SignJWT({ ...body }).setProtectedHeader({ alg, kid: key.id }).sign(privateKey);
  assert.ok(await tokens.verify(await sign(payload, 'RS256', key.privateKey)), 'the way of making them is right');
  assert.equal(await tokens.verify(await sign(payload, 'RS256', stranger.privateKey)), undefined);
  const issued = { ...payload, iss: 'https://elsewhere.example/oauth/token' };
  assert.equal(await tokens.verify(await sign(issued, 'RS256', key.privateKey)), undefined);
  const { exp: _exp, ...endless } = payload;
  assert.equal(await tokens.verify(await sign(endless, 'RS256', key.privateKey)), undefined);
  const [head, , signature] = good.split('.');
  const changed = encode({ ...payload, sub: 'somebody-else' });
  assert.equal(await tokens.verify(`${head}.${changed}.${signature}`), undefined);
});

test('a key in the header of a token is not used', async () => {
  const { test, tokens, now } = await open();
  await using _ = test;
  const stranger = await generateKeyPair('RS256', { extractable: true });
  const forged = await new SignJWT(decodeJwt(await tokens.sign(claimsAt(now))))
    .setProtectedHeader({ alg: 'RS256', jwk: await exportJWK(stranger.publicKey), jku: 'http://127.0.0.1:1/' })
    .sign(stranger.privateKey);
  assert.equal(await tokens.verify(forged), undefined);
});

test('what is no token at all is refused', async () => {
  const { test, tokens } = await open();
  await using _ = test;
  for (const text of ['', '.', '..', 'a.b.c', 'x'.repeat(100_000), '\u0000', 'é.é.é']) {
    assert.equal(await tokens.verify(text), undefined);
  }
});

test('two nodes on one store sign with one key, and the public half alone is shown', async () => {
  const { test, tokens, now, key } = await open();
  await using _ = test;
  const again = await loadSigningKey(test.plane.store, testVault);
  assert.equal(again.id, key.id);
  const other = createTokens({ key: again, publicUrl: () => publicUrl, clock: test.clock });
  assert.ok(await other.verify(await tokens.sign(claimsAt(now))));
  const { keys } = tokens.publicKeys() as { keys: Record<string, unknown>[] };
  assert.deepEqual(
    keys.map((one) => Object.keys(one).sort()),
    [['alg', 'e', 'kid', 'kty', 'n', 'use']],
  );
});

test('nodes that make the key at the same moment agree on one', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'claviger-key-'));
  const { log } = createTestLog();
  const file = join(directory.path, 'claviger.db');
  const store = await openSqliteStore({ file, clock: createTestClock(), log, vault: testVault });
  const keys = await Promise.all(Array.from({ length: 4 }, () => loadSigningKey(store, testVault)));
  await store.close();
  assert.equal(new Set(keys.map(({ id }) => id)).size, 1);
});

test('a master key that does not open the stored key stops the start with a sentence', async () => {
  const { test } = await open();
  await using _ = test;
  const wrong = createVault({ masterKey: new Uint8Array(32).fill(8) });
  await assert.rejects(loadSigningKey(test.plane.store, wrong), {
    name: 'StartRefusal',
    message: /^The master key does not open the secrets in this store: .*CLAVIGER_MASTER_KEY/,
  });
});

test('the private key lies in the store sealed', async () => {
  const { test } = await open();
  await using _ = test;
  const stored = (await test.plane.store.settings.get('token-signing-key')) ?? '';
  assert.match(stored, /^v1\.[A-Za-z0-9_-]+$/);
  const bytes = Buffer.from(stored.slice(3), 'base64url').toString('latin1');
  assert.ok(!bytes.includes('"kty"') && !bytes.includes('RSA'));
});
