import { type RawBuilder, sql } from 'kysely';

/**
 * Whether the app's owner and organization are there: what hangs on a deleted one waits to be swept, and is not to be
 * seen. Single values instead of `exists`, so that PostgreSQL looks each up by its key and never reads a whole table.
 */
export const appIsLive: RawBuilder<boolean> = sql<boolean>`case app.owner_kind
    when 'developer' then (select 1 from developer where developer.id = app.owner_id)
    else (select 1 from company where company.id = app.owner_id) end = 1
  and (select 1 from organization where organization.id = app.organization_id) = 1`;

/** The same of what hangs on its organization alone. */
export function organizationIsLive(table: 'api_product' | 'company'): RawBuilder<boolean> {
  return sql<boolean>`(select 1 from organization where organization.id = ${sql.ref(`${table}.organization_id`)}) = 1`;
}
