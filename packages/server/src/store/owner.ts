import { type Executor, Rerun } from './engine.ts';
import { defineStatement } from './statement.ts';

const organizationExists = defineStatement('owner.organization-exists', (db, given: { id: string }) =>
  db.selectFrom('organization').select('id').where('id', '=', given.id),
);

/**
 * After an insert that wrote nothing: tells a key that is taken from an organization that is gone.
 * @throws Rerun where it is gone
 */
export async function requireOrganization(executor: Executor, id: string): Promise<void> {
  if ((await executor.first(organizationExists, { id })) === undefined) throw new Rerun('organization');
}
