import { sql } from 'kysely';
import { ownerIsLive } from './live.ts';
import type { WalletCreditRow, WalletRow } from './schema.ts';
import { changedStampColumns, stampColumns } from './stamp.ts';
import { defineStatement, insertBeneath, pick } from './statement.ts';

const balanceColumns = [
  'balance_units',
  'balance_nanos',
  'credited_units',
  'credited_nanos',
  'last_credit_at',
] as const;
const ownerColumns = ['organization_id', 'owner_kind', 'owner_id'] as const;
const walletColumns = ['id', ...ownerColumns, 'currency', ...balanceColumns, ...stampColumns] as const;
const creditColumns = [...ownerColumns, 'transaction_id', 'currency', 'units', 'nanos', 'at'] as const;

const developer = { table: 'developer', column: 'owner_id' } as const;
const company = { table: 'company', column: 'owner_id' } as const;

export const list = defineStatement('balance.list-wallets', (db, given: { ownerId: string }) =>
  db
    .selectFrom('wallet')
    .select(walletColumns)
    .where('owner_id', '=', given.ownerId)
    .where(ownerIsLive('wallet'))
    .orderBy('currency'),
);

/** Writes what is there already once more, which holds the row until the transaction ends. */
const hold = sql`(owner_id, currency) do update set owner_kind = excluded.owner_kind`;

export const holdOf = {
  developer: defineStatement(
    'balance.hold-for-developer',
    insertBeneath<WalletRow>('wallet', walletColumns, [developer], hold),
  ),
  company: defineStatement(
    'balance.hold-for-company',
    insertBeneath<WalletRow>('wallet', walletColumns, [company], hold),
  ),
};

export const findHeld = defineStatement('balance.find-held', (db, given: { owner_id: string; currency: string }) =>
  db
    .selectFrom('wallet')
    .select(walletColumns)
    .where('owner_id', '=', given.owner_id)
    .where('currency', '=', given.currency),
);

export const update = defineStatement('balance.update', (db, given: WalletRow & { expected: number }) =>
  db
    .updateTable('wallet')
    .set(pick(given, [...balanceColumns, ...changedStampColumns]))
    .where('id', '=', given.id)
    .where('version', '=', given.expected),
);

export const insertCreditOf = {
  developer: defineStatement(
    'balance.insert-credit-for-developer',
    insertBeneath<WalletCreditRow>('wallet_credit', creditColumns, [developer]),
  ),
  company: defineStatement(
    'balance.insert-credit-for-company',
    insertBeneath<WalletCreditRow>('wallet_credit', creditColumns, [company]),
  ),
};

export const findCredit = defineStatement(
  'balance.find-credit',
  (db, given: { owner_id: string; transaction_id: string }) =>
    db
      .selectFrom('wallet_credit')
      .select(creditColumns)
      .where('owner_id', '=', given.owner_id)
      .where('transaction_id', '=', given.transaction_id),
);
