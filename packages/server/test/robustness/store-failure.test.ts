import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../support/postgres.ts';
import { Client, type ClientAnswer } from './support/client.ts';
import { makeDirectory } from './support/directory.ts';
import { type Image, readPostgresImage, readSqliteImage } from './support/image.ts';
import { isLong } from './support/scale.ts';
import { adminAuthorization, ServerProcess } from './support/server-process.ts';
import { mountTinyDisk } from './support/tiny-disk.ts';

const edge = '/edge/v1/organizations/myorg/developers';
const x = '/x/v1/organizations/myorg/developers';
/** A guard against hanging. */
const recoveryMilliseconds = 120_000;

function draftOf(email: string) {
  const attributes = [{ name: 'bulk', value: 'b'.repeat(2000) }];
  return { email, firstName: 'Ann', lastName: 'Example', userName: 'ann', attributes };
}

function create(client: Client, collection: string, email: string): Promise<ClientAnswer> {
  return client.send({ method: 'POST', path: collection, body: draftOf(email) });
}

/** 503 in the shape of each dialect, with the seconds after which to try again. */
function assertUnavailable(answer: ClientAnswer, view: 'edge' | 'x'): void {
  assert.equal(answer.status, 503, answer.text);
  assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/);
  const body = JSON.parse(answer.text) as Record<string, unknown>;
  if (view === 'edge') {
    assert.deepEqual(Object.keys(body), ['code', 'message', 'contexts']);
    assert.equal(body['code'], 'rest.service.Unavailable');
  } else {
    const { code, status } = body['error'] as { code: number; status: string };
    assert.deepEqual([code, status], [503, 'UNAVAILABLE']);
  }
}

/** By itself: nobody restarts anything. */
async function untilCreated(client: Client, email: string): Promise<void> {
  const deadline = performance.now() + recoveryMilliseconds;
  for (;;) {
    const answer = await create(client, edge, email);
    if (answer.status === 201) return;
    assert.equal(answer.status, 503, answer.text);
    assert.ok(performance.now() < deadline, 'the server finds its way back by itself');
    await sleep(100);
  }
}

/** Each developer has his change and his audit entry, and nobody is there by half. */
function assertWhole({ developers, changes, audit }: Image, emails: readonly string[]): void {
  assert.deepEqual(developers.map(({ email }) => email).toSorted(), emails.toSorted());
  const made = changes.filter(({ noun }) => noun === 'developer');
  assert.deepEqual(new Set(made.map(({ entity_id }) => entity_id)), new Set(developers.map(({ id }) => id)));
  assert.equal(audit.filter(({ resource }) => resource.startsWith('/developers')).length, made.length);
  for (const { id, version } of developers) {
    assert.equal(made.filter(({ entity_id }) => entity_id === id).length, version);
  }
}

/** Creates until the store is full; resolves to the e-mails of those that were made. */
async function createUntilFull(client: Client): Promise<string[]> {
  const made: string[] = [];
  for (let group = 0; group < 200; group++) {
    const emails = Array.from({ length: 16 }, (_, at) => `full-${group}-${at}@example.com`);
    const answers = await Promise.all(emails.map((email, at) => create(client, at % 2 === 0 ? edge : x, email)));
    answers.forEach((answer, at) => {
      if (answer.status === 201 || answer.status === 200) made.push(emails[at] ?? '');
      else assertUnavailable(answer, at % 2 === 0 ? 'edge' : 'x');
    });
    if (answers.every(({ status }) => status === 503)) return made;
  }
  throw new Error('the store was never full');
}

/**
 * Changes the status to and fro until both dialects have refused it: a small write may still find room in the log
 * where a large one did not. Resolves to the last status that was acknowledged.
 */
async function flipUntilRefused(client: Client, email: string): Promise<string> {
  let status = 'active';
  for (const [view, collection] of [
    ['edge', edge],
    ['x', x],
  ] as const) {
    for (let flip = 0; ; flip++) {
      assert.ok(flip < 2000, 'the disk is full');
      const next = status === 'active' ? 'inactive' : 'active';
      const answer = await client.send({ method: 'POST', path: `${collection}/${email}?action=${next}` });
      if (answer.status === 503) {
        assertUnavailable(answer, view);
        break;
      }
      assert.equal(answer.status, 204, answer.text);
      status = next;
    }
  }
  return status;
}

const disk = mountTinyDisk(8);
const skip = disk !== undefined || isLong ? false : 'no file system can be mounted here';

