import { sql } from 'kysely';
import type { ArchiveItem, StoreArchive } from '../ports/store.ts';
import { MasterKeyMismatch } from '../ports/vault.ts';
import type { Engine, Rebuilder, Snapshot } from './engine.ts';
import { renewEpoch } from './epoch.ts';
import { migrate, newestOf } from './migrations/list.ts';
import type { Migration } from './migrations/migration.ts';
import type { KeyRing } from './organization-key.ts';
import { derivedTableNames, type OrganizationKeyRow, type TableName, tableNames } from './schema.ts';
import { defineStatement, type Statement } from './statement.ts';

const counts: readonly Statement<object, { rows: number }>[] = tableNames.map(countRows);

function countRows(table: TableName): Statement<object, { rows: number }> {
  return defineStatement(`archive.count-${table}`, (db) =>
    sql<{ rows: number }>`select count(*) as rows from ${sql.table(table)}`.compile(db),
  );
}

/** Backup, restore and the move from one engine to the other. */
export class Archive implements StoreArchive {
  readonly #engine: Engine;
  readonly #keys: KeyRing;
  readonly #migrations: readonly Migration[];

  constructor(engine: Engine, keys: KeyRing, migrations: readonly Migration[]) {
    this.#engine = engine;
    this.#keys = keys;
    this.#migrations = migrations;
  }

  async *dump(): AsyncIterable<ArchiveItem> {
    const snapshot = await this.#engine.openSnapshot();
    try {
      let rows = 0;
      yield { kind: 'head', schema: newestOf(this.#migrations), rows: await countAll(snapshot) };
      for (const table of tableNames) {
        for await (const row of snapshot.scan(table)) {
          rows += 1;
          yield { kind: 'row', table, row };
        }
      }
      yield { kind: 'end', rows };
    } finally {
      await snapshot.close();
    }
  }

  load(items: AsyncIterable<ArchiveItem>): Promise<{ rows: number }> {
    return this.#engine.rebuild(async (rebuilder) => {
      const former = await this.#keys.list(rebuilder);
      const rows = await this.#replace(rebuilder, items);
      await migrate(rebuilder, this.#migrations);
      await this.#prepareKeys(rebuilder, former);
      await renewEpoch(rebuilder);
      return { rows };
    });
  }

  /** Secrets are carried sealed: only the master key that sealed them makes anything of them. */
  async #prepareKeys(rebuilder: Rebuilder, former: readonly OrganizationKeyRow[]): Promise<void> {
    try {
      await this.#keys.prepare(rebuilder, former);
    } catch (cause) {
      if (!(cause instanceof MasterKeyMismatch)) throw cause;
      const advice = 'restore it where that one is known (CLAVIGER_MASTER_KEY, CLAVIGER_PREVIOUS_MASTER_KEYS)';
      throw new Error(`its secrets were sealed with another master key: ${advice}`, { cause });
    }
  }

  /** Makes the tables anew as they were at the archive's schema, and fills them. */
  async #replace(rebuilder: Rebuilder, items: AsyncIterable<ArchiveItem>): Promise<number> {
    let rows = 0;
    let state: 'before' | 'within' | 'after' = 'before';
    for await (const item of items) {
      if ((item.kind === 'head') !== (state === 'before')) throw new Error('the archive does not begin with one head');
      if (item.kind === 'head') {
        await this.#recreate(rebuilder, item.schema);
        state = 'within';
      } else if (item.kind === 'row') {
        await rebuilder.insert(item.table, item.row);
        rows += 1;
      } else if (item.rows !== rows) {
        throw new Error(`the archive ends after ${rows} rows and should have ${item.rows}`);
      } else {
        state = 'after';
      }
    }
    if (state !== 'after') throw new Error('the archive is cut off');
    await rebuilder.finish();
    return rows;
  }

  async #recreate(rebuilder: Rebuilder, schema: number): Promise<void> {
    const newest = newestOf(this.#migrations);
    if (schema > newest) {
      throw new Error(`the archive has schema ${schema}, made by a newer claviger; this one knows up to ${newest}`);
    }
    for (const table of ['migration', ...tableNames.toReversed()]) await rebuilder.execute(`drop table ${table}`);
    // Made anew by the migrations, and filled again in the background.
    for (const table of derivedTableNames) await rebuilder.execute(`drop table ${table}`);
    const known = this.#migrations.filter(({ number }) => number <= schema);
    await migrate(rebuilder, known);
  }
}

async function countAll(snapshot: Snapshot): Promise<number> {
  let rows = 0;
  for (const count of counts) rows += (await snapshot.executor.first(count, {}))?.rows ?? 0;
  return rows;
}
