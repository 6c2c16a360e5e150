import { type RawBuilder, sql } from 'kysely';
import { appIsLive } from './live.ts';
import type { CredentialRow } from './schema.ts';
import { changedStampColumns, stampColumns } from './stamp.ts';
import { defineStatement, type Grammar, pick } from './statement.ts';

const settingColumns = [
  'status',
  'products',
  'attributes',
  'scopes',
  'issued_at',
  'expires_at',
  'successor_id',
  'rotation_mark',
] as const;
const shownColumns = ['id', 'organization_id', 'app_id', 'sealed', ...settingColumns, ...stampColumns] as const;
const columns = [...shownColumns, 'lookup_hash'] as const;
/** The organization's say on secrets goes with each row, so that no reader can forget to ask for it. */
const secretHidden = sql`(select secrets_shown_once from organization
  where organization.id = credential.organization_id) as secret_hidden`;
const shownColumnsOf = sql.join(shownColumns.map((column) => sql.ref(`credential.${column}`)));
const shown = sql.join([shownColumnsOf, secretHidden]);

/** What a credential is read from. */
export type ShownRow = Pick<CredentialRow, (typeof shownColumns)[number]> & { readonly secret_hidden: number | null };
/** The same with its place among those of its app. */
export type PlacedRow = ShownRow & Pick<CredentialRow, 'ordinal'>;
/** What it is written from. The engine gives it its ordinal. */
export type WrittenRow = Pick<CredentialRow, (typeof columns)[number]>;

/** What an update writes: key and secret stay as they were issued. */
export type SettingRow = Omit<WrittenRow, 'lookup_hash' | 'sealed'> & { expected: number };

interface LookupArgs {
  readonly organizationId: string;
  readonly lookupHash: string;
}

export const findByLookup = defineStatement('credential.find-by-lookup', (db, given: LookupArgs) =>
  sql<ShownRow>`select ${shown} from credential join app on app.id = credential.app_id
    where credential.organization_id = ${given.organizationId} and credential.lookup_hash = ${given.lookupHash}
      and ${appIsLive}`.compile(db),
);

export const find = defineStatement('credential.find', (db, given: { organizationId: string; id: string }) =>
  sql<ShownRow>`select ${shown} from credential join app on app.id = credential.app_id
    where credential.id = ${given.id} and credential.organization_id = ${given.organizationId}
      and ${appIsLive}`.compile(db),
);

export interface ExpiringArgs {
  readonly organizationId: string;
  readonly to: number;
  /** The walk begins after this expiry and id. */
  readonly at: number;
  readonly id: string;
}

/** The partial index `credential_by_expiry` from where the walk begins. */
function expiring({ organizationId, to, at, id }: ExpiringArgs): RawBuilder<unknown> {
  return sql`credential join app on app.id = credential.app_id
    where credential.organization_id = ${organizationId} and credential.expires_at is not null
      and credential.expires_at < ${to} and (credential.expires_at, credential.id) > (${at}, ${id}) and ${appIsLive}`;
}

export const listExpiring = defineStatement(
  'credential.list-expiring',
  (db, given: ExpiringArgs & { readonly limit: number }) =>
    sql<ShownRow>`select ${shown} from ${expiring(given)}
      order by credential.expires_at, credential.id limit ${given.limit}`.compile(db),
);

export const countExpiring = defineStatement('credential.count-expiring', (db, given: ExpiringArgs) =>
  sql<{ credentials: number }>`select count(*) as credentials from ${expiring(given)}`.compile(db),
);

/**
 * Of an app that was just read, so that nobody has to ask whether it is there. Without an order: SQLite would sort whole
 * rows, since the index does not hold the id, and who asks sorts a few.
 */
export const listOfApp = defineStatement('credential.list-of-app', (db, given: { appId: string }) =>
  sql<PlacedRow>`select ${shownColumnsOf}, organization.secrets_shown_once as secret_hidden, credential.ordinal
    from credential join organization on organization.id = credential.organization_id
    where credential.app_id = ${given.appId}`.compile(db),
);

export const listOfApps = defineStatement(
  'credential.list-of-apps',
  (db, given: { appIds: readonly string[] }, grammar: Grammar) =>
    sql<ShownRow>`select ${shown} from ${grammar.each(given.appIds)} as named
      join app on app.id = named.value join credential on credential.app_id = app.id
      where ${appIsLive}
      order by app.id, credential.issued_at desc, credential.ordinal desc, credential.id desc`.compile(db),
);

