import { ownerIsLive } from './live.ts';
import type { MonetizationConfigRow } from './schema.ts';
import { changedStampColumns, stampColumns } from './stamp.ts';
import { defineStatement, insertBeneath, pick } from './statement.ts';

const columns = ['organization_id', 'owner_kind', 'owner_id', 'billing_type', ...stampColumns] as const;

export const find = defineStatement('monetization-config.find', (db, given: { ownerId: string }) =>
  db
    .selectFrom('monetization_config')
    .select(columns)
    .where('owner_id', '=', given.ownerId)
    .where(ownerIsLive('monetization_config')),
);

export const insertOf = {
  developer: defineStatement(
    'monetization-config.insert-for-developer',
    insertBeneath<MonetizationConfigRow>('monetization_config', columns, [{ table: 'developer', column: 'owner_id' }]),
  ),
  company: defineStatement(
    'monetization-config.insert-for-company',
    insertBeneath<MonetizationConfigRow>('monetization_config', columns, [{ table: 'company', column: 'owner_id' }]),
  ),
};

export const update = defineStatement(
  'monetization-config.update',
  (db, given: MonetizationConfigRow & { expected: number }) =>
    db
      .updateTable('monetization_config')
      .set(pick(given, ['billing_type', ...changedStampColumns]))
      .where('owner_id', '=', given.owner_id)
      .where('version', '=', given.expected),
);
