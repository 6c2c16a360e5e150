import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer } from '../../support/server.ts';

test('smoke', async () => {
  await using s = await startTestServer();

  await s.request('POST', '/v1/organizations/myorg/apiproducts', { json: { name: 'p', displayName: 'P', approvalType: 'auto' } });
  for (const n of ['a', 'b']) {
    await s.request('POST', '/v1/organizations/myorg/developers', { json: { email: `${n}@x.y`, firstName: 'A', lastName: 'B', userName: 'u', attributes: [{ name: 'x', value: 'y' }] } });
    for (const app of ['one', 'two'])
      await s.request('POST', `/v1/organizations/myorg/developers/${n}@x.y/apps`, { json: { name: app, apiProducts: ['p'] } });
  }
  const out = await s.request('GET', '/claviger/v1/organizations/myorg/export');
  assert.equal(out.status, 200);
  await s.makeOrganization('other');
  const dry = await s.request('POST', '/claviger/v1/organizations/other/import?dryRun=true', { body: out.text, type: 'application/x-ndjson' });
  console.log(dry.status, dry.text);
  const into = await s.request('POST', '/claviger/v1/organizations/other/import', { body: out.text, type: 'application/x-ndjson' });
  console.log(into.status, into.text);
  console.log(out.text);
  console.log((await s.request('GET', '/claviger/v1/organizations/other/export')).text);
});
