import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely';
import type { Tables } from '../schema.ts';
import { type Compiled, Compiler, type Grammar } from '../statement.ts';

/** Lists are bound as arrays. */
const postgresGrammar: Grammar = {
  isIn: (column, list) => sql<boolean>`${sql.ref(column)} = any(${list}::text[])`,
  each: (list) => sql`(select distinct value from unnest(${list}::text[]) as element (value))`,
  rowAddress: 'ctid',
  // As an array the addresses are fetched one by one; as a subquery they would be joined to the whole table.
  isAddressIn: (query) => sql<boolean>`ctid = any (array ${query})`,
  keyShare: sql`for key share`,
  skipLocked: sql`for update skip locked`,
  storeTime: () => sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
};

export function createPostgresCompiler(onCompiled?: (compiled: Compiled) => void): Compiler {
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return new Compiler(db, postgresGrammar, onCompiled);
}