export const countOfApp = defineStatement('credential.count-of-app', (db, given: { appId: string }) =>
  sql<{ credentials: number }>`select count(*) as credentials from app
    join credential on credential.app_id = app.id
    where app.id = ${given.appId} and ${appIsLive}`.compile(db),
);

export const findUse = defineStatement(
  'credential.find-use',
  (db, given: { organizationId: string; product: string }) =>
    sql<{ app_id: string }>`select credential_product.app_id from credential_product
    join app on app.id = credential_product.app_id
    where credential_product.organization_id = ${given.organizationId}
      and credential_product.product = ${given.product} and ${appIsLive} limit 1`.compile(db),
);

/** Holds organization and app, as `insertBeneath` does; the owner may go, and takes the app along. */
export const insert = defineStatement('credential.insert', (db, given: WrittenRow, grammar) => {
  const names = sql.join([...columns.map((column) => sql.ref(column)), sql.ref('ordinal')]);
  const values = sql.join(columns.map((column) => sql.val(given[column])));
  return sql`insert into credential (${names})
    select ${values}, (select coalesce(max(ordinal), 0) + 1 from credential where app_id = ${given.app_id})
    from organization, app where organization.id = ${given.organization_id} and app.id = ${given.app_id}
    ${grammar.keyShare} on conflict do nothing`.compile(db);
});

/**
 * The same for the first one of an app that this transaction inserted, and that is held by that, with its organization.
 * Nothing has to be looked up: half the price.
 */
export const insertFirst = defineStatement('credential.insert-first', (db, given: WrittenRow) => {
  const names = sql.join([...columns.map((column) => sql.ref(column)), sql.ref('ordinal')]);
  const values = sql.join(columns.map((column) => sql.val(given[column])));
  return sql`insert into credential (${names}) values (${values}, 1) on conflict do nothing`.compile(db);
});

/** Who has the key, live or not. */
export const findHolder = defineStatement('credential.find-holder', (db, given: LookupArgs) =>
  db
    .selectFrom('credential')
    .leftJoin('app', 'app.id', 'credential.app_id')
    .select(['credential.id', sql<number | null>`case when ${appIsLive} then 1 else 0 end`.as('live')])
    .where('credential.organization_id', '=', given.organizationId)
    .where('credential.lookup_hash', '=', given.lookupHash),
);

export const update = defineStatement('credential.update', (db, given: SettingRow) =>
  db
    .updateTable('credential')
    .set(pick(given, [...settingColumns, ...changedStampColumns]))
    .where('id', '=', given.id)
    .where('version', '=', given.expected),
);

export const remove = defineStatement('credential.delete', (db, given: { id: string; expected: number }) =>
  db.deleteFrom('credential').where('id', '=', given.id).where('version', '=', given.expected),
);

export const removeDead = defineStatement('credential.delete-dead', (db, given: { id: string }) =>
  db.deleteFrom('credential').where('id', '=', given.id),
);

export interface ProductArgs {
  readonly organizationId: string;
  readonly appId: string;
  readonly id: string;
  readonly names: readonly string[];
}

export const insertProducts = defineStatement('credential.insert-products', (db, given: ProductArgs, grammar) =>
  sql`insert into credential_product (organization_id, product, app_id, credential_id)
    select ${given.organizationId}, value, ${given.appId}, ${given.id} from ${grammar.each(given.names)} as named
    where true on conflict do nothing`.compile(db),
);

/** The same for one, as most keys have it: a list costs as much to read as the row to write. */
export const insertProduct = defineStatement(
  'credential.insert-product',
  (db, given: Omit<ProductArgs, 'names'> & { name: string }) =>
    sql`insert into credential_product (organization_id, product, app_id, credential_id)
      values (${given.organizationId}, ${given.name}, ${given.appId}, ${given.id}) on conflict do nothing`.compile(db),
);

export const removeOtherProducts = defineStatement(
  'credential.delete-other-products',
  (db, given: ProductArgs, grammar) =>
    sql`delete from credential_product where credential_id = ${given.id}
      and not ${grammar.isIn('product', given.names)}`.compile(db),
);

export const removeProducts = defineStatement('credential.delete-products', (db, given: { id: string }) =>
  db.deleteFrom('credential_product').where('credential_id', '=', given.id),
);
