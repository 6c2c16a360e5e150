import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import fc from 'fast-check';
import {
  assertSameExport,
  bodyOfExport,
  exportText,
  importText,
  makeSeedRecords,
  writeBulkFile,
} from '../../support/bulk.ts';
import { describeOnEveryStore, type GetServer } from '../../support/every-store.ts';
import { startTestServer } from '../../support/server.ts';

/** Bulk export and import over the wire (docs/bulk.md). */

const golden = new URL('../../fixtures/bulk/whole.ndjson', import.meta.url);

let organizations = 0;
async function makeOrganization(server: GetServer, dialect?: 'edge' | 'x'): Promise<string> {
  const name = `bulk-${++organizations}`;
  await server().makeOrganization(name, dialect);
  return name;
}

describeOnEveryStore('bulk', (server) => {
  for (const dialect of ['edge', 'x'] as const) {
    it(`a file with all there is comes out as it went in, to an empty ${dialect} organization`, async () => {
      await using fresh = dialect === 'x' ? undefined : await startTestServer();
      const target = fresh ?? server();
      await target.makeOrganization(`golden-${dialect}`, dialect);
      const text = readFileSync(golden, 'utf8');
      const { summary } = await importText(target, `golden-${dialect}`, text);
      assert.deepEqual([summary.complete, summary.newIds], [true, 0]);
      const exported = await exportText(target, `golden-${dialect}`);
      if (process.env['CLAVIGER_UPDATE_GOLDEN'] === '1') {
        writeFileSync(golden, `${text.slice(0, text.indexOf('\n') + 1)}${exported}`);
      }
      assertSameExport(exported, bodyOfExport(text));
    });
  }
});
