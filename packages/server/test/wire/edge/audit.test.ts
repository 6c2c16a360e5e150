import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** compat/edge.md §9, "Audits". */

interface AuditRecord {
  readonly operation: string;
  readonly request: string;
  readonly requestUri: string;
  readonly responseCode: number;
  readonly timeStamp: number;
  readonly user: string;
}

describeOnEveryStore('the audit log in Edge', (server) => {
  const root = '/v1/organizations/audited/developers';
  let annId = '';
  let kim = '';

  before(async () => {
    const { makeOrganization, makeAccount, request } = server();
    await makeOrganization('audited');
    await makeOrganization('another');
    kim = await makeAccount('Kim@example.com', [{ organization: 'audited', role: 'orgadmin' }]);
    const json = { email: 'Ann@Example.com', firstName: 'Ann', lastName: 'Other' };
    annId = (await request('POST', root, { json })).json<{ developerId: string }>().developerId;
    await request('POST', root, { json: { ...json, email: 'bob@example.com' }, auth: kim });
    await request('POST', `${root}/ann@example.com?action=inactive&access_token=SECRET`);
    await request('PUT', `${root}/${annId}`, { json: { ...json, lastName: 'Changed' }, auth: kim });
    await request('POST', `${root}/ann@example.com/attributes/tier`, { json: { value: 'gold' } });
    await request('DELETE', `${root}/bob@example.com`);
    await request('POST', root, { json });
    await request('POST', '/v1/organizations/another/developers', { json });
  });

  async function read(path: string, auth?: string): Promise<readonly AuditRecord[]> {
    const answer = await server().request('GET', `/v1/audits/${path}`, { auth });
    assert.equal(answer.status, 200, answer.text);
    return answer.json<{ auditRecord: AuditRecord[] }>().auditRecord;
  }
  const lines = (records: readonly AuditRecord[]) =>
    records.map(({ operation, responseCode, user }) => `${operation} ${responseCode} ${user}`);
  const annLines = [
    'CREATE 200 admin@example.com',
    'UPDATE 200 Kim@example.com',
    'CREATE 204 admin@example.com',
    'CREATE 201 admin@example.com',
  ];

  it('tells who did what, newest first, and nothing of what was refused', async () => {
    assert.deepEqual(lines(await read('organizations/audited/developers')), [
      'DELETE 200 admin@example.com',
      ...annLines.slice(0, 3),
      'CREATE 201 Kim@example.com',
      'CREATE 201 admin@example.com',
    ]);
  });

  it('finds a developer by id and by e-mail in any letters', async () => {
    for (const ref of ['ann@example.com', 'ANN@EXAMPLE.COM', 'Ann%40Example.com', annId]) {
      assert.deepEqual(lines(await read(`organizations/audited/developers/${ref}`)), annLines, ref);
    }
    assert.equal((await read('o/audited/developers/bob@example.com')).length, 2);
  });

  it('leaves out what lies below where it is not expanded', async () => {
    const own = await read('organizations/audited/developers/ann@example.com?expand=false');
    assert.deepEqual(lines(own), annLines.slice(1));
    assert.deepEqual(await read('organizations/audited/developers?expand=false'), []);
    const below = await read('organizations/audited/developers/ann@example.com/attributes');
    assert.deepEqual(lines(below), annLines.slice(0, 1));
  });

  it('has no entry for what is unknown, of whatever kind', async () => {
    for (const path of [
      'developers/none',
      'developers/no@body.com/apps/a',
      'apiproducts/p',
      'apis/x',
      'companies',
      'sharedflows/s',
    ]) {
      assert.deepEqual(await read(`organizations/audited/${path}`), [], path);
    }
  });

  it('keeps organizations apart', async () => {
    assert.equal((await read('organizations/another/developers')).length, 1);
    const refused = await server().request('GET', '/v1/audits/organizations/another', { auth: kim });
    assert.equal(refused.status, 403);
  });

  it('filters by user, operation, number and time', async () => {
    const all = await read('organizations/audited/developers');
    const select = (query: string) => read(`organizations/audited/developers?${query}`);
    assert.deepEqual(
      lines(await select('user=KIM@example.com')),
      lines(all.filter(({ user }) => user === 'Kim@example.com')),
    );
    assert.equal((await select('operation=delete')).length, 1);
    assert.deepEqual(await select('rows=2'), all.slice(0, 2));
    const first = all.at(-1)?.timeStamp ?? 0;
    const last = all[0]?.timeStamp ?? 0;
    assert.deepEqual(await select(`startTime=${first}&endTime=${last}&expand=true`), all);
    assert.deepEqual(await select(`startTime=${last + 1}&endTime=${last + 2}`), []);
    assert.deepEqual(await select(`endTime=${first - 1}`), []);
    for (const timeline of ['today', 'day', 'week', 'month'])
      assert.deepEqual(await select(`timeline=${timeline}`), all);
  });

  it('refuses senseless filters', async () => {
    for (const query of [
      'timeline=year',
      'rows=0',
      'rows=1001',
      'rows=x',
      'startTime=5&endTime=4',
      'startTime=now',
      'expand=2',
    ]) {
      const answer = await server().request('GET', `/v1/audits/organizations/audited?${query}`);
      assert.equal(answer.status, 400, query);
    }
  });

  it('masks secrets of the query, and keeps the call as it was spelled', async () => {
    const uris = (await read('organizations/audited/developers/ann@example.com')).map(({ requestUri }) => requestUri);
    assert.equal(uris[2], `${root}/ann@example.com?action=inactive&access_token=***`);
    assert.equal(uris[1], `${root}/${annId}`);
  });

  it('tells an account what it did itself, and a sysadmin that of all', async () => {
    assert.deepEqual(lines(await read('users/kim@example.com', kim)), [
      'UPDATE 200 Kim@example.com',
      'CREATE 201 Kim@example.com',
    ]);
    assert.ok((await read('users/admin@example.com')).length > 5);
    assert.equal((await server().request('GET', '/v1/audits/users/admin@example.com', { auth: kim })).status, 403);
    assert.deepEqual(await read('users/unknown@example.com'), []);
  });
});
