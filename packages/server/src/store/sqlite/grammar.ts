import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
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

export function createSqliteCompiler(): Compiler {
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  return new Compiler(db, sqliteGrammar);
}
