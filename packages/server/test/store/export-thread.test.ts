import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BulkHead, bulkKinds, bulkVersion } from '../../src/domain/bulk-record.ts';
import { walkOrganization } from '../../src/operations/bulk-walk.ts';
import type { ExportOrder } from '../../src/ports/exporter.ts';
import { exportText, importText, makeSeedRecords, writeBulkFile } from '../support/bulk.ts';
import { insertDeveloper, insertOrganization } from '../support/entity.ts';
import { describeOnEveryStore } from '../support/every-store.ts';
import { openTestPlane, type TestPlane } from '../support/plane.ts';

/** Exports in a thread of their own (store/export/thread.ts). */

describeOnEveryStore('the thread of exports', (server) => {
  it('tells what a walk over the store tells, to the byte', async () => {
    await server().makeOrganization('walked');
    await importText(server(), 'walked', writeBulkFile(makeSeedRecords({ developers: 70, appsEach: 2, keysEach: 2 })));
    const { store } = server().plane;
    const organizationId = (await store.organizations.findByName('walked'))?.id ?? '';
    const lines: object[] = [];
    // Through the server's own store, whose statements are explained.
    await store.snapshot((view) =>
      walkOrganization(view, orderOf(organizationId), async (page) => void lines.push(...page)),
    );
    const walked = lines.slice(1).map((line) => `${JSON.stringify(line)}\n`);
    assert.equal(await exportText(server(), 'walked'), walked.join(''));
  });

  it('writes several exports side by side', async () => {
    const texts = await Promise.all(Array.from({ length: 5 }, () => exportText(server(), 'walked')));
    assert.equal(new Set(texts).size, 1);
    assert.match(texts[0] ?? '', /"kind":"end"/);
  });
});

describe('the thread of exports, on its own', () => {
  it('lets go of the store when its reader goes away', async () => {
    await using test = await openTestPlane();
    const organizationId = await fill(test, 2000);
    const reading = test.plane.exporter.read(orderOf(organizationId))[Symbol.asyncIterator]();
    assert.equal((await reading.next()).done, false);
    using db = new DatabaseSync(join(test.directory, 'claviger.db'));
    // While it reads, what is written from now on can't be brought into the file.
    await insertDeveloper(test.plane.store, organizationId);
    assert.equal(isLogEmptied(db), false);
    await reading.return?.();
    while (!isLogEmptied(db)) await sleep(10);
  });

  it('breaks off what is under way when it is closed, and holds nothing of the store', async () => {
    await using test = await openTestPlane();
    const organizationId = await fill(test, 2000);
    const reading = test.plane.exporter.read(orderOf(organizationId))[Symbol.asyncIterator]();
    await reading.next();
    await insertDeveloper(test.plane.store, organizationId);
    await test.plane.exporter.close();
    await assert.rejects(async () => {
      while ((await reading.next()).done !== true);
    });
    using db = new DatabaseSync(join(test.directory, 'claviger.db'));
    while (!isLogEmptied(db)) await sleep(10);
  });

  it('says that the store is unavailable where it can not be opened, and reads it again when it is back', async () => {
    await using test = await openTestPlane();
    const organizationId = await fill(test, 1);
    const file = join(test.directory, 'claviger.db');
    await rename(file, `${file}.away`);
    await assert.rejects(readAll(test, organizationId), { code: 'store.unavailable' });
    await rename(`${file}.away`, file);
    assert.match(await readAll(test, organizationId), /"kind":"end"/);
  });
});

function orderOf(organizationId: string): ExportOrder {
  const head: BulkHead = {
    kind: 'export',
    version: bulkVersion,
    organization: 'walked',
    dialect: 'edge',
    exportedAt: '2026-01-31T12:00:00.000Z',
  };
  return { organizationId, head, kinds: bulkKinds, secrets: true };
}

async function fill({ plane }: TestPlane, developers: number): Promise<string> {
  const { id } = await insertOrganization(plane.store);
  await Promise.all(Array.from({ length: developers }, () => insertDeveloper(plane.store, id)));
  return id;
}

async function readAll({ plane }: TestPlane, organizationId: string): Promise<string> {
  let text = '';
  for await (const piece of plane.exporter.read(orderOf(organizationId))) text += Buffer.from(piece).toString('utf8');
  return text;
}

/** Whether all that was committed is in the file itself. */
function isLogEmptied(db: DatabaseSync): boolean {
  return db.prepare('pragma wal_checkpoint(truncate)').get()?.['busy'] === 0;
}
