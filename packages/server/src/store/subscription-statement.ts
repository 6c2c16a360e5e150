import { ownerIsLive } from './live.ts';
import type { SubscriptionRow } from './schema.ts';
import { changedStampColumns, stampColumns } from './stamp.ts';
import { defineStatement, insertBeneath, pick } from './statement.ts';

const columns = [
  'id',
  'organization_id',
  'owner_kind',
  'owner_id',
  'product_id',
  'product',
  'start_time',
  'end_time',
  ...stampColumns,
] as const;

const isLive = ownerIsLive('subscription');

export const find = defineStatement('subscription.find', (db, given: { ownerId: string; id: string }) =>
  db
    .selectFrom('subscription')
    .select(columns)
    .where('id', '=', given.id)
    .where('owner_id', '=', given.ownerId)
    .where(isLive),
);

export const listFrom = defineStatement(
  'subscription.list-from',
  (db, given: { ownerId: string; key: string; limit: number }) =>
    db
      .selectFrom('subscription')
      .select(columns)
      .where('owner_id', '=', given.ownerId)
      .where('id', '>=', given.key)
      .where(isLive)
      .orderBy('id')
      .limit(given.limit),
);

export const listAfter = defineStatement(
  'subscription.list-after',
  (db, given: { ownerId: string; key: string; limit: number }) =>
    db
      .selectFrom('subscription')
      .select(columns)
      .where('owner_id', '=', given.ownerId)
      .where('id', '>', given.key)
      .where(isLive)
      .orderBy('id')
      .limit(given.limit),
);

const product = { table: 'api_product', column: 'product_id' } as const;

export const insertOf = {
  developer: defineStatement(
    'subscription.insert-for-developer',
    insertBeneath<SubscriptionRow>('subscription', columns, [{ table: 'developer', column: 'owner_id' }, product]),
  ),
  company: defineStatement(
    'subscription.insert-for-company',
    insertBeneath<SubscriptionRow>('subscription', columns, [{ table: 'company', column: 'owner_id' }, product]),
  ),
};

export const update = defineStatement('subscription.update', (db, given: SubscriptionRow & { expected: number }) =>
  db
    .updateTable('subscription')
    .set(pick(given, ['start_time', 'end_time', ...changedStampColumns]))
    .where('id', '=', given.id)
    .where('version', '=', given.expected),
);