test('disk full: writes are refused with 503, reads go on, and space brings writes back', { skip }, async (t) => {
  assert.ok(disk);
  t.after(() => disk[Symbol.dispose]());
  const server = await ServerProcess.start({ dataDirectory: disk.path });
  t.after(() => server.kill());
  const client = new Client(server.url, { authorization: adminAuthorization, connections: 16 });
  const first = 'first@example.com';
  assert.equal((await create(client, edge, first)).status, 201);
  // Room for some, so that the disk is full in the middle of a group.
  disk.fill(400_000);
  const made = await createUntilFull(client);
  t.diagnostic(`${made.length} creates until the disk was full`);
  assert.ok(made.length > 0);
  disk.fill(0);

  for (const path of [`${edge}/${first}`, `${x}/${first}`, edge, `${x}?expand=true`, `${edge}/${first}/attributes`]) {
    assert.equal((await client.send({ method: 'GET', path })).status, 200, path);
  }
  const status = await flipUntilRefused(client, first);
  assert.equal((await client.send({ method: 'GET', path: '/healthz' })).status, 200);

  disk.clear();
  const back = 'back@example.com';
  await untilCreated(client, back);
  const told = await client.send({ method: 'GET', path: `${edge}/${first}` });
  assert.equal((JSON.parse(told.text) as { status: string }).status, status, 'what was refused was not done');
  client.close();
  await server.kill();
  assertWhole(readSqliteImage(join(disk.path, 'claviger.db')), [first, back, ...made]);
});

test('store held by another process: writes wait and are refused, reads go on, and nothing is half', async (t) => {
  using directory = makeDirectory();
  const server = await ServerProcess.start({ dataDirectory: directory.path });
  t.after(() => server.kill());
  const client = new Client(server.url, { authorization: adminAuthorization });
  assert.equal((await create(client, edge, 'first@example.com')).status, 201);
  const file = join(directory.path, 'claviger.db');
  // The server writes by itself at times (the search index, leases): its turn is waited for.
  const foreign = new DatabaseSync(file, { timeout: recoveryMilliseconds });
  foreign.exec('begin immediate');
  let refused = 0;
  const refusals = Promise.all([create(client, edge, 'refused@example.com'), create(client, x, 'refused@example.com')]);
  const counted = refusals.then((answers) => {
    refused = answers.length;
    return answers;
  });
  let before = 0;
  for (let read = 0; read < 20; read++) {
    assert.equal((await client.send({ method: 'GET', path: `${edge}/first@example.com` })).status, 200);
    if (refused === 0) before += 1;
  }
  // A busy machine may not answer all of them in the two seconds; had they waited, hardly one would have been before.
  assert.ok(before > 2, `the reads did not wait for the writes: ${before} before them`);
  const [onEdge, onX] = await counted;
  assertUnavailable(onEdge, 'edge');
  assertUnavailable(onX, 'x');
  const waiting = create(client, edge, 'waited@example.com');
  foreign.exec('rollback');
  assert.equal((await waiting).status, 201);
  foreign.close();
  await untilCreated(client, 'back@example.com');
  client.close();
  await server.kill();
  assertWhole(readSqliteImage(file), ['first@example.com', 'waited@example.com', 'back@example.com']);
});

test('PostgreSQL gone: every route says 503, and its return is enough', async (t) => {
  using directory = makeDirectory();
  const postgres = await startPostgres();
  t.after(() => postgres.remove());
  const store = await postgres.createDatabase();
  const server = await ServerProcess.start({ dataDirectory: directory.path, store });
  t.after(() => server.kill());
  const client = new Client(server.url, { authorization: adminAuthorization, connections: 16 });
  const emails: string[] = [];
  for (const mode of ['fast', 'immediate'] as const) {
    await untilCreated(client, `before-${mode}@example.com`);
    await postgres.stop(mode);
    for (const [method, path] of [
      ['GET', `${edge}/before-${mode}@example.com`],
      ['GET', edge],
      ['DELETE', `${edge}/before-${mode}@example.com`],
      ['GET', '/v1/o/myorg/developers'],
    ] as const) {
      assertUnavailable(await client.send({ method, path }), 'edge');
    }
    assertUnavailable(await create(client, edge, 'refused@example.com'), 'edge');
    assertUnavailable(await create(client, x, 'refused@example.com'), 'x');
    assertUnavailable(await client.send({ method: 'GET', path: x }), 'x');
    assert.equal((await client.send({ method: 'GET', path: '/readyz' })).status, 503);
    assert.equal((await client.send({ method: 'GET', path: '/healthz' })).status, 200);
    await postgres.start();
    await untilCreated(client, `after-${mode}@example.com`);
    emails.push(`before-${mode}@example.com`, `after-${mode}@example.com`);
  }
  client.close();
  assertWhole(await readPostgresImage(store), emails);
  const bugs = server.log.split('\n').filter((line) => line.includes('bug:'));
  assert.deepEqual(bugs, []);
});
