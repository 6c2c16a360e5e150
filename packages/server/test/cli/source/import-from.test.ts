import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Dialect } from '../../../src/domain/dialect.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { adminEmail, startTestServer, type TestServer, testPassword } from '../../support/server.ts';
import { type Ended, makeDirectory, runClaviger } from '../support.ts';
import { assertSame, exportLines } from './compare.ts';
import { startFakeSource } from './fake-source.ts';
import { seedOrganization } from './seed.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/edge/apigee-migrate-tool/', import.meta.url));

interface Options {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** `claviger import` into an organization of a server, as its administrator. */
function importInto(target: TestServer, organization: string, { args = [], env = {} }: Options): Promise<Ended> {
  const account = ['--url', target.url, '--user', adminEmail, '--password-stdin'];
  return runClaviger(['import', '--org', organization, ...account, ...args], { env, input: testPassword });
}

/** The same, from an organization of another one. */
function importFrom(source: TestServer, target: TestServer, organization: string, view = '/v1'): Promise<Ended> {
  const args = ['--from', `${source.url}${view}`, '--from-user', adminEmail];
  return importInto(target, organization, { args, env: { CLAVIGER_FROM_PASSWORD: testPassword } });
}

describeOnEveryStore('an import from a live API', (server) => {
  let other: TestServer | undefined;
  before(async () => {
    other = await startTestServer();
  });
  after(() => other?.close());

  function getOther(): TestServer {
    assert.ok(other);
    return other;
  }

  async function move(source: TestServer, target: TestServer, organization: string, dialect: Dialect): Promise<void> {
    for (const each of [source, target]) await each.makeOrganization(organization, dialect);
    await seedOrganization(source.plane.store, organization, { developers: 40, manyApps: 110 });
    const { code, stderr } = await importFrom(source, target, organization);
    assert.equal(code, 0, stderr);
    assertSame(await exportLines(source, organization), await exportLines(target, organization), dialect);
  }

  test('out of this store by the Edge API brings all, the same', () => move(server(), getOther(), 'edge-out', 'edge'));
  test('into this store by the Edge API brings all, the same', () => move(getOther(), server(), 'edge-in', 'edge'));
  test('out of this store by the X API brings all, the same', () => move(server(), getOther(), 'x-out', 'x'));
  test('into this store by the X API brings all, the same', () => move(getOther(), server(), 'x-in', 'x'));

  test('a second run changes nothing, and a third one brings what is new', async () => {
    const [source, target] = [server(), getOther()];
    for (const each of [source, target]) await each.makeOrganization('again', 'edge');
    await seedOrganization(source.plane.store, 'again', { developers: 4 });
    await importFrom(source, target, 'again');
    const before = await exportLines(target, 'again');
    const second = await importFrom(source, target, 'again');
    assert.match(second.stderr, /developer +4 unchanged/);
    assert.deepEqual((await exportLines(target, 'again')).slice(1), before.slice(1));
    const json = { email: 'new@example.com', firstName: 'A', lastName: 'B' };
    await source.request('POST', '/v1/organizations/again/developers', { json });
    assert.match((await importFrom(source, target, 'again')).stderr, /developer +1 new, 4 unchanged/);
  });
});

async function startPair(t: TestContext, dialect: Dialect): Promise<{ source: TestServer; target: TestServer }> {
  const [source, target] = await Promise.all([startTestServer(), startTestServer()]);
  t.after(() => Promise.all([source.close(), target.close()]));
  for (const each of [source, target]) await each.makeOrganization('acme', dialect);
  return { source, target };
}

test('either view of a plane is a source, whatever the home of the organization is', async (t) => {
  const { source, target } = await startPair(t, 'edge');
  await seedOrganization(source.plane.store, 'acme', { developers: 10 });
  const { code, stderr } = await importFrom(source, target, 'acme', '/x/v1');
  assert.equal(code, 0, stderr);
  assertSame(await exportLines(source, 'acme'), await exportLines(target, 'acme'), 'x');
});

test('a dry run reads the source and changes nothing', async (t) => {
  const { source, target } = await startPair(t, 'x');
  await seedOrganization(source.plane.store, 'acme', { developers: 3 });
  const args = ['--from', `${source.url}/v1`, '--from-user', adminEmail, '--dry-run'];
  const { code, stdout, stderr } = await importInto(target, 'acme', {
    args,
    env: { CLAVIGER_FROM_PASSWORD: testPassword },
  });
  assert.equal(code, 0, stderr);
  assert.equal(stdout.split('\n').filter((line) => line.includes('"kind":"developer"')).length, 3);
  assert.equal((await exportLines(target, 'acme')).length, 2);
});

test('credentials come from a file or a variable, and wrong ones end it with a sentence', async (t) => {
  const { source, target } = await startPair(t, 'edge');
  const file = join(await makeDirectory(t), 'secret');
  await writeFile(file, `${testPassword}\n`);
  const from = ['--from', `${source.url}/v1`];
  const user = [...from, '--from-user', adminEmail];
  const run = (args: readonly string[], env = {}) => importInto(target, 'acme', { args, env });

  assert.equal((await run([...user, '--from-password-file', file])).code, 0);
  await writeFile(file, 'wrong password');
  const wrong = await run([...user, '--from-password-file', file]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /^claviger: http\S+ does not accept the name and password, or the token \(401\): /);
  assert.doesNotMatch(wrong.stderr, /wrong password/);
  await writeFile(file, 'a\nb');
  assert.match((await run([...from, '--from-token-file', file])).stderr, /has to hold one line/);
  assert.match(
    (await run([...user, '--from-org', 'nope'], { CLAVIGER_FROM_PASSWORD: testPassword })).stderr,
    /\(404\)/,
  );
  assert.match((await run(user)).stderr, /no terminal to ask on: set CLAVIGER_FROM_PASSWORD/);
  assert.match((await run([...from], { CLAVIGER_FROM_TOKEN: 'clv_no' })).stderr, /\(401\)/);
});

test('a source that breaks off half-way is told of', async (t) => {
  const { target } = await startPair(t, 'edge');
  const developer = { email: 'ann@example.com', developerId: 'a1', firstName: 'Ann', lastName: 'Lee' };
  const { base } = await startFakeSource(t, ({ path, query, response }) => {
    if (path === '/developers') return query.has('startKey') ? {} : { developer: [developer] };
    return path === '/apps' ? void response.end('{"app":[{"na') : {};
  });
  const env = { CLAVIGER_FROM_TOKEN: 'secret-token' };
  const { code, stderr } = await importInto(target, 'acme', { args: ['--from', base.href], env });
  assert.equal(code, 1);
  assert.match(stderr, /^claviger: http\S+\/apps\S* answers with 12 characters that are no JSON\.\n$/);
});

test('a name that a source chose does not move the cursor', async (t) => {
  const { target } = await startPair(t, 'edge');
  const { base } = await startFakeSource(t, ({ response }) => {
    response.writeHead(403).end(JSON.stringify({ message: 'no\u001b[2Jno' }));
  });
  const args = ['--from', base.href];
  const { stderr } = await importInto(target, 'acme', { args, env: { CLAVIGER_FROM_TOKEN: 'secret-token' } });
  assert.match(stderr, /\(403\): no \[2Jno/);
});

test('what to import has to be named, and once', async (t) => {
  const target = await startTestServer();
  t.after(() => target.close());
  const none = await importInto(target, 'myorg', {});
  assert.match(none.stderr, /Name a FILE, --from or a CSV file/);
  assert.equal(none.code, 2);
  const two = await importInto(target, 'myorg', { args: ['in.ndjson', '--csv-apps', 'apps.csv'] });
  assert.match(two.stderr, /apps\.csv and in\.ndjson: name one of them/);
});

test('the files of apigee-migrate-tool are imported, their keys as they are', async (t) => {
  const { target } = await startPair(t, 'edge');
  for (const name of ['Enterprise-Edition']) {
    const json = { name, displayName: name, approvalType: 'auto' };
    await target.request('POST', '/v1/organizations/acme/apiproducts', { json });
  }
  const args = ['--csv-developers', join(fixtures, 'devs.csv'), '--csv-apps', join(fixtures, 'apps.csv')];
  const { code, stdout, stderr } = await importInto(target, 'acme', { args });
  assert.equal(code, 0, stdout + stderr);
  const path = '/v1/organizations/acme/developers/liz@something.com/apps/Advantage%20API';
  const app = (await target.request('GET', path)).json<{ credentials: object[] }>();
  assert.partialDeepStrictEqual(app.credentials, [
    {
      apiProducts: [{ apiproduct: 'Enterprise-Edition', status: 'approved' }],
      consumerKey: 'Jmjtd%7Clu6y29u8nl%2Crl%3Do5-l622',
      status: 'approved',
    },
  ]);
  assert.equal(app.credentials.length, 1);
  const key = encodeURIComponent('Jmjtd%7Clu6y29u8nl%2Crl%3Do5-l622');
  for (const view of ['/edge', '/x']) {
    assert.equal((await target.request('GET', `${view}${path}/keys/${key}`)).status, 200);
  }
});

test('a CSV file that is wrong in its last row changes nothing', async (t) => {
  const { target } = await startPair(t, 'edge');
  const file = join(await makeDirectory(t), 'devs.csv');
  await writeFile(file, 'email,firstName,lastName\nann@example.com,Ann,Lee\nbob@example.com,Bob');
  const { code, stderr } = await importInto(target, 'acme', { args: ['--csv-developers', file] });
  assert.equal(code, 1);
  assert.match(stderr, /devs\.csv:3:2: the row has 2 cells, the header 3: the file may be cut off/);
  assert.equal((await exportLines(target, 'acme')).length, 2);
});
