import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { asAdmin, basic, call, makeDirectory, type Reply, startKnown } from '../../cli/support.ts';

type Ask = (method: string, path: string, body?: object | string, headers?: Record<string, string>) => Promise<Reply>;

async function openPlane(t: TestContext): Promise<Ask> {
  const { url } = await startKnown(t, await makeDirectory(t));
  return (method, path, body, headers = {}) =>
    call(`${url}/claviger/v1${path}`, {
      method,
      headers: { ...asAdmin, ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
}

test('an entity is compact JSON, with RFC 3339 times, a version as text and its ETag', async (t) => {
  const ask = await openPlane(t);
  const made = await ask('POST', '/organizations', { name: 'acme', properties: [{ name: 'a', value: 'b' }] });
  assert.equal(made.status, 201);
  assert.equal(made.headers['content-type'], 'application/json');
  assert.equal(made.headers.etag, '"1"');
  assert.ok(!made.body.includes('\n') && !made.body.includes(': '));
  const organization = JSON.parse(made.body);
  assert.equal(organization.dialect, 'edge');
  assert.equal(organization.version, '1');
  assert.match(organization.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.equal(organization.createdBy, 'admin@example.com');
});

test('If-Match holds against the version that is there', async (t) => {
  const ask = await openPlane(t);
  const first = await ask('PUT', '/organizations/myorg', { displayName: 'One' }, { 'if-match': '"1"' });
  assert.deepEqual([first.status, first.headers.etag], [200, '"2"']);
  const stale = await ask('PUT', '/organizations/myorg', { displayName: 'Two' }, { 'if-match': '"1"' });
  assert.equal(stale.status, 412);
  assert.equal(JSON.parse(stale.body).code, 'entity.changed');
  assert.equal((await ask('PUT', '/organizations/myorg', { displayName: 'Two' }, { 'if-match': 'W/"2"' })).status, 400);
  assert.equal(
    (await ask('DELETE', '/organizations/myorg?confirm=myorg', undefined, { 'if-match': '"1"' })).status,
    412,
  );
  const admin = await ask('PUT', '/accounts/admin@example.com', { firstName: 'A' }, { 'if-match': '"7"' });
  assert.equal(admin.status, 412);
  await ask('POST', '/accounts', { email: 'bob@example.com', firstName: 'B', lastName: 'L' });
  for (const path of ['/organizations/myorg/environments/test', '/accounts/bob@example.com']) {
    assert.equal((await ask('DELETE', path, undefined, { 'if-match': '"7"' })).status, 412, path);
    assert.equal((await ask('DELETE', path, undefined, { 'if-match': 'seven' })).status, 400, path);
    assert.equal((await ask('DELETE', path, undefined, { 'if-match': '"1"' })).status, 200, path);
  }
  assert.equal(JSON.parse((await ask('GET', '/organizations/myorg')).body).displayName, 'One');
});

test('a refusal is a problem document with our code', async (t) => {
  const ask = await openPlane(t);
  const cases: [Reply, number, string, string?][] = [
    [await ask('GET', '/organizations/none'), 404, 'organization.not-found'],
    [await ask('GET', '/nothing/here'), 404, 'route.not-found'],
    [await ask('PUT', '/organizations', {}), 405, 'request.method-not-allowed'],
    [await ask('POST', '/organizations', { name: 'myorg' }), 409, 'organization.exists'],
    [await ask('POST', '/organizations', { name: 'No Name' }), 400, 'request.invalid', 'name'],
    [await ask('POST', '/organizations', {}), 400, 'request.missing', 'name'],
    [await ask('POST', '/organizations', '{'), 400, 'request.malformed'],
    [
      await ask('POST', '/organizations', '<a/>', { 'content-type': 'application/xml' }),
      415,
      'request.unsupported-media-type',
    ],
    [await ask('GET', '/organizations', undefined, { authorization: 'Bearer none' }), 401, 'auth.wrong-credentials'],
    [await ask('DELETE', '/accounts/admin@example.com'), 409, 'account.last-sysadmin'],
    [await ask('DELETE', '/organizations/myorg?confirm=other'), 400, 'request.invalid', 'confirm'],
    [await ask('GET', '/organizations?limit=0'), 400, 'request.invalid', 'limit'],
    [
      await ask('POST', '/accounts', { email: 'operator@localhost', firstName: 'O', lastName: 'L' }),
      400,
      'request.invalid',
      'email',
    ],
    [
      await ask('POST', '/restore', '{}', { 'content-type': 'application/json' }),
      415,
      'request.unsupported-media-type',
    ],
  ];
  for (const [{ status, headers, body }, expected, code, field] of cases) {
    assert.equal(status, expected, body);
    assert.equal(headers['content-type'], 'application/problem+json');
    const problem = JSON.parse(body);
    assert.deepEqual([problem.status, problem.code, problem.field], [expected, code, field]);
    assert.equal(problem.type, `urn:claviger:problem:${code}`);
    assert.match(problem.detail, /\.$/);
  }
});

async function walkPages(
  ask: Ask,
  path: string,
  limit: number,
): Promise<{ items: Record<string, string>[]; pages: number }> {
  const items: Record<string, string>[] = [];
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages++) {
    const page: { items: Record<string, string>[]; nextCursor: string | null } = JSON.parse(
      (await ask('GET', `${path}?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`)).body,
    );
    assert.ok(page.items.length <= limit);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return { items, pages };
}

test('a list is walked by cursor to its end, each item once', async (t) => {
  const ask = await openPlane(t);
  for (const name of ['d', 'b', 'c', 'a']) {
    assert.equal((await ask('POST', '/organizations', { name, environments: [] })).status, 201);
    assert.equal(
      (await ask('POST', '/accounts', { email: `${name}@z.example`, firstName: 'F', lastName: 'L' })).status,
      201,
    );
  }
  const organizations = await walkPages(ask, '/organizations', 2);
  assert.deepEqual(
    organizations.items.map(({ name }) => name),
    ['a', 'b', 'c', 'd', 'myorg'],
  );
  assert.equal(organizations.pages, 3);
  const accounts = await walkPages(ask, '/accounts', 5);
  assert.deepEqual(
    accounts.items.map(({ email }) => email?.[0]),
    ['a', 'a', 'b', 'c', 'd'],
  );
  assert.equal(accounts.pages, 1);
  const audit = await walkPages(ask, '/accounts/admin@example.com/audit', 3);
  const whole = JSON.parse((await ask('GET', '/accounts/admin@example.com/audit?limit=500')).body);
  assert.deepEqual(audit.items, whole.items);
  assert.ok(audit.pages > 2);
});

test('a sysadmin reads the audit log of the whole plane, narrowed as he likes', async (t) => {
  const ask = await openPlane(t);
  await ask('POST', '/organizations', { name: 'acme', environments: [] });
  await ask('POST', '/organizations/acme/environments', { name: 'one' });
  await ask('POST', '/organizations/myorg/environments', { name: 'two' });
  const password = 'long enough';
  await ask('POST', '/accounts', { email: 'ann@example.com', firstName: 'A', lastName: 'L', password });
  const ann = basic(password, 'ann@example.com');
  const token = await ask('POST', '/accounts/ann@example.com/tokens', { label: 'own' }, ann);
  assert.equal(token.status, 201, token.body);
  const read = async (query: string) => {
    const answer = await ask('GET', `/audit?limit=500${query}`);
    assert.equal(answer.status, 200, answer.body);
    const items: Record<string, string | null>[] = JSON.parse(answer.body).items;
    return items.map(({ organization, account, resource }) => [organization, account, resource].join(' '));
  };
  const all = await read('');
  for (const entry of ['acme admin@example.com /environments/one', 'myorg admin@example.com /environments/two']) {
    assert.ok(all.includes(entry), `${entry} in ${all.join(', ')}`);
  }
  const own = ' ann@example.com /users/ann@example.com/tokens/';
  assert.ok(
    all.some((entry) => entry.startsWith(own)),
    all.join(', '),
  );
  assert.deepEqual(
    await read('&organization=acme'),
    all.filter((entry) => entry.startsWith('acme ')),
  );
  const anns = all.filter((entry) => entry.includes(' ann@example.com '));
  assert.deepEqual(await read('&account=ANN@example.com'), anns);
  assert.deepEqual(await read('&account=ann@example.com&organization=acme'), []);
  assert.deepEqual(await read('&to=2020-01-01T00:00:00Z'), []);
  assert.deepEqual(await read('&from=2020-01-01T00:00:00Z'), all);
  const walked = await walkPages(ask, '/audit', 3);
  assert.equal(walked.items.length, all.length);
  assert.ok(walked.pages > 2);
  for (const [query, status] of [
    ['?organization=none', 404],
    ['?cursor=eA', 400],
    ['?from=now', 400],
  ] as const) {
    assert.equal((await ask('GET', `/audit${query}`)).status, status, query);
  }
  assert.equal((await ask('GET', '/audit', undefined, ann)).status, 403);
});

test('a role is given, listed and taken', async (t) => {
  const ask = await openPlane(t);
  await ask('POST', '/accounts', { email: 'ann@example.com', firstName: 'A', lastName: 'L', password: 'long enough' });
  const members = '/organizations/myorg/roles/devadmin/members';
  const given = await ask('PUT', `${members}/ann@example.com`);
  assert.deepEqual(JSON.parse(given.body), { account: 'ann@example.com', roles: ['devadmin'] });
  assert.deepEqual(JSON.parse((await ask('GET', members)).body).items, [{ account: 'ann@example.com' }]);
  const own = { authorization: `Basic ${Buffer.from('ann@example.com:long enough').toString('base64')}` };
  assert.equal((await ask('GET', '/organizations/myorg', undefined, own)).status, 200);
  assert.equal((await ask('GET', '/accounts', undefined, own)).status, 403);
  assert.equal((await ask('DELETE', `${members}/ann@example.com`)).status, 204);
  assert.equal((await ask('GET', '/organizations/myorg', undefined, own)).status, 403);
});
