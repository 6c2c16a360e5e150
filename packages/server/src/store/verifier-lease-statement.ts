import { sql } from 'kysely';
import { epochSetting } from './epoch.ts';
import { defineStatement } from './statement.ts';
import type { VerifierLeaseRow } from './verifier-lease-row.ts';

/** `ends_at` of a lease that has no end: beyond all times. */
export const endless = Number.MAX_SAFE_INTEGER;

interface HoldArgs {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly epoch: string;
  readonly applied: number;
  /** Milliseconds; `endless`: for ever. */
  readonly duration: number;
  /** Our clock, for engines without one. */
  readonly now: number;
}

/**
 * 0 rows where another organization has a verifier of that id. What was said is never taken back: neither an end nor,
 * within an epoch, what is applied.
 */
export const hold = defineStatement('verifier-lease.hold', (db, given: HoldArgs, grammar) => {
  const now = grammar.storeTime(given.now);
  const endsAt = sql`case when ${given.duration} >= ${sql.lit(endless)} - ${now} then ${sql.lit(endless)} else ${now} + ${given.duration} end`;
  return sql`insert into verifier_lease (id, organization_id, name, epoch, applied, missed, ends_at, heard_at)
    values (${given.id}, ${given.organizationId}, ${given.name}, ${given.epoch}, ${given.applied}, 0, ${endsAt}, ${now})
    on conflict (id) do update set name = excluded.name, epoch = excluded.epoch, heard_at = excluded.heard_at,
      applied = case when verifier_lease.epoch = excluded.epoch and verifier_lease.applied > excluded.applied
        then verifier_lease.applied else excluded.applied end,
      ends_at = case when verifier_lease.ends_at > excluded.ends_at then verifier_lease.ends_at else excluded.ends_at end
    where verifier_lease.organization_id = excluded.organization_id`.compile(db);
});

export const findEnd = defineStatement('verifier-lease.find-end', (db, given: { id: string }) =>
  db.selectFrom('verifier_lease').select('ends_at').where('id', '=', given.id),
);

/**
 * For PostgreSQL alone. `said`: JSON, an array of rows with `id`, `epoch` and `applied`. Answers those that it found and
 * that nobody else writes: who waited for a row here could be waited for by a group of writes, in a circle.
 */
export const acknowledge = defineStatement('verifier-lease.acknowledge', (db, given: { said: string }, grammar) => {
  const now = grammar.storeTime(0);
  return sql<{ id: string; remaining: number }>`update verifier_lease set epoch = given.epoch, heard_at = ${now},
      applied = case when verifier_lease.epoch = given.epoch
        then greatest(verifier_lease.applied, given.applied) else given.applied end
    from (select held.id, said.epoch, said.applied
      from json_populate_recordset(null::verifier_lease, ${given.said}::json) as said
      join verifier_lease as held on held.id = said.id for update of held skip locked) as given
    where verifier_lease.id = given.id
    returning verifier_lease.id, verifier_lease.ends_at - ${now} as remaining`.compile(db);
});

/** Passes over rows that are being written at the moment, for the same reason. */
export const miss = defineStatement(
  'verifier-lease.miss',
  (db, given: { ids: readonly string[]; sequence: number }, grammar) =>
    sql`update verifier_lease set missed = ${given.sequence}
      where id in (select held.id from verifier_lease as held
        where ${grammar.isIn('held.id', given.ids)} ${grammar.skipLocked}) and missed < ${given.sequence}`.compile(db),
);

export const remove = defineStatement('verifier-lease.delete', (db, given: { id: string }) =>
  db.deleteFrom('verifier_lease').where('id', '=', given.id),
);

export interface ListedRow extends VerifierLeaseRow {
  /** The store's epoch, and its time. */
  readonly epoch_now: string;
  readonly now: number;
}

const standing = sql`(select value from setting where name = ${sql.lit(epochSetting)}) as epoch_now`;

export const listOf = defineStatement(
  'verifier-lease.list-of',
  (db, given: { organizationIds: readonly string[]; now: number }, grammar) =>
    sql<ListedRow>`select verifier_lease.*, ${standing}, ${grammar.storeTime(given.now)} as now from verifier_lease
      where ${grammar.isIn('organization_id', given.organizationIds)}`.compile(db),
);

/** `ends_at >= 0` makes it a walk of an index. */
export const listAll = defineStatement('verifier-lease.list-all', (db, given: { now: number }, grammar) =>
  sql<ListedRow>`select verifier_lease.*, ${standing}, ${grammar.storeTime(given.now)} as now from verifier_lease
    where ends_at >= 0`.compile(db),
);

interface EndedArgs {
  readonly now: number;
  /** Milliseconds since they ended, at least. */
  readonly grace: number;
  /** Those that are known to be held nevertheless. */
  readonly held: readonly string[];
  readonly limit: number;
}

/** A time that is read once, in a query of its own, may be looked up in an index. */
export const removeEnded = defineStatement('verifier-lease.delete-ended', (db, given: EndedArgs, grammar) => {
  const some = sql`select ${sql.ref(grammar.rowAddress)} from verifier_lease
    where ends_at < (select ${grammar.storeTime(given.now)}) - ${given.grace} and not ${grammar.isIn('id', given.held)}
    limit ${given.limit} ${grammar.skipLocked}`;
  return sql`delete from verifier_lease where ${grammar.isAddressIn(sql`(${some})`)}`.compile(db);
});

/** Those without an end, of organizations that are gone, and that were not heard for as long. */
export const removeOrphans = defineStatement('verifier-lease.delete-orphans', (db, given: EndedArgs, grammar) => {
  const some = sql`select ${sql.ref(grammar.rowAddress)} from verifier_lease
    where ends_at = ${sql.lit(endless)} and heard_at < ${grammar.storeTime(given.now)} - ${given.grace}
      and organization_id <> '' and not ${grammar.isIn('id', given.held)}
      and not exists (select 1 from organization where organization.id = verifier_lease.organization_id)
    limit ${given.limit} ${grammar.skipLocked}`;
  return sql`delete from verifier_lease where ${grammar.isAddressIn(sql`(${some})`)}`.compile(db);
});
