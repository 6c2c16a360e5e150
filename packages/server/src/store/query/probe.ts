import { DatabaseSync } from 'node:sqlite';
import type { SqlColumn, SqlResource, SqlType } from '../../domain/sql-resource.ts';
import { keyLookup, sqlResources } from '../../domain/sql-resource-table.ts';
import { hideViewNames } from '../../language/view-name.ts';
import type { QueryColumn } from '../../ports/query.ts';
import type { ViewDefinition } from './frame.ts';
import { registerFunctions } from './function.ts';
import { quoteIdentifier } from './view-scope.ts';

/** Columns of a statement, as far as a name and a type can be told of each. */
export class ShapeProbe {
  readonly #database: DatabaseSync;

  /** Tables of resources without a row, whose columns are declared by our types: what comes of one keeps its type. */
  constructor(register: (database: DatabaseSync) => void) {
    this.#database = new DatabaseSync(':memory:', { allowExtension: false });
    registerFunctions(this.#database);
    register(this.#database);
  }

  /** @throws Error as SQLite says it */
  describe(text: string, views: readonly ViewDefinition[]): QueryColumn[] {
    for (const { resource, name } of views)
      this.#database.exec(`create table ${quoteIdentifier(name)} (${columnsOf(resource)})`);
    try {
      return this.#database
        .prepare(text)
        .columns()
        .map(({ name, type }) => ({ name: hideViewNames(name), type: parseType(type) }));
    } finally {
      for (const { name } of views) this.#database.exec(`drop table if exists ${quoteIdentifier(name)}`);
    }
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
