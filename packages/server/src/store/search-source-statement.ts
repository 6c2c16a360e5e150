import { type RawBuilder, sql } from 'kysely';
import { appIsLive } from './live.ts';
import type { AppRow, CredentialRow } from './schema.ts';
import { stampColumns } from './stamp.ts';
import { defineStatement, type Grammar, type Statement } from './statement.ts';

interface Ids {
  readonly ids: readonly string[];
}
interface Walk {
  readonly mark: string;
  readonly limit: number;
}
/** The empty suffix keeps SQLite from walking all of the organization in place of the few that are named. */
function inOrganization(table: 'app' | 'credential', organizationId: string): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(`${table}.organization_id`)} || '' = ${organizationId}`;
}

interface Within extends Ids {
  readonly organizationId: string;
}

/** All entities by id, to build the index from. */
export const walks: Readonly<Record<'developer' | 'app' | 'credential', Statement<Walk, { id: string }>>> = {
  developer: defineStatement('search.walk-developers', (db, given: Walk) =>
    db.selectFrom('developer').select('id').where('id', '>', given.mark).orderBy('id').limit(given.limit),
  ),
  app: defineStatement('search.walk-apps', (db, given: Walk) =>
    db.selectFrom('app').select('id').where('id', '>', given.mark).orderBy('id').limit(given.limit),
  ),
  credential: defineStatement('search.walk-credentials', (db, given: Walk) =>
    db.selectFrom('credential').select('id').where('id', '>', given.mark).orderBy('id').limit(given.limit),
  ),
};

const developerColumns = [
  'id',
  'organization_id',
  'email',
  'first_name',
  'last_name',
  'user_name',
  'status',
  'attributes',
] as const;
export const readDevelopers = defineStatement('search.read-developers', (db, given: Ids, grammar) =>
  db.selectFrom('developer').select(developerColumns).where(grammar.isIn('id', given.ids)),
);

export type AppSource = Pick<AppRow, 'id' | 'organization_id' | 'owner_id' | 'name' | 'status' | 'attributes'>;

export const readApps = defineStatement('search.read-apps', (db, given: Ids, grammar) =>
  sql<AppSource>`select app.id, app.organization_id, app.owner_id, app.name, app.status, app.attributes
    from ${grammar.each(given.ids)} as named join app on app.id = named.value where ${appIsLive}`.compile(db),
);

/** Products on the keys of each app, as the keys hold them. */
export const readProducts = defineStatement('search.read-products', (db, given: Ids, grammar) =>
  db.selectFrom('credential').select(['app_id', 'products']).where(grammar.isIn('app_id', given.ids)),
);

export interface CredentialSource {
  readonly id: string;
  readonly organization_id: string;
  readonly app_id: string;
  readonly owner_id: string;
  readonly status: string;
  readonly products: string;
  readonly attributes: string;
}

export const readCredentials = defineStatement('search.read-credentials', (db, given: Ids, grammar) =>
  sql<CredentialSource>`select credential.id, credential.organization_id, credential.app_id, app.owner_id,
      credential.status, credential.products, credential.attributes
    from ${grammar.each(given.ids)} as named
    join credential on credential.id = named.value join app on app.id = credential.app_id
    where ${appIsLive}`.compile(db),
);

/** From the developer's apps to the product, never the other way: SQLite keeps the order of a cross join. */
export const findHolders = defineStatement('search.find-holders', (db, given: Within & { product: string }, grammar) =>
  sql<{ id: string }>`select named.value as id from ${grammar.each(given.ids)} as named
      where exists (select 1 from app cross join credential_product
        where app.owner_id = named.value and app.owner_kind = 'developer'
          and credential_product.organization_id = ${given.organizationId}
          and credential_product.product = ${given.product} and credential_product.app_id = app.id)`.compile(db),
);

const appColumns = [
  'id',
  'organization_id',
  'owner_kind',
  'owner_id',
  'name',
  'status',
  'callback_url',
  'attributes',
  'scopes',
  'app_family',
  ...stampColumns,
] as const;

export type FoundAppRow = AppRow & { readonly owner_name: string };

const ownerColumns = (columns: Readonly<Record<'developer' | 'company', string>>): RawBuilder<unknown> =>
  sql`case app.owner_kind
    when 'developer' then (select ${sql.ref(columns.developer)} from developer where developer.id = app.owner_id)
    else (select ${sql.ref(columns.company)} from company where company.id = app.owner_id) end`;
const ownerName = ownerColumns({ developer: 'developer.email', company: 'company.name' });
const ownerStatus = ownerColumns({ developer: 'developer.status', company: 'company.status' });

export const findApps = defineStatement('search.find-apps', (db, given: Within, grammar: Grammar) =>
  sql<FoundAppRow>`select ${qualify('app', appColumns)}, ${ownerName} as owner_name
    from ${grammar.each(given.ids)} as named join app on app.id = named.value
    where ${inOrganization('app', given.organizationId)} and ${appIsLive}`.compile(db),
);

const credentialColumns = [
  'id',
  'organization_id',
  'app_id',
  'status',
  'products',
  'attributes',
  'scopes',
  'issued_at',
  'expires_at',
  ...stampColumns,
] as const;

export type FoundCredentialRow = Pick<CredentialRow, (typeof credentialColumns)[number]> & {
  readonly app_name: string;
  readonly app_status: string;
  readonly owner_kind: string;
  readonly owner_id: string;
  readonly owner_name: string;
  readonly owner_status: string;
};

export const findCredentials = defineStatement('search.find-credentials', (db, given: Within, grammar: Grammar) =>
  sql<FoundCredentialRow>`select ${qualify('credential', credentialColumns)}, app.name as app_name,
      app.status as app_status, app.owner_kind, app.owner_id, ${ownerName} as owner_name,
      ${ownerStatus} as owner_status
    from ${grammar.each(given.ids)} as named
    join credential on credential.id = named.value join app on app.id = credential.app_id
    where ${inOrganization('credential', given.organizationId)} and ${appIsLive}`.compile(db),
);

function qualify(table: string, columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql.ref(`${table}.${column}`)));
}
