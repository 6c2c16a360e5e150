import { type RawBuilder, sql } from 'kysely';
import type { Executor } from './engine.ts';
import type { SweepRow, TableName } from './schema.ts';
import { defineStatement, type Grammar, pick } from './statement.ts';

type Owner = 'organization' | 'developer' | 'company' | 'app';

interface DependentArgs {
  ownerId: string;
  limit: number;
}

/** Removes up to `limit` rows that hang on an owner; resolves to how many. */
type Step = (executor: Executor, args: DependentArgs) => Promise<number>;

/** Rows of monetization, which a developer and a company have alike. */
const owned = (['subscription', 'monetization_config', 'wallet', 'wallet_credit'] as const).map((table) =>
  dependent(table, 'owner_id'),
);

/** What hangs on a deleted owner, in the order in which it goes. */
const dependents: Readonly<Record<Owner, readonly Step[]>> = {
  organization: [
    dependent('credential_product', 'organization_id'),
    dependent('credential', 'organization_id'),
    dependent('app', 'organization_id'),
    dependent('subscription', 'organization_id'),
    dependent('monetization_config', 'organization_id'),
    dependent('wallet', 'organization_id'),
    dependent('wallet_credit', 'organization_id'),
    dependent('company_member', 'organization_id'),
    dependent('company', 'organization_id'),
    dependent('developer', 'organization_id'),
    dependent('rate_plan', 'organization_id'),
    dependent('api_product_attribute', 'organization_id'),
    dependent('api_product', 'organization_id'),
    dependent('environment', 'organization_id'),
    dependent('role_member', 'organization_id'),
    dependent('role', 'organization_id'),
    dependent('runtime_credential', 'organization_id'),
    dependent('organization_key', 'organization_id'),
    ofScopes('search_posting'),
    ofScopes('search_document'),
    dependent('search_scope', 'organization_id'),
  ],
  developer: [apps, ...owned, dependent('company_member', 'developer_id')],
  company: [apps, ...owned, dependent('company_member', 'company_id')],
  app: [credentialProducts(), dependent('credential', 'app_id')],
};

function dependent(table: TableName, column: string): Step {
  const statement = defineStatement(
    `sweep.${table.replaceAll('_', '-')}-by-${column.replace('_id', '')}`,
    (db, given: DependentArgs, grammar) => {
      const some = sql`select ${sql.ref(grammar.rowAddress)} from ${sql.table(table)}
        where ${sql.ref(column)} = ${given.ownerId} limit ${given.limit}`;
      return removeRows(table, some, grammar).compile(db);
    },
  );
  return (executor, args) => executor.run(statement, args);
}

function removeRows(table: TableName, addresses: RawBuilder<unknown>, grammar: Grammar): RawBuilder<unknown> {
  return sql`delete from ${sql.table(table)} where ${grammar.isAddressIn(sql`(${addresses})`)}`;
}

/** They go before their credentials, through which they are found. */
function credentialProducts(): Step {
  const statement = defineStatement('sweep.credential-product-by-app', (db, given: DependentArgs, grammar) => {
    const address = sql.ref(`credential_product.${grammar.rowAddress}`);
    const some = sql`select ${address} from credential
      join credential_product on credential_product.credential_id = credential.id
      where credential.app_id = ${given.ownerId} limit ${given.limit}`;
    return removeRows('credential_product', some, grammar).compile(db);
  });
  return (executor, args) => executor.run(statement, args);
}

/** They go before the scopes, through which they are found. */
function ofScopes(table: 'search_posting' | 'search_document'): Step {
  const name = `sweep.${table.replaceAll('_', '-')}-by-organization`;
  const statement = defineStatement(name, (db, given: DependentArgs, grammar) => {
    const some = sql`select ${sql.ref(`${table}.${grammar.rowAddress}`)} from search_scope
      join ${sql.table(table)} on ${sql.ref(`${table}.scope_id`)} = search_scope.id
      where search_scope.organization_id = ${given.ownerId} limit ${given.limit}`;
    return removeRows(table, some, grammar).compile(db);
  });
  return (executor, args) => executor.run(statement, args);
}

const appsOf = defineStatement('sweep.apps-of', (db, given: DependentArgs) =>
  db.selectFrom('app').select('id').where('owner_id', '=', given.ownerId).limit(given.limit),
);
const removeApps = defineStatement('sweep.delete-apps', (db, given: { ids: readonly string[] }, grammar) =>
  db.deleteFrom('app').where(grammar.isIn('id', given.ids)),
);
const insertAppJobs = defineStatement('sweep.insert-app-jobs', (db, given: { ids: readonly string[] }, grammar) =>
  sql`insert into sweep (noun, entity_id) select 'app', value from ${grammar.each(given.ids)} as named`.compile(db),
);

/**
 * An app that goes leaves a job of its own. Its removal waits for a credential that is being added to it, so that the
 * job, which comes after, finds that one too.
 */
async function apps(executor: Executor, args: DependentArgs): Promise<number> {
  const ids = (await executor.rows(appsOf, args)).map(({ id }) => id);
  if (ids.length === 0) return 0;
  await executor.run(insertAppJobs, { ids });
  return executor.run(removeApps, { ids });
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
  for (const step of dependents[job.noun]) {
    if (removed === limit) break;
    removed += await step(executor, { ownerId: job.entity_id, limit: limit - removed });
  }
  return removed;
}
