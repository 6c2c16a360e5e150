import { type RawBuilder, sql } from 'kysely';
import type { AppFilter } from '../ports/key-store.ts';
import { appIsLive } from './live.ts';
import type { AppRow } from './schema.ts';
import { changedStampColumns, stampColumns } from './stamp.ts';
import { defineStatement, defineVariants, type Grammar, insertBeneath, pick, type Statement } from './statement.ts';

const settingColumns = ['status', 'callback_url', 'attributes', 'scopes', 'app_family'] as const;
const columns = [
  'id',
  'organization_id',
  'owner_kind',
  'owner_id',
  'name',
  ...settingColumns,
  ...stampColumns,
] as const;
const shownColumns = sql.join(columns.map((column) => sql.ref(`app.${column}`)));

export const find = defineStatement('app.find', (db, given: { organizationId: string; id: string }) =>
  db
    .selectFrom('app')
    .select(columns)
    .where('id', '=', given.id)
    .where('organization_id', '=', given.organizationId)
    .where(appIsLive),
);

export const findByName = defineStatement('app.find-by-name', (db, given: { ownerId: string; name: string }) =>
  db
    .selectFrom('app')
    .select(columns)
    .where('owner_id', '=', given.ownerId)
    .where('name', '=', given.name)
    .where(appIsLive),
);

/** The owner's row is read, and with it the organization's was: that the app is live needs no further look. */
export const findOfDeveloper = defineStatement(
  'app.find-of-developer',
  (db, given: { organizationId: string; emailKey: string; name: string }) =>
    sql<AppRow & { owner_name: string }>`select ${shownColumns}, developer.email as owner_name
      from developer join app on app.owner_id = developer.id
      where developer.organization_id = ${given.organizationId} and developer.email_key = ${given.emailKey}
        and app.name = ${given.name} and app.owner_kind = 'developer'`.compile(db),
);

export const listOfOwnerFrom = defineStatement(
  'app.list-of-owner-from',
  (db, given: { ownerId: string; key: string; limit: number }) =>
    db
      .selectFrom('app')
      .select(columns)
      .where('owner_id', '=', given.ownerId)
      .where('name', '>=', given.key)
      .where(appIsLive)
      .orderBy('name')
      .limit(given.limit),
);

export const listOfOwnerAfter = defineStatement(
  'app.list-of-owner-after',
  (db, given: { ownerId: string; key: string; limit: number }) =>
    db
      .selectFrom('app')
      .select(columns)
      .where('owner_id', '=', given.ownerId)
      .where('name', '>', given.key)
      .where(appIsLive)
      .orderBy('name')
      .limit(given.limit),
);

export type FilterArgs = AppFilter & { readonly organizationId: string };
export type ListArgs = FilterArgs & { readonly key: string; readonly limit: number };

type Conditions = {
  readonly [Member in keyof AppFilter]-?: (
    given: { readonly [Name in keyof AppFilter]-?: NonNullable<AppFilter[Name]> },
    grammar: Grammar,
  ) => RawBuilder<boolean> | undefined;
};

const conditions: Conditions = {
  ownerKind: (given) => sql<boolean>`app.owner_kind = ${given.ownerKind}`,
  ownerId: (given) => sql<boolean>`app.owner_id = ${given.ownerId}`,
  name: (given) => sql<boolean>`app.name = ${given.name}`,
  status: (given) => sql<boolean>`app.status = ${given.status}`,
  keyStatus: (given) =>
    sql<boolean>`exists (select 1 from credential where credential.app_id = app.id and credential.status = ${given.keyStatus})`,
  // Decides where the walk goes: see below.
  apiProduct: () => undefined,
  ids: (given, grammar) => grammar.isIn('app.id', given.ids),
  appFamily: (given) => sql<boolean>`app.app_family = ${given.appFamily}`,
};
/** The members as the names of statements tell them, which are short by necessity. */
const labels: Readonly<Record<keyof AppFilter, string>> = {
  ownerKind: 'kind',
  ownerId: 'owner',
  name: 'name',
  status: 'status',
  keyStatus: 'key',
  apiProduct: 'product',
  ids: 'ids',
  appFamily: 'family',
};
const members = Object.keys(labels) as (keyof AppFilter)[];

/** Names the members that are given: one statement for each set of them. */
export function variantOf(filter: AppFilter): string {
  return members
    .filter((member) => filter[member] !== undefined)
    .map((member) => labels[member])
    .join('-');
}

export const listFrom = defineVariants((variant) => defineList('from', variant));
export const listAfter = defineVariants((variant) => defineList('after', variant));

