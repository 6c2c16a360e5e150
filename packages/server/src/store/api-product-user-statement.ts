import { type RawBuilder, sql } from 'kysely';
import { appIsLive } from './live.ts';
import { defineStatement } from './statement.ts';

/** Who names a product: the walks that stand behind `query=list` and `query=count`. */
export interface UserArgs {
  readonly organizationId: string;
  readonly product: string;
}
export interface UserPageArgs extends UserArgs {
  readonly key: string;
  readonly limit: number;
}
export interface KeyPageArgs extends UserArgs {
  readonly appId: string;
  readonly credentialId: string;
  readonly limit: number;
}

/** Uses of the product by apps that are live. */
function usesOf(given: UserArgs): RawBuilder<unknown> {
  return sql`credential_product join app on app.id = credential_product.app_id
    where credential_product.organization_id = ${given.organizationId}
      and credential_product.product = ${given.product} and ${appIsLive}`;
}

const sealedOf = sql`select credential.id, credential.app_id, credential.sealed from credential_product
  join app on app.id = credential_product.app_id
  join credential on credential.id = credential_product.credential_id`;

export interface SealedRow {
  readonly id: string;
  readonly app_id: string;
  readonly sealed: string;
}

export const listKeysFrom = defineStatement('api-product.list-keys-from', (db, given: KeyPageArgs) =>
  sql<SealedRow>`${sealedOf} where credential_product.organization_id = ${given.organizationId}
    and credential_product.product = ${given.product}
    and (credential_product.app_id, credential_product.credential_id) >= (${given.appId}, ${given.credentialId})
    and ${appIsLive}
    order by credential_product.app_id, credential_product.credential_id limit ${given.limit}`.compile(db),
);
export const listKeysAfter = defineStatement('api-product.list-keys-after', (db, given: KeyPageArgs) =>
  sql<SealedRow>`${sealedOf} where credential_product.organization_id = ${given.organizationId}
    and credential_product.product = ${given.product}
    and (credential_product.app_id, credential_product.credential_id) > (${given.appId}, ${given.credentialId})
    and ${appIsLive}
    order by credential_product.app_id, credential_product.credential_id limit ${given.limit}`.compile(db),
);

export const listAppsFrom = defineStatement('api-product.list-apps-from', (db, given: UserPageArgs) =>
  sql<{ name: string }>`select distinct credential_product.app_id as name from ${usesOf(given)}
    and credential_product.app_id >= ${given.key} order by credential_product.app_id limit ${given.limit}`.compile(db),
);
export const listAppsAfter = defineStatement('api-product.list-apps-after', (db, given: UserPageArgs) =>
  sql<{ name: string }>`select distinct credential_product.app_id as name from ${usesOf(given)}
    and credential_product.app_id > ${given.key} order by credential_product.app_id limit ${given.limit}`.compile(db),
);

export const listDevelopersFrom = defineStatement('api-product.list-developers-from', (db, given: UserPageArgs) =>
  sql<{ name: string }>`select distinct app.owner_id as name from ${usesOf(given)}
    and app.owner_kind = 'developer' and app.owner_id >= ${given.key}
    order by app.owner_id limit ${given.limit}`.compile(db),
);
export const listDevelopersAfter = defineStatement('api-product.list-developers-after', (db, given: UserPageArgs) =>
  sql<{ name: string }>`select distinct app.owner_id as name from ${usesOf(given)}
    and app.owner_kind = 'developer' and app.owner_id > ${given.key}
    order by app.owner_id limit ${given.limit}`.compile(db),
);

export const listCompaniesFrom = defineStatement('api-product.list-companies-from', (db, given: UserPageArgs) =>
  sql<{ name: string }>`select name from company where id in (select app.owner_id from ${usesOf(given)}
      and app.owner_kind = 'company')
    and name >= ${given.key} order by name limit ${given.limit}`.compile(db),
);
export const listCompaniesAfter = defineStatement('api-product.list-companies-after', (db, given: UserPageArgs) =>
  sql<{ name: string }>`select name from company where id in (select app.owner_id from ${usesOf(given)}
      and app.owner_kind = 'company')
    and name > ${given.key} order by name limit ${given.limit}`.compile(db),
);

export const countKeys = defineStatement('api-product.count-keys', (db, given: UserArgs) =>
  sql<{ users: number }>`select count(*) as users from ${usesOf(given)}`.compile(db),
);
export const countApps = defineStatement('api-product.count-apps', (db, given: UserArgs) =>
  sql<{ users: number }>`select count(distinct app.id) as users from ${usesOf(given)}`.compile(db),
);
export const countDevelopers = defineStatement('api-product.count-developers', (db, given: UserArgs) =>
  sql<{ users: number }>`select count(distinct app.owner_id) as users from ${usesOf(given)}
    and app.owner_kind = 'developer'`.compile(db),
);
export const countCompanies = defineStatement('api-product.count-companies', (db, given: UserArgs) =>
  sql<{ users: number }>`select count(distinct app.owner_id) as users from ${usesOf(given)}
    and app.owner_kind = 'company'`.compile(db),
);
