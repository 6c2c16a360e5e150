import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { longOnly } from '../robustness/support/scale.ts';
import { asAdmin, call, makeDirectory, type RunningClaviger, run, runClaviger, startKnown } from './support.ts';

const developersPath = '/v1/organizations/myorg/developers';

/** A data directory for a restore: a backup's secrets open under the master key of where it was taken. */
async function makeDirectoryWithKeyOf(t: TestContext, data: string): Promise<string> {
  const fresh = await makeDirectory(t);
  await copyFile(join(data, 'master.key'), join(fresh, 'master.key'));
  return fresh;
}

async function createDeveloper({ url }: RunningClaviger, email: string): Promise<void> {
  const attributes = [{ name: 'note', value: `for ${email}` }];
  const body = JSON.stringify({ email, firstName: 'F', lastName: 'L', attributes });
  const { status } = await call(`${url}${developersPath}`, { method: 'POST', headers: asAdmin, body });
  assert.equal(status, 201);
}

async function listDevelopers({ url }: RunningClaviger): Promise<Map<string, object>> {
  const { body } = await call(`${url}${developersPath}?expand=true`, { headers: asAdmin });
  const { developer } = JSON.parse(body) as { developer: { email: string }[] };
  return new Map(developer.map((each) => [each.email, each]));
}

const ofLong = { skip: longOnly };

test('a backup beside a running server, under writes, is one moment and restores into a fresh plane', async (t) => {
  const data = await makeDirectory(t);
  const server = await startKnown(t, data);
  await run(['org', 'create', 'other', '--data', data]);
  const before: string[] = [];
  for (let at = 0; at < 20; at++) {
    before.push(`early-${at}@example.com`);
    await createDeveloper(server, `early-${at}@example.com`);
  }
  let writing = true;
  let written = 0;
  const writers = ['a', 'b', 'c'].map(async (name) => {
    for (let at = 0; writing; at++, written++)
      await createDeveloper(server, `${name}-${String(at).padStart(5, '0')}@example.com`);
  });
  const file = join(data, 'backup.ndjson');
  await run(['backup', file, '--data', data]);
  const during = written;
  writing = false;
  await Promise.all(writers);
  assert.ok(during > 0, 'nothing was written during the backup');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(
    (await readdir(data)).filter((name) => name.endsWith('.tmp')),
    [],
  );

  const fresh = await makeDirectoryWithKeyOf(t, data);
  await run(['restore', file, '--data', fresh]);
  const restored = await startKnown(t, fresh);
  assert.ok(!restored.stdout().includes('first start'));
  const there = await listDevelopers(restored);
  const origin = await listDevelopers(server);
  for (const email of before) assert.ok(there.has(email), `${email} was answered before the backup began`);
  for (const [email, developer] of there) assert.deepEqual(developer, origin.get(email));
  for (const name of ['a', 'b', 'c']) {
    const own = [...there.keys()].filter((email) => email.startsWith(`${name}-`)).toSorted();
    // A moment has no holes: whoever wrote one after another is there up to some place.
    assert.deepEqual(
      own,
      own.map((_, at) => `${name}-${String(at).padStart(5, '0')}@example.com`),
    );
  }
  for (const command of [
    ['org', 'list', '--json'],
    ['account', 'list', '--json'],
    ['env', 'list', '--org', 'other', '--json'],
  ]) {
    assert.deepEqual(
      withoutVersion(await run([...command, '--data', fresh])),
      withoutVersion(await run([...command, '--data', data])),
    );
  }
});

function withoutVersion(printed: string): object[] {
  return (JSON.parse(printed) as object[]).map((item) => ({ ...item, version: undefined }));
}

test(
  'a restore is refused on a plane that holds something, and with --replace ends its sessions',
  ofLong,
  async (t) => {
    const data = await makeDirectory(t);
    const server = await startKnown(t, data);
    const file = join(data, 'backup.ndjson');
    await createDeveloper(server, 'kept@example.com');
    await run(['backup', file, '--data', data]);
    await createDeveloper(server, 'later@example.com');
    const refused = await runClaviger(['restore', file, '--data', data]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /This plane holds organizations or accounts, .* add --replace/);
    const unasked = await runClaviger(['restore', file, '--replace', '--data', data]);
    assert.equal(unasked.code, 2);
    assert.match(unasked.stderr, /add --yes/);
    assert.deepEqual([...(await listDevelopers(server)).keys()], ['kept@example.com', 'later@example.com']);

    const form = 'grant_type=password&username=admin%40example.com&password=correct+horse+battery';
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: 'Basic ZWRnZWNsaTplZGdlY2xpc2VjcmV0',
    };
    const granted = await call(`${server.url}/oauth/token`, { method: 'POST', headers, body: form });
    const { access_token: token } = JSON.parse(granted.body);
    const withToken = { headers: { authorization: `Bearer ${token}` } };
    assert.equal((await call(`${server.url}${developersPath}`, withToken)).status, 200);
    await run(['restore', file, '--replace', '--yes', '--data', data]);
    assert.equal((await call(`${server.url}${developersPath}`, withToken)).status, 401);
    assert.deepEqual([...(await listDevelopers(server)).keys()], ['kept@example.com']);
    const audit = JSON.parse(await run(['audit', '--account', 'operator@localhost', '--json', '--data', data]));
    assert.equal(audit[0].resource, '/restore');
    // The plane opens its own secrets again.
    await server.stop();
    const again = await startKnown(t, data);
    assert.deepEqual([...(await listDevelopers(again)).keys()], ['kept@example.com']);
  },
);

