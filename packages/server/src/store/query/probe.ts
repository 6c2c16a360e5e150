import { constants, DatabaseSync } from 'node:sqlite';
import type { SqlColumn, SqlResource, SqlType } from '../../domain/sql-resource.ts';
import { keyLookup, sqlResources } from '../../domain/sql-resource-table.ts';
import { foldName } from '../../language/token.ts';
import { hideViewNames } from '../../language/view-name.ts';
import type { QueryColumn } from '../../ports/query.ts';
import type { ViewDefinition } from './frame.ts';
import { registerFunctions } from './function.ts';
import { quoteIdentifier } from './view-scope.ts';

/** What is known of a statement before it runs. */
export interface Probed {
  readonly columns: readonly QueryColumn[];
  /** Columns that it reads, by view; both in small letters. */
  readonly reads: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Columns of a statement, as far as a name and a type can be told of each, and those that it reads. */
export class ShapeProbe {
  readonly #database: DatabaseSync;
  #reads = new Map<string, Set<string>>();

  /** Tables of resources without a row, whose columns are declared by our types: what comes of one keeps its type. */
  constructor(register: (database: DatabaseSync) => void) {
    this.#database = new DatabaseSync(':memory:', { allowExtension: false });
    registerFunctions(this.#database);
    register(this.#database);
    this.#database.setAuthorizer((code, table, column) => {
      if (code === constants.SQLITE_READ) this.#note(foldName(table ?? ''), foldName(column ?? ''));
      return constants.SQLITE_OK;
    });
  }

  /** @throws Error as SQLite says it */
  describe(text: string, views: readonly ViewDefinition[]): Probed {
    for (const { resource, name } of views)
      this.#database.exec(`create table ${quoteIdentifier(name)} (${columnsOf(resource)})`);
    try {
      this.#reads = new Map(views.map(({ name }) => [foldName(name), new Set()]));
      const columns = this.#database
        .prepare(text)
        .columns()
        .map(({ name, type }) => ({ name: hideViewNames(name), type: parseType(type) }));
      return { columns, reads: this.#reads };
    } finally {
      for (const { name } of views) this.#database.exec(`drop table if exists ${quoteIdentifier(name)}`);
    }
  }

  /** Without a column where rows are only counted. */
  #note(table: string, column: string): void {
    if (column !== '') this.#reads.get(table)?.add(column);
  }
}

const byName: ReadonlyMap<string, SqlResource> = new Map(sqlResources.map((resource) => [resource.name, resource]));
const lookupColumns: readonly Pick<SqlColumn, 'name' | 'type'>[] = ['organizationsId', 'appId', 'consumerKeyHash'].map(
  (name) => ({ name, type: 'text' }),
);

function columnsOf(resource: string): string {
  const columns = resource === keyLookup ? lookupColumns : (byName.get(resource)?.columns ?? []);
  return columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`).join(', ');
}

const types: ReadonlySet<string> = new Set<SqlType>(['text', 'integer', 'real', 'boolean', 'json']);

function parseType(declared: string | null): SqlType | undefined {
  const type = declared?.toLowerCase();
  return type !== undefined && types.has(type) ? (type as SqlType) : undefined;
}
