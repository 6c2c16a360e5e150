import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';

const ann = { email: 'Ann@Example.com', firstName: 'Ann', lastName: 'Other' };

describeOnEveryStore('how Edge clients address things', (server) => {
  it('takes both spellings of organizations, and the prefix', async () => {
    const { request, makeOrganization } = server();
    await makeOrganization('spelling');
    await request('POST', '/v1/organizations/spelling/developers', { json: ann });
    for (const root of ['/v1/organizations', '/v1/o', '/edge/v1/organizations', '/edge/v1/o']) {
      const answer = await request('GET', `${root}/spelling/developers`);
      assert.equal(answer.text, '[ "Ann@Example.com" ]', root);
    }
  });
});
