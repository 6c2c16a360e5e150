import { type RawBuilder, sql } from 'kysely';

/**
 * Whether the owner and the organization of a row are there: what hangs on a deleted one waits to be swept, and is not
 * to be seen. Single values instead of `exists`, so that PostgreSQL looks each up by its key and never reads a whole
 * table.
 */
export function ownerIsLive(table: 'app' | 'wallet' | 'monetization_config' | 'subscription'): RawBuilder<boolean> {
  const of = (column: string) => sql.ref(`${table}.${column}`);
  return sql<boolean>`case ${of('owner_kind')}
    when 'developer' then (select 1 from developer where developer.id = ${of('owner_id')})
    else (select 1 from company where company.id = ${of('owner_id')}) end = 1
  and (select 1 from organization where organization.id = ${of('organization_id')}) = 1`;
}

export const appIsLive: RawBuilder<boolean> = ownerIsLive('app');

/** The same of what hangs on its organization alone. */
export function organizationIsLive(
  table: 'api_product' | 'company' | 'developer' | 'runtime_credential',
): RawBuilder<boolean> {
  return sql<boolean>`(select 1 from organization where organization.id = ${sql.ref(`${table}.organization_id`)}) = 1`;
}