test('an archive that is cut off or was changed changes nothing', ofLong, async (t) => {
  const data = await makeDirectory(t);
  const server = await startKnown(t, data);
  await createDeveloper(server, 'kept@example.com');
  const file = join(data, 'backup.ndjson');
  await run(['backup', file, '--data', data]);
  await createDeveloper(server, 'later@example.com');
  const whole = await readFile(file, 'utf8');
  const lines = whole.trimEnd().split('\n');
  const spoilt: [string, RegExp][] = [
    [`${lines.slice(0, -1).join('\n')}\n`, /is cut off/],
    [whole.slice(0, whole.length / 2), /has a line that is not JSON, or is cut off/],
    ['', /is cut off/],
    [whole.replace('kept@example.com', 'kepd@example.com'), /checksum differs/],
    [`${[...lines.slice(0, 2), ...lines.slice(3)].join('\n')}\n`, /holds \d+ rows and says that it has \d+/],
    [`${whole}${lines[1]}\n`, /goes on after its end/],
    [`${lines.slice(1).join('\n')}\n`, /does not begin with one head/],
    [whole.replace('claviger-archive-1', 'claviger-archive-9'), /in another format/],
    [
      reseal(lines.map((line, at) => (at === 0 ? line.replace(/"schema":\d+/, '"schema":999') : line))),
      /newer claviger/,
    ],
    [reseal(lines.map((line) => line.replace('"display_name"', '"no_such_column"'))), /can not be loaded/],
  ];
  for (const [text, reason] of spoilt) {
    await writeFile(file, text);
    const { code, stderr } = await runClaviger(['restore', file, '--replace', '--yes', '--data', data]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, reason);
    assert.deepEqual([...(await listDevelopers(server)).keys()], ['kept@example.com', 'later@example.com']);
  }
});

/** An archive with an honest checksum over other lines. */
function reseal(lines: readonly string[]): string {
  const body = lines
    .slice(0, -1)
    .map((line) => `${line}\n`)
    .join('');
  const end = { ...JSON.parse(lines.at(-1) ?? ''), sha256: createHash('sha256').update(body).digest('hex') };
  return `${body}${JSON.stringify(end)}\n`;
}

test(
  'a backup goes to standard output and a restore comes from standard input, without a server',
  ofLong,
  async (t) => {
    const data = await makeDirectory(t);
    await run(['org', 'create', 'acme', '--data', data]);
    const archive = await run(['backup', '-', '--data', data]);
    const fresh = await makeDirectoryWithKeyOf(t, data);
    await run(['restore', '-', '--data', fresh], { input: archive });
    assert.match(await run(['org', 'list', '--data', fresh]), /^acme\t/);
  },
);

test('a backup that can not be written leaves no file', async (t) => {
  const data = await makeDirectory(t);
  await run(['org', 'create', 'acme', '--data', data]);
  const { code, stderr } = await runClaviger(['backup', join(data, 'nowhere', 'b.ndjson'), '--data', data]);
  assert.equal(code, 1);
  assert.match(stderr, /nowhere\/b\.ndjson can't be used \(ENOENT\)/);
});

test('only a sysadmin may take a backup or restore one', async (t) => {
  const data = await makeDirectory(t);
  const { url } = await startKnown(t, data);
  await run(['account', 'create', 'ann@example.com', '--no-password', '--data', data]);
  await run(['account', 'grant', 'ann@example.com', 'orgadmin', '--org', 'myorg', '--data', data]);
  const token = (await run(['token', 'create', 'ann@example.com', '--data', data])).trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' };
  assert.equal((await call(`${url}/claviger/v1/backup`, { headers })).status, 403);
  assert.equal(
    (await call(`${url}/claviger/v1/restore?replace=true`, { method: 'POST', headers, body: '{}\n' })).status,
    403,
  );
  assert.equal((await call(`${url}/claviger/v1/backup`)).status, 401);
});
