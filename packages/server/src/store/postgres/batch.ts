import { sql } from 'kysely';
import type { Executor } from '../engine.ts';
import { defineStatement, type RowShape, type Statement } from '../statement.ts';

/** One row that a work wants to insert. */
export interface RowToInsert {
  readonly statement: Statement<never, unknown>;
  readonly row: object;
}

interface ManyArgs {
  /** JSON: an array of rows. */
  readonly rows: string;
}

const manyOf = new Map<object, Statement<ManyArgs, { id: string }>>();

/**
 * Inserts rows of one and the same statement at once, under the rules of `insertBeneath`: a round trip, and what a
 * statement costs both sides, for all of them together.
 * @returns for each row, in their order, 1 where it was written and 0 where it was not
 */
export async function insertMany(executor: Executor, rows: readonly RowToInsert[]): Promise<number[]> {
  const statement = rows[0] && defineMany(rows[0].statement);
  if (statement === undefined) return [];
  const written = await executor.rows(statement, { rows: JSON.stringify(rows.map(({ row }) => row)) });
  const ids = new Set(written.map(({ id }) => id));
  return rows.map(({ row }) => (ids.has((row as { id: string }).id) ? 1 : 0));
}

function defineMany(single: Statement<never, unknown>): Statement<ManyArgs, { id: string }> | undefined {
  const known = manyOf.get(single);
  if (known !== undefined || single.inserts === undefined) return known;
  const made = buildMany(`${single.name}-many`, single.inserts);
  manyOf.set(single, made);
  return made;
}

/** Owners are looked up row by row, by their index: a join could be planned as a walk of all of them. */
function buildMany(name: string, { table, columns, owners }: RowShape): Statement<ManyArgs, { id: string }> {
  return defineStatement(name, (db, given: ManyArgs, grammar) => {
    const names = sql.join(columns.map((column) => sql.ref(column)));
    const values = sql.join(columns.map((column) => sql.ref(`given.${column}`)));
    const held = owners.map(
      (owner, at) => sql`cross join lateral (select id from ${sql.table(owner.table)}
        where id = ${sql.ref(`given.${owner.column}`)} ${grammar.keyShare}) as ${sql.table(`owner${at}`)}`,
    );
    return sql<{ id: string }>`insert into ${sql.table(table)} (${names}) select ${values}
      from json_populate_recordset(null::${sql.table(table)}, ${given.rows}::json) as given ${sql.join(held, sql` `)}
      on conflict do nothing returning id`.compile(db);
  });
}
