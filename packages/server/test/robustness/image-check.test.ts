import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { makeDirectory } from './support/directory.ts';
import { type Image, readSqliteImage } from './support/image.ts';
import { checkImage } from './support/image-check.ts';
import { type Ledger, openLedger } from './support/ledger.ts';
import { startWriters } from './support/round.ts';
import { ServerProcess } from './support/server-process.ts';

/** Content of a real run, on which each fault is planted; the judge of the kill rounds has to see every one. */
describe('the judge of the kill rounds', () => {
  let image: Image;
  let ledger: Ledger;

  before(async () => {
    using directory = makeDirectory();
    ledger = openLedger();
    const server = await ServerProcess.start({ dataDirectory: directory.path });
    const writers = startWriters(server.url, ledger, 0);
    // So many that writers, who begin in step, are at different places: somebody was deleted, somebody changed.
    await writers.untilAcknowledged(1500);
    await writers.stop();
    await server.stop();
    image = readSqliteImage(join(directory.path, 'claviger.db'));
  });

  function judge(planted: Partial<Image>): readonly string[] {
    return checkImage({ ...image, ...planted }, ledger, { gaps: 'never' }).findings;
  }

  /** Of a developer: those of apps and companies have a judge of their own. */
  function lastEntry() {
    return image.audit.findLast(({ resource }) => !/\/apps|\/companies/.test(resource));
  }

  function pickRow() {
    const row = image.developers.find(({ email, version }) => !email.startsWith('shared') && version > 1);
    assert.ok(row);
    return row;
  }

  test('finds nothing in a run without a fault', () => {
    assert.deepEqual(judge({}), []);
  });

  test('sees a lost write: row, change and audit entry gone together', () => {
    const row = pickRow();
    const { developers, changes, audit } = image;
    const lost = {
      developers: developers.map((each) => (each === row ? { ...each, version: each.version - 1 } : each)),
      changes: changes
        .filter(({ entity_id, version }) => entity_id !== row.id || version !== row.version)
        .map((change, at) => ({ ...change, sequence: at + 1 })),
      audit: audit.toSpliced(
        audit.findLastIndex(({ resource }) => resource.includes(row.email.toLowerCase())),
        1,
      ),
    };
    assert.notDeepEqual(judge(lost), []);
  });

  test('sees a lost create', () => {
    const row = pickRow();
    assert.notDeepEqual(judge({ developers: image.developers.filter((each) => each !== row) }), []);
  });

  test('sees a half write: a row without its change', () => {
    const last = image.changes.findLastIndex(({ entity_id }) => entity_id === pickRow().id);
    assert.notDeepEqual(judge({ changes: image.changes.toSpliced(last, 1) }), []);
  });

  test('sees a half write: a change without its audit entry', () => {
    const entry = lastEntry();
    assert.notDeepEqual(judge({ audit: image.audit.filter((each) => each !== entry) }), []);
  });

  test('sees a row that mixes two writes', () => {
    const row = pickRow();
    const mixed = image.developers.map((each) => (each === row ? { ...each, last_name: 'of another write' } : each));
    assert.notDeepEqual(judge({ developers: mixed }), []);
  });

  test('sees a deletion undone', () => {
    const change = image.changes.find(({ noun, kind }) => noun === 'developer' && kind === 'delete');
    assert.ok(change);
    const risen = { ...pickRow(), id: change.entity_id, email: 'risen@example.com', version: change.version };
    assert.notDeepEqual(judge({ developers: [...image.developers, risen] }), []);
  });

  test('sees a write that was done twice', () => {
    const entry = lastEntry();
    assert.ok(entry);
    assert.notDeepEqual(judge({ audit: [...image.audit, entry] }), []);
  });

  test('sees a gap, a repetition and a swap in the order of changes', () => {
    const { changes } = image;
    const [first, second] = changes.slice(-2);
    assert.ok(first && second);
    assert.notDeepEqual(judge({ changes: changes.toSpliced(-2, 1) }), []);
    assert.notDeepEqual(judge({ changes: [...changes, second] }), []);
    assert.notDeepEqual(judge({ changes: [...changes.slice(0, -2), second, first] }), []);
  });

  test('sees one attribute lost of those that all writers set at once', () => {
    const shared = image.developers.map((row) => (ledger.shared.has(row.email) ? { ...row, attributes: '[]' } : row));
    assert.notDeepEqual(judge({ developers: shared }), []);
  });
});
