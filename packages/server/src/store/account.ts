import type { Account, AccountStatus, AccountToken } from '../domain/account.ts';
import { keyOfEmail } from '../domain/developer.ts';
import type { AccountReader, AccountSecrets, AccountWriter, Page, TokenSecrets } from '../ports/store.ts';
import {
  find,
  findByEmail,
  findOtherByEmail,
  findToken,
  insert,
  insertToken,
  listAfter,
  listFrom,
  listTokenSecrets,
  listTokens,
  remove,
  removeToken,
  setTokenVerifier,
  setVerifier,
  update,
} from './account-statement.ts';
import { type Executor, Rerun } from './engine.ts';
import type { AccountRow, AccountTokenRow } from './schema.ts';
import { fromStamp, toStamp } from './stamp.ts';

/** Rows of accounts and of the tokens made for them by hand. */
export class AccountTable implements AccountReader, AccountWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async findByEmail(emailKey: string): Promise<(Account & AccountSecrets) | undefined> {
    const row = await this.#executor.first(findByEmail, { emailKey });
    return row && toAccountWithSecrets(row);
  }

  async find(id: string): Promise<(Account & AccountSecrets) | undefined> {
    const row = await this.#executor.first(find, { id });
    return row && toAccountWithSecrets(row);
  }

  async list({ from, after, limit }: Page): Promise<Account[]> {
    const statement = after === undefined ? listFrom : listAfter;
    const rows = await this.#executor.rows(statement, { key: after ?? from ?? '', limit });
    return rows.map(toAccount);
  }

  async findToken(hash: string): Promise<AccountToken | undefined> {
    const row = await this.#executor.first(findToken, { hash });
    return row && toAccountToken(row);
  }

  async listTokens(accountId: string): Promise<AccountToken[]> {
    return (await this.#executor.rows(listTokens, { accountId })).map(toAccountToken);
  }

  async listTokenSecrets(accountId: string): Promise<(AccountToken & TokenSecrets)[]> {
    const rows = await this.#executor.rows(listTokenSecrets, { accountId });
    return rows.map((row) => ({ ...toAccountToken(row), scramVerifier: row.scram_verifier ?? undefined }));
  }

  async insert(account: Account & AccountSecrets): Promise<boolean> {
    return (await this.#executor.run(insert, fromAccount(account))) === 1;
  }

  async update(account: Account & AccountSecrets): Promise<boolean> {
    const row = fromAccount(account);
    if ((await this.#executor.run(update, { ...row, expected: account.version - 1 })) === 1) return true;
    if ((await this.#executor.first(findOtherByEmail, row)) === undefined) throw new Rerun('account');
    return false;
  }

  async delete({ id, version }: Account): Promise<void> {
    if ((await this.#executor.run(remove, { id, expected: version })) === 0) throw new Rerun('account');
  }

  async insertToken(token: AccountToken, hash: string, scramVerifier?: string | undefined): Promise<void> {
    const row = { ...fromAccountToken(token), hash, scram_verifier: scramVerifier ?? null };
    await this.#executor.run(insertToken, row);
  }

  async setVerifier({ id, passwordVersion }: Account, scramVerifier: string): Promise<void> {
    await this.#executor.run(setVerifier, { id, password_version: passwordVersion, scram_verifier: scramVerifier });
  }

  async setTokenVerifier(hash: string, scramVerifier: string): Promise<void> {
    await this.#executor.run(setTokenVerifier, { hash, scram_verifier: scramVerifier });
  }

  async deleteToken({ id }: AccountToken): Promise<void> {
    if ((await this.#executor.run(removeToken, { id })) === 0) throw new Rerun('account-token');
  }
}

function toAccount(row: Omit<AccountRow, 'password_hash' | 'scram_verifier'>): Account {
  return {
    id: row.id,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    status: row.status as AccountStatus,
    sysadmin: row.sysadmin === 1,
    passwordVersion: row.password_version,
    ...toStamp(row),
  };
}

function toAccountWithSecrets(row: AccountRow): Account & AccountSecrets {
  return {
    ...toAccount(row),
    passwordHash: row.password_hash ?? undefined,
    scramVerifier: row.scram_verifier ?? undefined,
  };
}

function fromAccount(account: Account & AccountSecrets): AccountRow {
  return {
    id: account.id,
    email: account.email,
    email_key: keyOfEmail(account.email),
    first_name: account.firstName,
    last_name: account.lastName,
    status: account.status,
    sysadmin: account.sysadmin ? 1 : 0,
    password_version: account.passwordVersion,
    password_hash: account.passwordHash ?? null,
    scram_verifier: account.scramVerifier ?? null,
    ...fromStamp(account),
  };
}

function toAccountToken(row: Omit<AccountTokenRow, 'hash' | 'scram_verifier'>): AccountToken {
  return {
    id: row.id,
    accountId: row.account_id,
    label: row.label,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at ?? undefined,
  };
}

function fromAccountToken(token: AccountToken): Omit<AccountTokenRow, 'hash' | 'scram_verifier'> {
  return {
    id: token.id,
    account_id: token.accountId,
    label: token.label,
    created_at: token.createdAt,
    created_by: token.createdBy,
    expires_at: token.expiresAt ?? null,
    version: 1,
  };
}
