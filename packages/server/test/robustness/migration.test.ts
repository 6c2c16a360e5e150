import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeSource } from '../../src/cli/source/line.ts';
import { openSource } from '../../src/cli/source/option.ts';
import { assertSame, exportLines } from '../cli/source/compare.ts';
import { seedOrganization } from '../cli/source/seed.ts';
import { adminEmail, startTestServer, type TestServer, testPassword } from '../support/server.ts';
import { scale } from './support/scale.ts';

const developers = scale('CLAVIGER_MIGRATION_DEVELOPERS', { quick: 300, long: 10_000 });

/** What `claviger import --from` sends, from one plane to another. @returns the last line of the answer */
async function migrate(source: TestServer, target: TestServer): Promise<string> {
  const command = { words: ['import'], operands: [], summary: '', example: '', options: {}, run: async () => {} };
  const options = { org: 'acme', from: `${source.url}/v1`, 'from-user': adminEmail };
  const opened = await openSource({ command, operands: [], options }, { CLAVIGER_FROM_PASSWORD: testPassword });
  assert.ok(opened);
  const sent = await fetch(`${target.url}/claviger/v1/organizations/acme/import`, {
    method: 'POST',
    headers: { authorization: target.adminAuth, 'content-type': 'application/x-ndjson' },
    body: ReadableStream.from(encodeSource(opened)),
    duplex: 'half',
  });
  assert.equal(sent.status, 200);
  return (await sent.text()).trimEnd().split('\n').at(-1) ?? '';
}

for (const dialect of ['edge', 'x'] as const) {
  test(`${developers} developers with their apps and keys arrive identical by the ${dialect} API`, async () => {
    await using source = await startTestServer();
    await using target = await startTestServer();
    for (const each of [source, target]) await each.makeOrganization('acme', dialect);
    await seedOrganization(source.plane.store, 'acme', { developers, manyApps: 130 });
    const { summary } = JSON.parse(await migrate(source, target)) as { summary: { complete: boolean; counts: object } };
    assert.equal(summary.complete, true);
    assert.partialDeepStrictEqual(summary.counts, { developer: { create: developers + 1 } });
    assertSame(await exportLines(source, 'acme'), await exportLines(target, 'acme'), dialect);
  });
}
