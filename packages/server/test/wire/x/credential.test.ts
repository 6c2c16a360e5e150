import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { createAccountToken } from '../../../src/operations/account-token.ts';
import { createEffects } from '../../../src/operations/effect.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { adminEmail, type TestServer } from '../../support/server.ts';

const path = '/v1/organizations/x-credentials/developers';

async function makeToken({ plane }: TestServer): Promise<string> {
  const account = await plane.store.accounts.findByEmail(adminEmail);
  assert.ok(account);
  const request = { id: 'test', uri: '/test', operation: 'CREATE', responseCode: 201 } as const;
  return (
    await createAccountToken(
      plane,
      { account, request, effects: createEffects() },
      { email: adminEmail, label: 'test' },
    )
  ).text;
}

async function grantToken({ url, adminAuth }: TestServer): Promise<string> {
  const [username = '', password = ''] = Buffer.from(adminAuth.slice(6), 'base64').toString().split(':');
  const body = new URLSearchParams({ grant_type: 'password', username, password });
  const headers = { authorization: 'Basic ZWRnZWNsaTplZGdlY2xpc2VjcmV0' };
  const answer = await fetch(`${url}/oauth/token`, { method: 'POST', body, headers });
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { access_token: string }).access_token;
}

interface Refusal {
  readonly error: { readonly status: string; readonly details: readonly { readonly reason?: string }[] };
}

describeOnEveryStore('credentials of X clients', (server) => {
  before(() => server().makeOrganization('x-credentials', 'x'));

  for (const [kind, make] of [
    ['a token made by hand', makeToken],
    ['a token of /oauth/token', grantToken],
  ] as const) {
    it(`takes ${kind} as bearer, in the query and as key`, async () => {
      const token = await make(server());
      const header = await server().request('GET', path, { auth: `Bearer ${token}` });
      assert.equal(header.status, 200, header.text);
      for (const name of ['access_token', 'oauth_token', 'key']) {
        const query = await server().request('GET', `${path}?${name}=${token}`, { auth: null });
        assert.deepEqual([query.status, query.json()], [200, {}], name);
      }
    });
  }

  it('heeds the header before the query', async () => {
    const token = await makeToken(server());
    const answer = await server().request('GET', `${path}?key=${token}`, { auth: 'Bearer clv_acc_wrong' });
    assert.equal(answer.status, 401);
  });

  it('answers no, wrong and altered credentials with 401 UNAUTHENTICATED', async () => {
    const token = await makeToken(server());
    const altered = `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`;
    for (const [auth, query, reason] of [
      [null, '', 'CREDENTIALS_MISSING'],
      [`Bearer ${altered}`, '', 'ACCESS_TOKEN_TYPE_UNSUPPORTED'],
      [null, `?key=${altered}`, 'ACCESS_TOKEN_TYPE_UNSUPPORTED'],
      [null, '?key=', 'CREDENTIALS_MISSING'],
    ] as const) {
      const answer = await server().request('GET', `${path}${query}`, { auth });
      const { error } = answer.json<Refusal>();
      assert.deepEqual([answer.status, error.status, error.details[0]?.reason], [401, 'UNAUTHENTICATED', reason]);
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer /);
      assert.ok(!answer.text.includes(altered));
    }
  });

  it('says of an organization that one may not enter the same as of one that is not there', async () => {
    const auth = await server().makeAccount('stranger@example.com');
    const texts: string[] = [];
    for (const name of ['x-credentials', 'x-nowhere']) {
      const answer = await server().request('GET', `/x/v1/organizations/${name}/developers`, { auth });
      assert.deepEqual([answer.status, answer.json<Refusal>().error.status], [403, 'PERMISSION_DENIED']);
      texts.push(answer.text.replaceAll(name, '<name>').replace(/"requestId": .*/, ''));
    }
    assert.equal(texts[0], texts[1]);
  });
});
