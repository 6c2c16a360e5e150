import { sql } from 'kysely';
import type { DeveloperRow } from './schema.ts';
import { changedStampColumns, stampColumns } from './stamp.ts';
import { defineStatement, insertBeneath, pick } from './statement.ts';

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

/** Members of a company that is gone but not yet swept count as being in none. */
const inNoCompany = sql<boolean>`not exists (select 1 from company_member
  join company on company.id = company_member.company_id where company_member.developer_id = developer.id)`;

export const findByEmail = defineStatement(
  'developer.find-by-email',
  (db, given: { organizationId: string; emailKey: string }) =>
    db
      .selectFrom('developer')
      .select(columns)
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

export const listFrom = defineStatement('developer.list-from', (db, given: PageArgs) =>
  db
    .selectFrom('developer')
    .select(columns)
    .where('organization_id', '=', given.organizationId)
    .where('email_key', '>=', given.key)
    .orderBy('email_key')
    .limit(given.limit),
);

export const listAfter = defineStatement('developer.list-after', (db, given: PageArgs) =>
  db
    .selectFrom('developer')
    .select(columns)
    .where('organization_id', '=', given.organizationId)
    .where('email_key', '>', given.key)
    .orderBy('email_key')
    .limit(given.limit),
);

export const listFromWithoutCompany = defineStatement('developer.list-from-without-company', (db, given: PageArgs) =>
  db
    .selectFrom('developer')
    .select(columns)
    .where('organization_id', '=', given.organizationId)
    .where('email_key', '>=', given.key)
    .where(inNoCompany)
    .orderBy('email_key')
    .limit(given.limit),
);

export const listAfterWithoutCompany = defineStatement('developer.list-after-without-company', (db, given: PageArgs) =>
  db
    .selectFrom('developer')
    .select(columns)
    .where('organization_id', '=', given.organizationId)
    .where('email_key', '>', given.key)
    .where(inNoCompany)
    .orderBy('email_key')
    .limit(given.limit),
);

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

export const insert = defineStatement('developer.insert', insertBeneath<DeveloperRow>('developer', columns));

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