/** With a product the walk goes over the apps that name it; else over the apps themselves. */
function defineList(start: 'from' | 'after', variant: string): Statement<ListArgs, AppRow> {
  const given = new Set(variant.split('-'));
  const passes = start === 'from' ? sql`>=` : sql`>`;
  return defineStatement(`app.list-${start}${variant && `-${variant}`}`, (db, args: ListArgs, grammar) => {
    const all = sql.join(conditionsOf(given, args, grammar), sql` and `);
    if (!given.has(labels.apiProduct)) {
      return sql<AppRow>`select ${shownColumns} from app
        where ${all} and app.id ${passes} ${args.key} order by app.id limit ${args.limit}`.compile(db);
    }
    return sql<AppRow>`select ${shownColumns} from (${usersOfProduct(args)} and app_id ${passes} ${args.key}) as used
      join app on app.id = used.app_id where ${all} order by used.app_id limit ${args.limit}`.compile(db);
  });
}

export const count = defineVariants((variant) => {
  const given = new Set(variant.split('-'));
  return defineStatement(`app.count${variant && `-${variant}`}`, (db, args: FilterArgs, grammar) => {
    const all = sql.join(conditionsOf(given, args, grammar), sql` and `);
    const source = given.has(labels.apiProduct)
      ? sql`(${usersOfProduct(args)}) as used join app on app.id = used.app_id`
      : sql`app`;
    return sql<{ apps: number }>`select count(*) as apps from ${source} where ${all}`.compile(db);
  });
});

function usersOfProduct(args: FilterArgs): RawBuilder<unknown> {
  return sql`select distinct app_id from credential_product
    where organization_id = ${args.organizationId} and product = ${args.apiProduct}`;
}

function conditionsOf(given: ReadonlySet<string>, args: FilterArgs, grammar: Grammar): RawBuilder<boolean>[] {
  const chosen = members
    .filter((member) => given.has(labels[member]))
    .map((member) => conditions[member](args as Parameters<Conditions['ids']>[0], grammar))
    .filter((condition) => condition !== undefined);
  return [sql<boolean>`app.organization_id = ${args.organizationId}`, ...chosen, appIsLive];
}

/** E-mails of developers and names of companies. */
export const ownerNames = defineStatement('app.owner-names', (db, given: { ids: readonly string[] }, grammar) =>
  sql<{ id: string; name: string }>`select id, email as name from developer where ${grammar.isIn('id', given.ids)}
    union all select id, name from company where ${grammar.isIn('id', given.ids)}`.compile(db),
);

/** Of an owner who was just read, so that nobody has to ask whether he is there: the index alone answers. */
export const names = defineStatement('app.names', (db, given: { ownerId: string; limit: number }) =>
  db.selectFrom('app').select('name').where('owner_id', '=', given.ownerId).orderBy('name').limit(given.limit),
);

/**
 * The same for many. The walk of each owner ends at his last name to be shown, so that an owner of very many apps costs
 * no more than another.
 */
export const namesOfMany = defineStatement(
  'app.names-of-many',
  (db, given: { ownerIds: readonly string[]; limitEach: number }, grammar) =>
    sql<{ owner: string; name: string }>`with owner as materialized (
        select value, (select max(name) from (
          select name from app where owner_id = value order by name limit ${given.limitEach}
        ) as shown) as last from ${grammar.each(given.ownerIds)} as named)
      select owner.value as owner, app.name as name from owner
      join app on app.owner_id = owner.value and app.name <= owner.last
      order by owner.value, app.name`.compile(db),
);

/** The same with whole apps. */
export const listOfOwners = defineStatement(
  'app.list-of-owners',
  (db, given: { ownerIds: readonly string[]; limitEach: number }, grammar) =>
    sql<AppRow>`with owner as materialized (
        select value, (select max(name) from (
          select name from app where owner_id = value order by name limit ${given.limitEach}
        ) as shown) as last from ${grammar.each(given.ownerIds)} as named)
      select ${shownColumns} from owner
      join app on app.owner_id = owner.value and app.name <= owner.last
      where ${appIsLive}
      order by owner.value, app.name`.compile(db),
);

export const insertForDeveloper = defineStatement(
  'app.insert-for-developer',
  insertBeneath<AppRow>('app', columns, [{ table: 'developer', column: 'owner_id' }]),
);
export const insertForCompany = defineStatement(
  'app.insert-for-company',
  insertBeneath<AppRow>('app', columns, [{ table: 'company', column: 'owner_id' }]),
);

/** After an insert that wrote nothing: tells a name that is taken from an owner who is gone. */
export const findTaken = defineStatement('app.find-taken', (db, given: AppRow) =>
  db
    .selectFrom('app')
    .select('id')
    .where('owner_id', '=', given.owner_id)
    .where('name', '=', given.name)
    .where(appIsLive),
);

export const update = defineStatement('app.update', (db, given: AppRow & { expected: number }) =>
  db
    .updateTable('app')
    .set(pick(given, [...settingColumns, ...changedStampColumns]))
    .where('id', '=', given.id)
    .where('version', '=', given.expected),
);

export const remove = defineStatement('app.delete', (db, given: { id: string; expected: number }) =>
  db.deleteFrom('app').where('id', '=', given.id).where('version', '=', given.expected),
);
