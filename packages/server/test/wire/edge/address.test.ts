import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** compat/edge.md §1.1 and §1.2: how clients spell paths, verbs and what they want to read. */

describeOnEveryStore('how Edge clients address things', (server) => {
  const root = '/v1/organizations/spelling/developers';
  const ann = { email: "Ann.O'Neil+tag@Example.com", firstName: 'Ann', lastName: 'Other' };
  const item = `${root}/${encodeURIComponent(ann.email)}`;
  before(async () => {
    await server().makeOrganization('spelling');
    await server().request('POST', root, { json: ann });
  });
  const get = (path: string, accept?: string) => server().request('GET', path, { accept });

  it('takes the long and the short spelling, with and without the prefix', async () => {
    for (const start of ['/v1/organizations', '/v1/o', '/edge/v1/organizations', '/edge/v1/o']) {
      assert.equal((await get(`${start}/spelling/developers`)).text, `[ "${ann.email}" ]`, start);
      assert.equal((await get(`${start}/spelling/e/test`)).json<{ name: string }>().name, 'test', start);
      assert.equal((await get(`${start}/spelling/environments`)).text, '[ "test", "prod" ]', start);
    }
    for (const start of ['/v1/audits/o', '/v1/audits/organizations', '/edge/v1/audits/o']) {
      const records = (await get(`${start}/spelling`)).json<{ auditRecord: unknown[] }>();
      assert.ok(records.auditRecord.length > 0, start);
    }
  });

  it('takes a slash at the end', async () => {
    assert.equal((await get(`${root}/`)).status, 200);
    assert.equal((await get(`${item}/`)).status, 200);
    assert.equal((await get(`${item}/attributes/`)).status, 200);
    assert.equal((await get('/v1/organizations/')).status, 200);
    assert.equal((await get(`${root}/?expand=true`)).status, 200);
  });

  it('takes an e-mail raw, escaped as usual, and escaped to the last character', async () => {
    const all = [...ann.email].map((character) => `%${character.charCodeAt(0).toString(16)}`).join('');
    for (const spelling of [
      ann.email,
      encodeURIComponent(ann.email),
      all,
      all.toUpperCase(),
      ann.email.toLowerCase(),
    ]) {
      assert.equal((await get(`${root}/${spelling}`)).json<{ email: string }>().email, ann.email, spelling);
    }
  });

  it('refuses a path that is no text, and does not know others', async () => {
    for (const segment of ['%zz', '%ff', '%', '%E0%A4%A']) {
      const answer = await get(`${root}/${segment}`);
      assert.equal(answer.status, 400);
      assert.equal(answer.json<{ code: string }>().code, 'rest.request.MalformedBody');
    }
    assert.equal((await get('/v1/organizations/spelling/unknown')).status, 404);
    assert.equal((await get('/v1/unknown')).status, 404);
    assert.equal((await get('/v1')).status, 404);
  });

  it('answers HEAD with what GET would have said of the body, and no body', async () => {
    for (const path of [root, item, '/v1/organizations/spelling']) {
      const head = await server().request('HEAD', path);
      const { headers, text } = await get(path);
      assert.deepEqual([head.status, head.text], [200, '']);
      assert.equal(head.headers.get('content-type'), headers.get('content-type'));
      assert.equal(head.headers.get('content-length'), String(Buffer.byteLength(text)));
    }
    assert.equal((await server().request('HEAD', `${root}/nobody@example.com`)).status, 404);
  });

  it('tells which verbs a path has', async () => {
    const answer = await server().request('DELETE', root);
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, POST']);
    const options = await server().request('OPTIONS', item);
    assert.deepEqual([options.status, options.headers.get('allow')], [405, 'GET, PUT, POST, DELETE']);
  });

  it('answers in JSON unless XML is liked better', async () => {
    const json = [undefined, '*/*', 'application/json', 'application/json; charset=utf-8', 'image/png', ''];
    for (const accept of [...json, 'application/xml;q=0.5, application/json']) {
      assert.equal((await get(item, accept)).headers.get('content-type'), 'application/json', accept ?? 'none');
    }
    for (const accept of ['application/xml', 'text/xml', 'application/json;q=0.5, application/xml']) {
      assert.equal((await get(item, accept)).headers.get('content-type'), 'application/xml', accept);
    }
  });

  it('refuses a body in a media type or charset that it does not read', async () => {
    const body = JSON.stringify({ ...ann, email: 'other@example.com' });
    for (const type of [
      'text/plain',
      'application/json; charset=latin1',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
    ]) {
      assert.equal((await server().request('POST', root, { body, type })).status, 415, type);
    }
    assert.equal((await server().request('POST', root, { body })).status, 201);
    const type = 'application/json; charset=UTF-8';
    assert.equal((await server().request('PUT', item, { json: ann, type })).status, 200);
  });

  it('refuses query parameters of the wrong kind', async () => {
    for (const query of ['expand=maybe', 'count=many', 'count=1&count=2', 'includeCompany=2']) {
      assert.equal((await get(`${root}?${query}`)).status, 400, query);
    }
    assert.equal((await get(`${root}?unknown=1`)).status, 200);
  });

  it('tells wrong credentials from an organization that is closed to them', async () => {
    const { makeAccount, request } = server();
    const outsider = await makeAccount('outsider@example.com');
    const status = async (path: string, auth: string | null) => (await request('GET', path, { auth })).status;
    assert.equal(await status(root, null), 401);
    assert.equal(await status(root, `Basic ${Buffer.from('admin@example.com:wrong').toString('base64')}`), 401);
    assert.equal(await status(root, 'Bearer nothing'), 401);
    assert.equal(await status(root, outsider), 403);
    assert.equal(await status('/v1/organizations/none/developers', outsider), 403);
    assert.equal(await status('/v1/organizations/none/developers', null), 401);
    assert.equal((await get('/v1/organizations/none/developers')).status, 404);
  });
});
