import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { readTask, report } from './host.ts';

/**
 * What `import.bulk` is held against: the rows that the import left, all of them, written once more into an empty store
 * of the same tables and indexes by prepared INSERTs, with as many records to a commit and the same durability. They
 * are read from the other store as they go; nothing is parsed, judged, looked up or encrypted.
 */
export interface BareInsertTask {
  readonly from: string;
  readonly into: string;
  readonly rowsPerCommit: number;
}

const tables = ['api_product', 'developer', 'app', 'credential', 'credential_product', 'change', 'audit'];

const { from, into, rowsPerCommit } = readTask<BareInsertTask>();
const db = new DatabaseSync(into);
db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -65536');
const source = new DatabaseSync(from, { readOnly: true });
for (const table of ['organization', 'organization_key']) db.exec(`delete from ${table}`);
for (const table of ['organization', 'organization_key']) copy(table);

/** In turns, as the import writes them. */
function copyAll(): void {
  const copies = tables.map((table) => open(table));
  for (let left = copies.length; left > 0; ) {
    db.exec('begin immediate');
    left = copies.filter((copyOne) => copyOne()).length;
    db.exec('commit');
  }
}

/** @returns a step that copies its share of a batch and tells whether there is more */
function open(table: string): () => boolean {
  const { count } = source.prepare(`select count(*) as count from "${table}"`).get() as { count: number };
  const { records } = source
    .prepare(
      'select (select count(*) from developer) + (select count(*) from app) + (select count(*) from credential) as records',
    )
    .get() as { records: number };
  const share = Math.ceil((rowsPerCommit * count) / Math.max(1, records));
  const rows = source.prepare(`select * from "${table}" order by rowid`).iterate();
  const insert = prepareInsert(table);
  return () => {
    for (let at = 0; at < share; at++) {
      const { done, value } = rows.next();
      if (done) return false;
      insert(value);
    }
    return true;
  };
}

function copy(table: string): void {
  const insert = prepareInsert(table);
  for (const row of source.prepare(`select * from "${table}"`).all()) insert(row);
}

function prepareInsert(table: string): (row: Record<string, unknown>) => void {
  const columns = source
    .prepare(`select name from pragma_table_info(?)`)
    .all(table)
    .map(({ name }) => String(name));
  const names = columns.map((name) => `"${name}"`).join(', ');
  const insert = db.prepare(`insert into "${table}" (${names}) values (${columns.map(() => '?').join(', ')})`);
  return (row) => insert.run(...columns.map((column) => row[column] as string | number | null));
}

db.exec('delete from change; delete from audit');

/** Begins when it is asked, and answers with the seconds that it took. */
const server = createServer((_request, answer) => {
  const begun = performance.now();
  copyAll();
  answer.end(String((performance.now() - begun) / 1000));
});
server.listen(0, '127.0.0.1', () => {
  report(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
    server.close();
    source.close();
    db.close();
  });
});
