import type { AccountRow, AccountTokenRow } from './schema.ts';
import { changedStampColumns, stampColumns } from './stamp.ts';
import { defineStatement, pick } from './statement.ts';

const profileColumns = [
  'email',
  'email_key',
  'first_name',
  'last_name',
  'status',
  'sysadmin',
  'password_version',
] as const;
const secretColumns = ['password_hash', 'scram_verifier'] as const;
const publicColumns = ['id', ...profileColumns, ...stampColumns] as const;
const columns = [...publicColumns, ...secretColumns] as const;
const tokenColumns = ['id', 'account_id', 'label', 'created_at', 'created_by', 'expires_at', 'version'] as const;

export const findByEmail = defineStatement('account.find-by-email', (db, given: { emailKey: string }) =>
  db.selectFrom('account').select(columns).where('email_key', '=', given.emailKey),
);

export const find = defineStatement('account.find', (db, given: { id: string }) =>
  db.selectFrom('account').select(columns).where('id', '=', given.id),
);

export const listFrom = defineStatement('account.list-from', (db, given: { key: string; limit: number }) =>
  db
    .selectFrom('account')
    .select(publicColumns)
    .where('email_key', '>=', given.key)
    .orderBy('email_key')
    .limit(given.limit),
);

export const listAfter = defineStatement('account.list-after', (db, given: { key: string; limit: number }) =>
  db
    .selectFrom('account')
    .select(publicColumns)
    .where('email_key', '>', given.key)
    .orderBy('email_key')
    .limit(given.limit),
);

export const findOtherByEmail = defineStatement('account.find-other-by-email', (db, given: AccountRow) =>
  db.selectFrom('account').select('id').where('email_key', '=', given.email_key).where('id', '<>', given.id),
);

export const insert = defineStatement('account.insert', (db, given: AccountRow) =>
  db
    .insertInto('account')
    .values(pick(given, columns))
    .onConflict((conflict) => conflict.doNothing()),
);

/** Writes nothing where another account has the e-mail: a violated unique key would end the transaction. */
export const update = defineStatement('account.update', (db, given: AccountRow & { expected: number }) =>
  db
    .updateTable('account')
    .set(pick(given, [...profileColumns, ...secretColumns, ...changedStampColumns]))
    .where('id', '=', given.id)
    .where('version', '=', given.expected)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('account as other')
            .select('other.id')
            .where('other.email_key', '=', given.email_key)
            .where('other.id', '<>', given.id),
        ),
      ),
    ),
);

/** Tokens and role memberships go by their foreign key. */
export const remove = defineStatement('account.delete', (db, given: { id: string; expected: number }) =>
  db.deleteFrom('account').where('id', '=', given.id).where('version', '=', given.expected),
);

export const findToken = defineStatement('account.find-token', (db, given: { hash: string }) =>
  db.selectFrom('account_token').select(tokenColumns).where('hash', '=', given.hash),
);

export const listTokens = defineStatement('account.list-tokens', (db, given: { accountId: string }) =>
  db
    .selectFrom('account_token')
    .select(tokenColumns)
    .where('account_id', '=', given.accountId)
    .orderBy('created_at')
    .orderBy('id'),
);

export const listTokenSecrets = defineStatement('account.list-token-secrets', (db, given: { accountId: string }) =>
  db
    .selectFrom('account_token')
    .select([...tokenColumns, 'scram_verifier'])
    .where('account_id', '=', given.accountId)
    .orderBy('created_at')
    .orderBy('id'),
);

export const insertToken = defineStatement('account.insert-token', (db, given: AccountTokenRow) =>
  db.insertInto('account_token').values(pick(given, [...tokenColumns, 'hash', 'scram_verifier'])),
);

/** Only where the password is the one that the verifier was made of. */
export const setVerifier = defineStatement(
  'account.set-verifier',
  (db, given: { id: string; password_version: number; scram_verifier: string }) =>
    db
      .updateTable('account')
      .set(pick(given, ['scram_verifier']))
      .where('id', '=', given.id)
      .where('password_version', '=', given.password_version),
);

export const setTokenVerifier = defineStatement(
  'account.set-token-verifier',
  (db, given: { hash: string; scram_verifier: string }) =>
    db
      .updateTable('account_token')
      .set(pick(given, ['scram_verifier']))
      .where('hash', '=', given.hash),
);

export const removeToken = defineStatement('account.delete-token', (db, given: { id: string }) =>
  db.deleteFrom('account_token').where('id', '=', given.id),
);
