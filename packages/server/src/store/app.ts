import { sql } from 'kysely';
import type { AppRecord, AppWriter } from '../ports/store.ts';
import type { Executor } from './engine.ts';
import { requireOrganization } from './owner.ts';
import type { AppRow } from './schema.ts';
import { defineStatement, insertBeneath } from './statement.ts';

export const appNames = defineStatement('app.names', (db, given: { ownerId: string; limit: number }) =>
  db.selectFrom('app').select('name').where('owner_id', '=', given.ownerId).orderBy('name').limit(given.limit),
);

/**
 * The walk of each owner ends at his last name to be shown, so that an owner of very many apps costs no more than
 * another.
 */
export const appNamesOfMany = defineStatement(
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

const insert = defineStatement(
  'app.insert',
  insertBeneath<AppRow>('app', ['id', 'organization_id', 'owner_id', 'name', 'version']),
);

/** Rows of apps. */
export class AppTable implements AppWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async insert({ id, organizationId, ownerId, name }: AppRecord): Promise<boolean> {
    const row = { id, organization_id: organizationId, owner_id: ownerId, name, version: 1 };
    if ((await this.#executor.run(insert, row)) === 1) return true;
    await requireOrganization(this.#executor, organizationId);
    return false;
  }
}
