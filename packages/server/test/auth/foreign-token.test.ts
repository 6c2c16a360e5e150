import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { exportJWK, exportSPKI, type GenerateKeyPairResult, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { createForeignTokens, type ForeignTokenSettings } from '../../src/adapters/foreign-token.ts';
import { authenticate } from '../../src/operations/authentication.ts';
import { createTestClock, createTestLog, makeAccount, openTestPlane, problem } from '../support/plane.ts';

const audience = 'claviger';

/** An OpenID provider on loopback: discovery and keys. */
interface Provider {
  readonly issuer: string;
  readonly asked: string[];
  keys: GenerateKeyPairResult;
  /** What discovery says besides issuer and jwks_uri. */
  override: object;
  status: number;
  sign(claims: JWTPayload, header?: object): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

async function startProvider(): Promise<Provider> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    void answer(provider, request.url ?? '').then(({ status, body, location }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realm`;
  const provider: Provider = {
    issuer,
    asked,
    keys: await generateKeyPair('ES256', { extractable: true }),
    override: {},
    status: 200,
    sign: (claims, header = {}) =>
      new SignJWT({ iss: issuer, aud: audience, exp: Math.floor(Date.now() / 1000) + 60, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
        .sign(provider.keys.privateKey),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}

async function answer(provider: Provider, path: string): Promise<{ status: number; body: object; location?: string }> {
  if (path === '/realm/.well-known/openid-configuration') {
    const { issuer, override, status } = provider;
    return { status, body: { issuer, jwks_uri: `${issuer}/keys`, ...override } };
  }
  if (path === '/moved') return { status: 302, body: {}, location: `${provider.issuer}/keys` };
  if (path !== '/realm/keys') return { status: 404, body: {} };
  return { status: 200, body: { keys: [{ ...(await exportJWK(provider.keys.publicKey)), kid: 'one' }] } };
}

function tokensOf(provider: Provider, more: Partial<ForeignTokenSettings> = {}) {
  const { log, lines } = createTestLog();
  const clock = createTestClock();
  const settings = { issuer: provider.issuer, audience, clock, log, timeoutMilliseconds: 2000, ...more };
  return { tokens: createForeignTokens(settings), clock, lines };
}

test('a token of the issuer for our audience tells its e-mail, and the issuer is asked once', async () => {
  await using provider = await startProvider();
  const { tokens } = tokensOf(provider);
  const token = await provider.sign({ email: 'ann@example.com' });
  assert.deepEqual(await tokens.verify(token), { email: 'ann@example.com' });
  assert.deepEqual(await tokens.verify(token), { email: 'ann@example.com' });
  assert.deepEqual(await tokens.verify(await provider.sign({ email: 'bob@example.com' })), {
    email: 'bob@example.com',
  });
  assert.deepEqual(provider.asked, ['/realm/.well-known/openid-configuration', '/realm/keys']);
});

test('an e-mail that the issuer did not verify is none', async () => {
  await using provider = await startProvider();
  const { tokens } = tokensOf(provider);
  const verify = async (claims: JWTPayload) => tokens.verify(await provider.sign(claims));
  assert.ok(await verify({ email: 'ann@example.com', email_verified: true }));
  assert.equal(await verify({ email: 'ann@example.com', email_verified: false }), undefined);
  assert.equal(await verify({ email: 'ann@example.com', email_verified: 'false' }), undefined);
  assert.equal(await verify({ sub: 'ann@example.com' }), undefined);
  assert.equal(await verify({ email: ['ann@example.com'] }), undefined);
});

test('another audience, issuer or time is refused', async () => {
  await using provider = await startProvider();
  const { tokens } = tokensOf(provider);
  const email = 'ann@example.com';
  const now = Math.floor(Date.now() / 1000);
  const refused: JWTPayload[] = [
    { email, aud: 'another-service' },
    { email, aud: [] },
    { email, exp: now - 60 },
    { email, nbf: now + 600 },
    { email, iss: `${provider.issuer}/` },
    { email, iss: 'https://elsewhere.example' },
  ];
  for (const claims of refused)
    assert.equal(await tokens.verify(await provider.sign(claims)), undefined, JSON.stringify(claims));
  assert.ok(await tokens.verify(await provider.sign({ email, aud: ['another-service', audience] })));
});

test('a token without expiry or audience is refused', async () => {
  await using provider = await startProvider();
  const { tokens } = tokensOf(provider);
  const sign = (claims: JWTPayload) =>
    new SignJWT({ iss: provider.issuer, email: 'ann@example.com', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(provider.keys.privateKey);
  assert.equal(await tokens.verify(await sign({ aud: audience })), undefined);
  assert.equal(await tokens.verify(await sign({ exp: 9_999_999_999 })), undefined);
  assert.ok(await tokens.verify(await sign({ aud: audience, exp: 9_999_999_999 })));
});

test('no signature, a signature by HMAC with the public key, and a key in the header are refused', async () => {
  await using provider = await startProvider();
  const { tokens } = tokensOf(provider);
  const [, payload] = (await provider.sign({ email: 'ann@example.com' })).split('.');
  const encode = (header: object) => `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}`;
  assert.equal(await tokens.verify(`${encode({ alg: 'none' })}.`), undefined);
  const hmac = encode({ alg: 'HS256', kid: 'one' });
  const secret = await exportSPKI(provider.keys.publicKey);
  assert.equal(
    await tokens.verify(`${hmac}.${createHmac('sha256', secret).update(hmac).digest('base64url')}`),
    undefined,
  );
  const stranger = await generateKeyPair('ES256', { extractable: true });
  const forged = await new SignJWT({
    iss: provider.issuer,
    aud: audience,
    email: 'ann@example.com',
    exp: 9_999_999_999,
  })
    .setProtectedHeader({ alg: 'ES256', jwk: await exportJWK(stranger.publicKey), jku: `${provider.issuer}/forged` })
    .sign(stranger.privateKey);
  assert.equal(await tokens.verify(forged), undefined);
  assert.ok(!provider.asked.includes('/realm/forged'));
});

test('tokens of others make the issuer not be asked', async () => {
  await using provider = await startProvider();
  const { tokens } = tokensOf(provider);
  for (const text of ['', 'a.b.c', 'x'.repeat(100_000), await provider.sign({ iss: 'https://elsewhere.example' })]) {
    assert.equal(await tokens.verify(text), undefined);
  }
  assert.deepEqual(provider.asked, []);
});

test('an issuer that fails admits nobody, is asked again only after a while, and then works', async () => {
  await using provider = await startProvider();
  const { tokens, clock, lines } = tokensOf(provider);
  const token = await provider.sign({ email: 'ann@example.com' });
  provider.status = 503;
  assert.equal(await tokens.verify(token), undefined);
  provider.status = 200;
  assert.equal(await tokens.verify(token), undefined);
  assert.equal(provider.asked.length, 1);
  assert.ok(lines.some((line) => line.includes('discovery answered 503')));
  assert.ok(!lines.some((line) => line.includes(token)));
  clock.advance(11_000);
  assert.ok(await tokens.verify(token));
});

test('a discovery document that names another issuer, or keys elsewhere, is not used', async () => {
  const elsewhere = ['https://elsewhere.example/keys', 'http://192.0.2.1/keys', 'file:///etc/passwd', 7, ''];
  for (const override of [{ issuer: 'https://elsewhere.example' }, ...elsewhere.map((uri) => ({ jwks_uri: uri }))]) {
    await using provider = await startProvider();
    const { tokens } = tokensOf(provider);
    provider.override = override;
    assert.equal(await tokens.verify(await provider.sign({ email: 'ann@example.com' })), undefined);
    assert.deepEqual(provider.asked, ['/realm/.well-known/openid-configuration'], JSON.stringify(override));
  }
});

test('a redirect is not followed', async () => {
  await using provider = await startProvider();
  const { tokens } = tokensOf(provider);
  provider.override = { jwks_uri: new URL('/moved', provider.issuer).href };
  assert.equal(await tokens.verify(await provider.sign({ email: 'ann@example.com' })), undefined);
  assert.ok(provider.asked.includes('/moved') && !provider.asked.includes('/realm/keys'));
});

test('an issuer without https, or without an audience, stops the start', async () => {
  await using provider = await startProvider();
  for (const issuer of ['http://idp.example', 'ftp://127.0.0.1', 'idp.example', '', 'https://user:pw@idp.example']) {
    assert.throws(() => tokensOf(provider, { issuer }), { name: 'StartRefusal' }, issuer);
  }
  assert.throws(() => tokensOf(provider, { audience: '' }), { name: 'StartRefusal' });
});

test('a foreign token signs in the account of its e-mail, in any case, and makes none', async () => {
  await using provider = await startProvider();
  await using test = await openTestPlane({
    foreignTokens: (parts) => createForeignTokens({ issuer: provider.issuer, audience, ...parts }),
  });
  const ann = await makeAccount(test, { email: 'Ann@example.com' });
  const bearer = async (email: string) => {
    const token = await provider.sign({ email });
    return authenticate(test.plane, { kind: 'bearer', token }, '192.0.2.1');
  };
  assert.equal((await bearer('ann@EXAMPLE.com')).id, ann.id);
  await assert.rejects(bearer('nobody@example.com'), problem('auth.wrong-credentials'));
  assert.equal((await test.plane.store.accounts.list({ limit: 10 })).length, 2);
});
