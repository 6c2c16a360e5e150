import type pg from 'pg';
import type { Snapshot } from '../engine.ts';
import { quoteName } from '../name.ts';
import type { StoredRow } from '../row.ts';
import type { Compiler } from '../statement.ts';
import { PostgresExecutor, queryRows } from './connection.ts';

const rowsPerFetch = 1_000;

/** A read-only transaction that sees one moment. */
export async function beginSnapshot(client: pg.Client, compiler: Compiler): Promise<Snapshot> {
  await queryRows(client, 'begin isolation level repeatable read read only');
  // The moment is that of the first statement.
  await queryRows(client, 'select 1');
  return {
    executor: new PostgresExecutor(client, compiler),
    scan: (table) => scan(client, table),
    close: () => client.end().catch(() => undefined),
  };
}

async function* scan(client: pg.Client, table: string): AsyncIterable<StoredRow> {
  const key = await keyOf(client, table);
  await queryRows(client, `declare archive cursor for select * from ${quoteName(table)} order by ${key}`);
  for (;;) {
    const rows = await queryRows(client, `fetch ${rowsPerFetch} from archive`);
    yield* rows;
    if (rows.length < rowsPerFetch) break;
  }
  await queryRows(client, 'close archive');
}

async function keyOf(client: pg.Client, table: string): Promise<string> {
  const columns = await queryRows(
    client,
    `select attribute.attname as name from pg_index as index
      cross join lateral unnest(index.indkey) with ordinality as part (number, place)
      join pg_attribute as attribute on attribute.attrelid = index.indrelid and attribute.attnum = part.number
      where index.indrelid = $1::regclass and index.indisprimary order by part.place`,
    [table],
  );
  return columns.map(({ name }) => quoteName(String(name))).join(', ');
}
