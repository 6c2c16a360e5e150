import { sql } from 'kysely';
import type { Executor } from './engine.ts';
import { defineStatement, type Statement } from './statement.ts';

interface Args {
  readonly ids: readonly string[];
}

/**
 * An entity that took the id of one whose dependents still wait to be swept would have them come alive again, and then
 * lose its own to the sweep. The walk over waiting jobs is short: they are done in the order in which they came.
 */
function define(table: 'app' | 'company' | 'developer' | 'rate_plan'): Statement<Args, { id: string }> {
  return defineStatement(`${table}.taken-ids`, (db, given: Args, grammar) =>
    sql<{ id: string }>`select id from ${sql.table(table)} where ${grammar.isIn('id', given.ids)}
      union all
      select entity_id as id from sweep where sweep.id > 0 and ${grammar.isIn('entity_id', given.ids)}`.compile(db),
  );
}

const statements = {
  app: define('app'),
  company: define('company'),
  developer: define('developer'),
  ratePlan: define('rate_plan'),
};

/** Which of these ids can't be given to a new row of the table. */
export async function findTakenIds(
  executor: Executor,
  table: keyof typeof statements,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  return new Set((await executor.rows(statements[table], { ids })).map(({ id }) => id));
}
