import { sql } from 'kysely';
import type { CompanyFilter } from '../domain/company.ts';
import { organizationIsLive } from './live.ts';
import type { CompanyMemberRow, CompanyRow } from './schema.ts';
import { changedStampColumns, stampColumns } from './stamp.ts';
import { defineStatement, defineVariants, insertBeneath, pick, type Statement } from './statement.ts';

const settingColumns = ['display_name', 'status', 'attributes', 'channel_id', 'channel_uri', 'email'] as const;
const columns = ['id', 'organization_id', 'name', 'name_key', ...settingColumns, ...stampColumns] as const;
const shown = sql.join(columns.map((column) => sql.ref(column)));
const isLive = organizationIsLive('company');

/** The join leaves out companies that are gone while their memberships wait to be swept. */
export const namesOf = defineStatement('company.names-of', (db, given: { developerId: string }) =>
  db
    .selectFrom('company_member')
    .innerJoin('company', 'company.id', 'company_member.company_id')
    .select('company.name')
    .where('company_member.developer_id', '=', given.developerId)
    .orderBy('company.name'),
);

/** The same for many. */
export const namesOfMany = defineStatement(
  'company.names-of-many',
  (db, given: { developerIds: readonly string[] }, grammar) =>
    db
      .selectFrom('company_member')
      .innerJoin('company', 'company.id', 'company_member.company_id')
      .select(['company_member.developer_id as owner', 'company.name'])
      .where(grammar.isIn('company_member.developer_id', given.developerIds))
      .orderBy('owner')
      .orderBy('company.name'),
);

export const findByName = defineStatement(
  'company.find-by-name',
  (db, given: { organizationId: string; nameKey: string }) =>
    db
      .selectFrom('company')
      .select(columns)
      .where('organization_id', '=', given.organizationId)
      .where('name_key', '=', given.nameKey)
      .where(isLive),
);

export const find = defineStatement('company.find', (db, given: { organizationId: string; id: string }) =>
  db
    .selectFrom('company')
    .select(columns)
    .where('id', '=', given.id)
    .where('organization_id', '=', given.organizationId)
    .where(isLive),
);

export type FilterArgs = CompanyFilter & { readonly organizationId: string };
export type ListArgs = FilterArgs & { readonly key: string; readonly limit: number };

const filterColumns = { status: 'status', channelId: 'channel_id', channelUri: 'channel_uri' } as const;
const members = Object.keys(filterColumns) as (keyof CompanyFilter)[];

/** Names the members that are given: one statement for each set of them. */
export function variantOf(filter: CompanyFilter): string {
  return members.filter((member) => filter[member] !== undefined).join('-');
}

export const listFrom = defineVariants((variant) => defineList('from', variant));
export const listAfter = defineVariants((variant) => defineList('after', variant));

function defineList(start: 'from' | 'after', variant: string): Statement<ListArgs, CompanyRow> {
  const passes = start === 'from' ? sql`>=` : sql`>`;
  return defineStatement(`company.list-${start}${variant && `-${variant}`}`, (db, given: ListArgs) =>
    sql<CompanyRow>`select ${shown} from company where ${passesFilter(variant, given)}
      and name_key ${passes} ${given.key} order by name_key limit ${given.limit}`.compile(db),
  );
}

export const count = defineVariants((variant) =>
  defineStatement(`company.count${variant && `-${variant}`}`, (db, given: FilterArgs) =>
    sql<{ companies: number }>`select count(*) as companies from company
      where ${passesFilter(variant, given)}`.compile(db),
  ),
);

function passesFilter(variant: string, given: FilterArgs) {
  const named = variant.split('-');
  const chosen = members.filter((member) => named.includes(member));
  const conditions = chosen.map((member) => sql`${sql.ref(filterColumns[member])} = ${given[member]}`);
  return sql.join([sql`organization_id = ${given.organizationId}`, ...conditions, isLive], sql` and `);
}

export const listMembersOfMany = defineStatement(
  'company.list-members-of-many',
  (db, given: { companyIds: readonly string[] }, grammar) =>
    db
      .selectFrom('company_member')
      .innerJoin('company', 'company.id', 'company_member.company_id')
      .innerJoin('developer', 'developer.id', 'company_member.developer_id')
      .select(['company_member.company_id', 'company_member.developer_id', 'company_member.roles', 'developer.email'])
      .where(grammar.isIn('company_member.company_id', given.companyIds))
      .where(isLive)
      .orderBy('company_member.company_id')
      .orderBy('developer.email_key'),
);

export const insert = defineStatement('company.insert', insertBeneath<CompanyRow>('company', columns));

export const update = defineStatement('company.update', (db, given: CompanyRow & { expected: number }) =>
  db
    .updateTable('company')
    .set(pick(given, [...settingColumns, ...changedStampColumns]))
    .where('id', '=', given.id)
    .where('version', '=', given.expected),
);

export const remove = defineStatement('company.delete', (db, given: { id: string; expected: number }) =>
  db.deleteFrom('company').where('id', '=', given.id).where('version', '=', given.expected),
);

export const setMember = defineStatement(
  'company.set-member',
  insertBeneath<CompanyMemberRow>(
    'company_member',
    ['organization_id', 'company_id', 'developer_id', 'roles', 'version'],
    [
      { table: 'company', column: 'company_id' },
      { table: 'developer', column: 'developer_id' },
    ],
    sql`(company_id, developer_id) do update set roles = excluded.roles, version = company_member.version + 1`,
  ),
);

export const removeMember = defineStatement(
  'company.remove-member',
  (db, given: { companyId: string; developerId: string }) =>
    db
      .deleteFrom('company_member')
      .where('company_id', '=', given.companyId)
      .where('developer_id', '=', given.developerId),
);

export const removeMembers = defineStatement('company.remove-members', (db, given: { companyId: string }) =>
  db.deleteFrom('company_member').where('company_id', '=', given.companyId),
);
