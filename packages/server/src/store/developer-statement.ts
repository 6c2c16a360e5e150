import { sql } from 'kysely';
import type { DeveloperMarks, DeveloperRow } from './schema.ts';
import { changedStampColumns, stampColumns } from './stamp.ts';
import { defineInsert, defineStatement, pick, type Statement } from './statement.ts';

const profileColumns = [
  'email',
  'email_key',
  'first_name',
  'last_name',
  'user_name',
  'status',
  'attributes',
  'access_type',
  'app_family',
] as const;
const columns = ['id', 'organization_id', ...profileColumns, ...stampColumns] as const;
const developerColumns = columns.map((column) => `developer.${column}` as const);

interface PageArgs {
  organizationId: string;
  key: string;
  limit: number;
}

/**
 * Members of a company that is gone but not yet swept count as being in none. A single value instead of `exists`, so that
 * PostgreSQL looks by the key and only where the mark says so.
 */
const inNoCompany = sql<boolean>`case developer.may_be_member when 0 then 1 else coalesce((
  select 0 from company_member join company on company.id = company_member.company_id
    where company_member.developer_id = developer.id limit 1), 1) end = 1`;

export const findByEmail = defineStatement(
  'developer.find-by-email',
  (db, given: { organizationId: string; emailKey: string }) =>
    db
      .selectFrom('developer')
      .select(columns)
      .where('organization_id', '=', given.organizationId)
      .where('email_key', '=', given.emailKey),
);

/** Columns cost as much to hand over as the row to find. */
export const identify = defineStatement(
  'developer.identify',
  (db, given: { organizationId: string; emailKey: string }) =>
    db
      .selectFrom('developer')
      .select(['id', 'email'])
      .where('organization_id', '=', given.organizationId)
      .where('email_key', '=', given.emailKey),
);

export const find = defineStatement('developer.find', (db, given: { organizationId: string; id: string }) =>
  db
    .selectFrom('developer')
    .select(columns)
    .where('id', '=', given.id)
    .where('organization_id', '=', given.organizationId),
);

export const listFrom = defineList('list-from', '>=', false);
export const listAfter = defineList('list-after', '>', false);
export const listFromWithoutCompany = defineList('list-from-without-company', '>=', true);
export const listAfterWithoutCompany = defineList('list-after-without-company', '>', true);

function defineList(
  name: string,
  passes: '>=' | '>',
  withoutCompany: boolean,
): Statement<PageArgs, DeveloperRow & DeveloperMarks> {
  return defineStatement(`developer.${name}`, (db, given: PageArgs) =>
    db
      .selectFrom('developer')
      .select([...columns, 'may_own_apps', 'may_be_member'])
      .where('organization_id', '=', given.organizationId)
      .where('email_key', passes, given.key)
      .$if(withoutCompany, (query) => query.where(inNoCompany))
      .orderBy('email_key')
      .limit(given.limit),
  );
}

/** The join leaves out apps whose owner is gone but which are not swept yet. */
export const listByApp = defineStatement(
  'developer.list-by-app',
  (db, given: { organizationId: string; appName: string; limit: number }) =>
    db
      .selectFrom('app')
      .innerJoin('developer', 'developer.id', 'app.owner_id')
      .select(developerColumns)
      .where('app.organization_id', '=', given.organizationId)
      .where('app.name', '=', given.appName)
      .orderBy('developer.email_key')
      .limit(given.limit),
);

/** Two walks instead of an `or`, so that each keeps its index; `union` removes who is named by both. */
export const listByIds = defineStatement(
  'developer.list-by-ids',
  (db, given: { organizationId: string; keys: readonly string[] }, grammar) =>
    db
      .selectFrom('developer')
      .select(columns)
      .where('organization_id', '=', given.organizationId)
      .where(grammar.isIn('email_key', given.keys))
      .union(
        db
          .selectFrom('developer')
          .select(columns)
          // The empty suffix keeps SQLite from walking all of the organization in place of the few that are named.
          .where(sql<boolean>`organization_id || '' = ${given.organizationId}`)
          .where(grammar.isIn('id', given.keys)),
      )
      .orderBy('email_key'),
);

export const findOtherByEmail = defineStatement('developer.find-other-by-email', (db, given: DeveloperRow) =>
  db
    .selectFrom('developer')
    .select('id')
    .where('organization_id', '=', given.organization_id)
    .where('email_key', '=', given.email_key)
    .where('id', '<>', given.id),
);

export const insert = defineInsert<DeveloperRow>('developer.insert', 'developer', columns);

/** Writes nothing where another developer has the e-mail: a violated unique key would end the transaction. */
export const update = defineStatement('developer.update', (db, given: DeveloperRow & { expected: number }) =>
  db
    .updateTable('developer')
    .set(pick(given, [...profileColumns, ...changedStampColumns]))
    .where('id', '=', given.id)
    .where('version', '=', given.expected)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('developer as other')
            .select('other.id')
            .where('other.organization_id', '=', given.organization_id)
            .where('other.email_key', '=', given.email_key)
            .where('other.id', '<>', given.id),
        ),
      ),
    ),
);

export const remove = defineStatement('developer.delete', (db, given: { id: string; expected: number }) =>
  db.deleteFrom('developer').where('id', '=', given.id).where('version', '=', given.expected),
);
