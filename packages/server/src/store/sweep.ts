import { sql } from 'kysely';
import type { Executor } from './engine.ts';
import type { SweepRow, TableName } from './schema.ts';
import { defineStatement, pick, type Statement } from './statement.ts';

type Owner = 'organization' | 'developer';

interface DependentArgs {
  ownerId: string;
  limit: number;
}

/** What hangs on a deleted owner, in the order in which it goes. */
const dependents: Readonly<Record<Owner, readonly Statement<DependentArgs, unknown>[]>> = {
  organization: [
    dependent('app', 'organization_id'),
    dependent('company_member', 'organization_id'),
    dependent('company', 'organization_id'),
    dependent('developer', 'organization_id'),
    dependent('environment', 'organization_id'),
    dependent('role_member', 'organization_id'),
    dependent('role', 'organization_id'),
  ],
  developer: [dependent('app', 'owner_id'), dependent('company_member', 'developer_id')],
};

function dependent(table: TableName, column: string): Statement<DependentArgs, unknown> {
  return defineStatement(`sweep.${table}-by-${column.replace('_id', '')}`, (db, given, grammar) => {
    const some = sql`(select ${sql.ref(grammar.rowAddress)} from ${sql.table(table)}
      where ${sql.ref(column)} = ${given.ownerId} limit ${given.limit})`;
    return sql`delete from ${sql.table(table)} where ${grammar.isAddressIn(some)}`.compile(db);
  });
}

const insertJob = defineStatement('sweep.insert', (db, given: Omit<SweepRow, 'id'>) =>
  db.insertInto('sweep').values(pick(given, ['noun', 'entity_id'])),
);
/**
 * A job that another node holds is passed over, and so is one of a noun that only a newer node knows. `id > 0` makes it
 * a walk of the key.
 */
const takeJob = defineStatement('sweep.take', (db, given: { nouns: readonly string[] }, grammar) =>
  sql<{ id: number; noun: Owner; entity_id: string }>`select id, noun, entity_id from sweep
    where id > 0 and ${grammar.isIn('noun', given.nouns)} order by id limit 1 ${grammar.skipLocked}`.compile(db),
);
const removeJob = defineStatement('sweep.delete', (db, given: { id: number }) =>
  db.deleteFrom('sweep').where('id', '=', given.id),
);

/** Remembers, in the transaction that deletes the owner, that its dependents remain. */
export async function scheduleSweep(executor: Executor, noun: Owner, entityId: string): Promise<void> {
  await executor.run(insertJob, { noun, entity_id: entityId });
}

/**
 * Removes up to `rowsMax` dependents of deleted owners, jobs included. A job goes only when nothing hangs on it any
 * more, so that being stopped between two calls loses nothing.
 */
export async function sweepSome(executor: Executor, rowsMax: number): Promise<number> {
  let left = rowsMax;
  while (left > 0) {
    const job = await executor.first(takeJob, { nouns: Object.keys(dependents) });
    if (job === undefined) break;
    left -= await removeDependents(executor, job, left);
    if (left === 0) break;
    left -= await executor.run(removeJob, { id: job.id });
  }
  return rowsMax - left;
}

async function removeDependents(
  executor: Executor,
  job: { readonly noun: Owner; readonly entity_id: string },
  limit: number,
): Promise<number> {
  let removed = 0;
  for (const statement of dependents[job.noun]) {
    if (removed === limit) break;
    removed += await executor.run(statement, { ownerId: job.entity_id, limit: limit - removed });
  }
  return removed;
}
