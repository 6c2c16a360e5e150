import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { createAccount, setPassword, updateAccount } from '../../src/operations/account.ts';
import { createAccountToken, deleteAccountToken } from '../../src/operations/account-token.ts';
import type { AccountCall } from '../../src/operations/call.ts';
import { createEffects } from '../../src/operations/effect.ts';
import { makeCertificate } from '../support/certificate.ts';
import { openWireWorld, type WireWorld } from '../support/sql-wire.ts';
import { frame, int32, startup, stateOf, text, WireClient } from '../support/wire-client.ts';

const refused = { code: '28P01' };
const password = 'a password of Ann';

describe('signing in over the PostgreSQL protocol', () => {
  let world: WireWorld;
  let certificate: { cert: string; key: string };
  let number = 0;
  before(async () => {
    certificate = await makeCertificate();
    world = await openWireWorld({ tls: certificate, anonymous: new Map([['stackql', 'admin@example.com']]) });
  });
  after(() => world?.[Symbol.asyncDispose]());

  function call(): AccountCall {
    const request = { id: 'test', uri: '/', operation: 'CREATE', responseCode: 201 } as const;
    return { account: world.test.admin, request, effects: createEffects() };
  }

  /** An account of its own, so that what one test gets wrong holds up no other. */
  async function makeAccount(): Promise<string> {
    const email = `ann-${++number}@example.com`;
    await createAccount(world.test.plane, call(), { email, firstName: 'Ann', lastName: 'Example', password });
    return email;
  }

  async function makeToken(email: string, label: string, expiresAt?: number) {
    return createAccountToken(world.test.plane, call(), { email, label, expiresAt });
  }

  async function signIn(user: string, secret: string, settings: object = {}): Promise<void> {
    const client = await world.connect({ user, password: secret, ...settings });
    assert.equal((await client.query('select 1')).rowCount, 1);
    await client.end();
  }

  /** What a client is asked for, up to the point where it has to prove something. */
  async function challenge(user: string): Promise<string> {
    const client = await WireClient.open(world.listener.port);
    client.send(startup(user));
    const asked = await client.until('R');
    const first = text('SCRAM-SHA-256');
    const message = Buffer.from('n,,n=,r=nonce');
    client.send(frame('p', first, int32(message.length), message));
    const answer = (await client.until('R'))[0]?.body.subarray(4).toString() ?? '';
    client.close();
    return `${asked[0]?.body.toString()} ${answer.replace(/^r=[^,]+,/, '')}`;
  }

  it('takes the password of an account, in SCRAM-SHA-256, and no other', async () => {
    const email = await makeAccount();
    await signIn(email, password);
    await signIn(email.toUpperCase(), password);
    await assert.rejects(signIn(email, 'another password'), refused);
  });

  it('asks of nobody what it asks of somebody: the same each time, and another of another name', async () => {
    const email = await makeAccount();
    const [known, nobody, other] = [
      await challenge(email),
      await challenge('x@x.example'),
      await challenge('y@x.example'),
    ];
    const shape = /^.*SCRAM-SHA-256.* s=[A-Za-z0-9+/]{22}==,i=100000$/s;
    for (const asked of [known, nobody, other]) assert.match(asked, shape);
    assert.equal(await challenge('x@x.example'), nobody);
    assert.notEqual(nobody, other);
    for (const user of ['nobody@example.com', 'nobody', `${email}/no-token`]) {
      await assert.rejects(signIn(user, password), refused);
    }
  });

  it('takes a token by its label or id, and not once it is revoked or has expired', async () => {
    const email = await makeAccount();
    const { token, text: secret } = await makeToken(email, 'pipeline');
    await signIn(`${email}/pipeline`, secret);
    await signIn(`${email}/${token.id}`, secret);
    await assert.rejects(signIn(`${email}/pipeline`, password), refused);
    await assert.rejects(signIn(email, secret), refused);
    const open = await world.connect({ user: `${email}/pipeline`, password: secret });
    await deleteAccountToken(world.test.plane, call(), { email, tokenId: token.id });
    await assert.rejects(open.query('select 1'), { code: '28000' });
    await assert.rejects(signIn(`${email}/pipeline`, secret), refused);
    const short = await makeToken(email, 'short', world.test.clock.now() + 1000);
    world.test.clock.advance(2000);
    await assert.rejects(signIn(`${email}/short`, short.text), refused);
  });

  it('takes a token in clear from the user "token", and a JWT so over TLS alone', async () => {
    const email = await makeAccount();
    const { text: secret } = await makeToken(email, 'clear');
    await signIn('token', secret);
    await assert.rejects(signIn('token', `${secret}x`), refused);
    const account = await world.test.plane.store.accounts.findByEmail(email);
    const at = world.test.clock.now();
    const jwt = await world.test.plane.tokens.sign({
      kind: 'access',
      accountId: account?.id ?? '',
      email,
      passwordVersion: 1,
      clientId: 'test',
      grantType: 'password',
      authenticatedAt: at,
      issuedAt: at,
      expiresAt: at + 60_000,
      jti: 'test',
    });
    await assert.rejects(signIn('token', jwt), refused);
    await signIn('token', jwt, { ssl: { ca: certificate.cert } });
  });

  it('asks once in clear for what it has no verifier of, and keeps one then', async () => {
    const email = await makeAccount();
    const { plane } = world.test;
    const account = await plane.store.accounts.findByEmail(email);
    assert.ok(account);
    await plane.store.write((t) =>
      t.accounts.update({ ...account, scramVerifier: undefined, version: account.version + 1 }),
    );
    await assert.rejects(signIn(email, 'another password'), refused);
    await signIn(email, password);
    assert.match((await plane.store.accounts.findByEmail(email))?.scramVerifier ?? '', /^SCRAM-SHA-256\$100000:/);
    await signIn(email, password);
  });

  it('ends a connection whose password was changed, or whose account was disabled', async () => {
    const email = await makeAccount();
    const first = await world.connect({ user: email, password });
    await setPassword(world.test.plane, call(), { email, password: 'a newer password' });
    await assert.rejects(first.query('select 1'), { code: '28000' });
    const second = await world.connect({ user: email, password: 'a newer password' });
    await updateAccount(world.test.plane, call(), { email, patch: { status: 'disabled' } });
    await assert.rejects(second.query('select 1 where $1 = 1', [1]), { code: '28000' });
    await assert.rejects(signIn(email, 'a newer password'), refused);
  });

  it('looks at the account anew for each statement of a script', async () => {
    const email = await makeAccount();
    const client = await world.connect({ user: email, password });
    const script = client.query('sleep 300; select 1');
    await updateAccount(world.test.plane, call(), { email, patch: { status: 'disabled' } });
    await assert.rejects(script, { code: '28000' });
  });

  it('holds up who guesses', async () => {
    const email = await makeAccount();
    for (let guess = 0; guess < 5; guess++) await assert.rejects(signIn(email, `guess ${guess}`), refused);
    await assert.rejects(signIn(email, password), { code: '28000' });
    world.test.clock.advance(600_000);
    await signIn(email, password);
  });

  it('lets a mapped user in without a password', () => signIn('stackql', ''));

  it('speaks TLS by request, and binds SCRAM to it', async () => {
    const email = await makeAccount();
    const ssl = { ca: certificate.cert };
    await signIn(email, password, { ssl });
    await signIn(email, password, { ssl, enableChannelBinding: true });
    await assert.rejects(signIn(email, 'wrong', { ssl, enableChannelBinding: true }), refused);
  });

  it('speaks TLS from the first byte to who names the protocol', async () => {
    const connect = async (ALPNProtocols: string[]) => {
      const socket = connectTls({ port: world.listener.port, host: '127.0.0.1', ca: certificate.cert, ALPNProtocols });
      const client = new WireClient(socket);
      await once(socket, 'secureConnect');
      client.send(startup('stackql'));
      return client;
    };
    const client = await connect(['postgresql']);
    assert.equal((await client.until('Z')).at(-1)?.type, 'Z');
    client.close();
    const unnamed = await connect([]);
    assert.deepEqual(await unnamed.until('Z'), []);
    unnamed.close();
  });

  it('ends what is no step of a sign-in', async () => {
    const email = await makeAccount();
    const wrong = [
      frame('Q', text('select 1')),
      frame('p', text('SCRAM-SHA-1'), int32(0)),
      frame('p', text('SCRAM-SHA-256'), int32(3), Buffer.from('n,,')),
      frame('p', text('SCRAM-SHA-256'), int32(-1)),
      frame('p', text('SCRAM-SHA-256'), int32(99), Buffer.from('n,,')),
      frame('p', text('SCRAM-SHA-256'), int32(31), Buffer.from('n,a=somebody@else,n=,r=nonceeee')),
    ];
    for (const bytes of wrong) {
      const client = await WireClient.open(world.listener.port);
      client.send(startup(email));
      await client.until('R');
      client.send(bytes);
      assert.equal(stateOf(await client.until('E')), '08P01', bytes.toString());
      client.close();
    }
  });
});

describe('a listener whose clients have to come over TLS', () => {
  it('is not started for other machines without a certificate', async () => {
    const { parseConfig } = await import('../../src/config/config.ts');
    assert.throws(() => parseConfig({ sqlListen: '0.0.0.0:5466' }), /sql-listen.*tls-cert/);
    assert.equal(parseConfig({ sqlListen: '0.0.0.0:5466', sqlRequireTls: 'false' }).sqlRequireTls, false);
    assert.throws(() => parseConfig({ sqlAnonymous: 'stackql' }), /USER=EMAIL/);
  });
});
