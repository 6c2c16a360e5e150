import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { makeDeveloper } from '../../support/app.ts';
import { describeOnEveryStore, type GetServer } from '../../support/every-store.ts';
import type { TestRequest, TestResponse } from '../../support/server.ts';

const organization = 'x-config';
const root = `/v1/organizations/${organization}`;

/** What the tests do, over and over. */
function createTools(server: GetServer) {
  const send = (method: string, path: string, request: TestRequest = {}): Promise<TestResponse> =>
    server().request(method, `${root}/${path}`, request);
  let made = 0;
  const makeOwner = async (kind: 'developers' | 'appgroups' = 'developers'): Promise<string> => {
    const name = `owner-${++made}`;
    if (kind === 'developers') await makeDeveloper(server, root, `${name}@example.com`);
    else assert.equal((await send('POST', 'appgroups', { json: { name } })).status, 200);
    return `${kind}/${name}${kind === 'developers' ? '@example.com' : ''}`;
  };
  return { send, makeOwner };
}

type Tools = ReturnType<typeof createTools>;

/** compat/x.md §1.2, §1.7. */
describeOnEveryStore('monetization configurations in X', (server) => {
  const tools = createTools(server);
  before(() => server().makeOrganization(organization, 'x'));
  configTests(tools);
  recordTests(server, tools);
});

function configTests({ send, makeOwner }: Tools): void {
  for (const kind of ['developers', 'appgroups'] as const) {
    it(`of ${kind} say how is paid, once that was said`, async () => {
      const owner = await makeOwner(kind);
      const path = `${owner}/monetizationConfig`;
      assert.equal((await send('GET', path)).text, '{}\n');
      for (const billingType of ['PREPAID', 'POSTPAID', 'POSTPAID']) {
        assert.deepEqual((await send('PUT', path, { json: { billingType } })).json(), { billingType });
        assert.deepEqual((await send('GET', path)).json(), { billingType });
      }
      for (const json of [
        {},
        { billingType: 'BILLING_TYPE_UNSPECIFIED' },
        { billingType: 'prepaid' },
        { billingType: 1 },
        { billingType: 'PREPAID', currency: 'EUR' },
      ]) {
        assert.equal((await send('PUT', path, { json })).status, 400, JSON.stringify(json));
      }
      assert.deepEqual((await send('GET', path)).json(), { billingType: 'POSTPAID' });
      assert.equal((await send('POST', path, { json: {} })).status, 405);
      for (const method of ['GET', 'PUT']) {
        const missing = `${kind}/nobody@example.com/monetizationConfig`;
        assert.equal(
          (await send(method, missing, method === 'PUT' ? { json: { billingType: 'PREPAID' } } : {})).status,
          404,
        );
      }
    });
  }

  it('are set by one after another where many set them at once', async () => {
    const owner = await makeOwner();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        send('PUT', `${owner}/monetizationConfig`, { json: { billingType: at % 2 === 0 ? 'PREPAID' : 'POSTPAID' } }),
      ),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  });
}

function recordTests(server: GetServer, { send, makeOwner }: Tools): void {
  it('tell the feed and the audit of each change', async () => {
    const owner = await makeOwner();
    const { feed, audit, organizations } = server().plane.store;
    const { last } = await feed.head();
    const { id = '' } = (await organizations.findByName(organization)) ?? {};
    for (const billingType of ['PREPAID', 'POSTPAID', 'NEVER']) {
      await send('PUT', `${owner}/monetizationConfig`, { json: { billingType } });
    }
    const changes = (await feed.after(last, 9)).map(({ noun, kind, version }) => [noun, kind, version]);
    assert.deepEqual(changes, [
      ['monetization-config', 'put', 1],
      ['monetization-config', 'put', 2],
    ]);
    const range = { organizationId: id, from: 0, to: Number.MAX_SAFE_INTEGER, limit: 9 };
    const entries = await audit.list({ ...range, resource: `/${owner}/monetizationConfig`, beneath: false });
    assert.deepEqual(
      entries.map(({ operation, request }) => [operation, request]),
      [
        ['UPDATE', '{"billingType":"POSTPAID"}'],
        ['UPDATE', '{"billingType":"PREPAID"}'],
      ],
    );
  });
}
