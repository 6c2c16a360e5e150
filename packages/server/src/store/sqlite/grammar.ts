import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  type QueryId,
  type RootOperationNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { Tables } from '../schema.ts';
import { Compiler, type Grammar } from '../statement.ts';

/** Lists are bound as JSON. One writer means that no row has to be locked. */
const sqliteGrammar: Grammar = {
  isIn: (column, list) => sql<boolean>`${sql.ref(column)} in (select value from json_each(${list}))`,
  each: (list) => sql`(select distinct value from json_each(${list}))`,
  rowAddress: 'rowid',
  isAddressIn: (query) => sql<boolean>`rowid in ${query}`,
  keyShare: sql``,
  skipLocked: sql``,
  storeTime: (ours) => sql<number>`${ours}`,
};

/**
 * SQLite plans a statement anew whenever a parameter is bound that stands alone behind `limit`, since it looks at its
 * value: that costs several times what most of them do. A sum is not looked at.
 */
class SteadyQueryCompiler extends SqliteQueryCompiler {
  override compileQuery(node: RootOperationNode, queryId: QueryId): CompiledQuery {
    const compiled = super.compileQuery(node, queryId);
    return { ...compiled, sql: compiled.sql.replaceAll(/\blimit \?/g, 'limit ? + 0') };
  }
}

export function createSqliteCompiler(): Compiler {
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SteadyQueryCompiler(),
    },
  });
  return new Compiler(db, sqliteGrammar);
}
