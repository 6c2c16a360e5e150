import type { Executor } from './engine.ts';
import { defineStatement, type Statement } from './statement.ts';

interface Args {
  readonly ids: readonly string[];
}

function define(table: 'app' | 'company' | 'developer' | 'rate_plan'): Statement<Args, { id: string }> {
  return defineStatement(`${table}.taken-ids`, (db, given: Args, grammar) =>
    db.selectFrom(table).select('id').where(grammar.isIn('id', given.ids)),
  );
}

const statements = {
  app: define('app'),
  company: define('company'),
  developer: define('developer'),
  ratePlan: define('rate_plan'),
};

/** Which of these ids a row of the table has, whatever became of what it hangs on. */
export async function findTakenIds(
  executor: Executor,
  table: keyof typeof statements,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  return new Set((await executor.rows(statements[table], { ids })).map(({ id }) => id));
}
