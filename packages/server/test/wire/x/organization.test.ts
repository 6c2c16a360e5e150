import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { startTestServer } from '../../support/server.ts';

interface Listed {
  readonly organizations?: readonly { readonly organization: string }[];
}

function namesOf({ organizations = [] }: Listed): string[] {
  return organizations.map(({ organization }) => organization);
}

describeOnEveryStore('organizations in X', (server) => {
  before(async () => {
    await server().makeOrganization('x-one', 'x');
    await server().makeOrganization('x-two', 'x');
  });

  it('are listed to whom may enter them, of whichever home', async () => {
    const member = await server().makeAccount('member@example.com', [{ organization: 'x-two', role: 'user' }]);
    const stranger = await server().makeAccount('stranger@example.com');
    for (const [auth, names] of [
      [undefined, ['myorg', 'x-one', 'x-two']],
      [member, ['x-two']],
      [stranger, []],
    ] as const) {
      const answer = await server().request('GET', '/x/v1/organizations', { auth });
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(namesOf(answer.json<Listed>()).sort(), names);
    }
  });

  it('show their home in the other dialect too, each with its own properties', async () => {
    const answer = await server().request('GET', '/x/v1/organizations/myorg');
    assert.match(answer.text, /"features\.hybrid\.enabled"/);
    const environments = await server().request('GET', '/x/v1/o/myorg/e');
    assert.deepEqual(environments.json(), ['test', 'prod']);
  });

  it('tell a member of the mapping and the environments, and nobody else', async () => {
    const auth = await server().makeAccount('reader@example.com', [{ organization: 'x-one', role: 'readonlyadmin' }]);
    for (const path of ['', ':getProjectMapping', '/environments', '/environments/prod']) {
      const mine = await server().request('GET', `/v1/organizations/x-one${path}`, { auth });
      const other = await server().request('GET', `/v1/organizations/x-two${path}`, { auth });
      assert.deepEqual([mine.status, other.status], [200, 403], path);
    }
  });
});

it('answers /v1/organizations in X where that is the default dialect', async () => {
  await using server = await startTestServer({ settings: { defaultDialect: 'x', orgDialect: 'x' } });
  const answer = await fetch(`${server.url}/v1/organizations`, { headers: { authorization: server.adminAuth } });
  assert.deepEqual(await answer.json(), {
    organizations: [{ organization: 'myorg', projectId: 'myorg', projectIds: ['myorg'] }],
  });
});
