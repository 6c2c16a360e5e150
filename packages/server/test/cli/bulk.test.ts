import assert from 'node:assert/strict';
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { longOnly } from '../robustness/support/scale.ts';
import { assertSameExport, bodyOfExport, makeSeedRecords, writeBulkFile } from '../support/bulk.ts';
import { asAdmin, call, makeDirectory, run, runClaviger, startKnown, waitFor } from './support.ts';

/** A plane with the organization `acme`, and a file to bring into it. */
async function openPlane(t: TestContext): Promise<{ data: string; acme: string[] }> {
  const data = await makeDirectory(t);
  await run(['org', 'create', 'acme', '--data', data]);
  return { data, acme: ['--org', 'acme', '--data', data] };
}

async function writeSeed(data: string, developers: number): Promise<string> {
  const file = join(data, 'seed.ndjson');
  await writeFile(file, writeBulkFile(makeSeedRecords({ developers, appsEach: 2, keysEach: 1 })));
  return file;
}

async function readExport(file: string): Promise<string> {
  const bytes = await readFile(file);
  return bodyOfExport((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
}

const ofLong = { skip: longOnly };

test(
  'what goes out of one plane comes into another the same, packed, through a socket and over the network',
  ofLong,
  async (t) => {
    const from = await openPlane(t);
    const seed = await writeSeed(from.data, 30);
    const into = await runClaviger(['import', seed, ...from.acme]);
    assert.equal(into.code, 0, into.stderr);
    assert.match(into.stderr, /developer +30 new/);
    const server = await startKnown(t, from.data);
    const packed = join(from.data, 'acme.ndjson.gz');
    assert.match((await runClaviger(['export', packed, ...from.acme])).stderr, /152 records are in /);
    assert.equal((await stat(packed)).mode & 0o777, 0o600);

    const to = await openPlane(t);
    const other = await startKnown(t, to.data);
    const remote = ['--org', 'acme', '--url', other.url, '--user', 'admin@example.com', '--password-stdin'];
    await run(['import', packed, ...remote], { input: 'correct horse battery' });
    const plain = join(to.data, 'acme.ndjson');
    await run(['export', plain, ...remote], { input: 'correct horse battery' });
    assertSameExport(await readExport(plain), await readExport(packed));
    const piped = await run(['export', '-', ...to.acme]);
    assertSameExport(bodyOfExport(piped), await readExport(packed));
    const again = await runClaviger(['import', '-', '--json', ...from.acme], { input: piped });
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(JSON.parse(again.stdout).summary.counts.developer, { unchanged: 30 });
    const { body } = await call(`${server.url}/v1/organizations/acme/developers`, { headers: asAdmin });
    assert.equal(JSON.parse(body).length, 30);
  },
);

test('a dry run lists what would change, and a refused record ends with 1', async (t) => {
  const { data, acme } = await openPlane(t);
  const seed = await writeSeed(data, 2);
  const dry = await runClaviger(['import', seed, '--dry-run', ...acme]);
  assert.equal(dry.code, 0, dry.stderr);
  assert.match(dry.stderr, /Nothing was changed/);
  const listed = dry.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(listed.length, 12);
  assert.ok(listed.every(({ outcome }) => outcome === 'create'));
  const bad = join(data, 'bad.ndjson');
  await writeFile(bad, writeBulkFile([{ kind: 'developer', email: 'a', firstName: 'A', lastName: 'B' }]));
  const refused = await runClaviger(['import', bad, ...acme]);
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /^\{"line":2,"kind":"developer","name":"a","outcome":"refused"/);
  assert.match(refused.stderr, /1 of the records were refused/);
  assert.equal(
    await run(['export', '-', '--kinds', 'developer', ...acme]).then((text) => text.trimEnd().split('\n').length),
    2,
  );
});

test('a file that was cut off, packed or not, is told of and kept up to there', ofLong, async (t) => {
  const { data, acme } = await openPlane(t);
  const seed = await writeSeed(data, 50);
  await truncate(seed, Math.floor((await stat(seed)).size / 2));
  const cut = await runClaviger(['import', seed, ...acme]);
  assert.equal(cut.code, 1);
  assert.match(cut.stderr, /The file ends before its end line: it was cut off\./);
  const packed = join(data, 'acme.ndjson.gz');
  await run(['export', packed, ...acme]);
  assert.ok((await readExport(packed)).includes('developer-000010@Example.com'));
  await truncate(packed, Math.floor((await stat(packed)).size / 2));
  const unpacked = await runClaviger(['import', packed, ...acme]);
  assert.equal(unpacked.code, 1);
  assert.match(unpacked.stderr, /can't be unpacked|ends before its end line/);
  const absent = await runClaviger(['import', join(data, 'none.ndjson'), ...acme]);
  assert.equal(absent.code, 1);
  assert.match(absent.stderr, /none\.ndjson can't be used \(ENOENT\)/);
  assert.deepEqual(
    (await readdir(data)).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('an import goes on after kill -9, to the same export as one that was not broken off', ofLong, async (t) => {
  const { data, acme } = await openPlane(t);
  const server = await startKnown(t, data);
  const seed = await writeSeed(data, 1500);
  const importing = runClaviger(['import', seed, ...acme]);
  await waitFor(async () => {
    const { body } = await call(`${server.url}/v1/organizations/acme/developers?count=200`, { headers: asAdmin });
    return JSON.parse(body).length === 200 ? true : undefined;
  });
  await server.stop('SIGKILL');
  const broken = await importing;
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /run it again/);
  await startKnown(t, data);
  const again = await runClaviger(['import', seed, '--json', ...acme]);
  assert.equal(again.code, 0, again.stderr);
  const { developer } = JSON.parse(again.stdout.trimEnd().split('\n').at(-1) ?? '').summary.counts;
  assert.ok(developer.unchanged >= 200 && developer.create > 0, JSON.stringify(developer));

  const whole = await openPlane(t);
  await run(['import', seed, ...whole.acme]);
  const exported = await run(['export', '-', ...acme]);
  assertSameExport(bodyOfExport(exported), bodyOfExport(await run(['export', '-', ...whole.acme])));
});
