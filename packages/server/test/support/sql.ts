import assert from 'node:assert/strict';
import type { Account } from '../../src/domain/account.ts';
import { SqlError } from '../../src/language/sql-error.ts';
import { withoutSecrets } from '../../src/operations/authentication.ts';
import type { SqlValue } from '../../src/ports/query.ts';
import type { SqlSession } from '../../src/surfaces/sql/session.ts';
import { adminEmail, type TestServer } from './server.ts';

/** What a statement did. */
export interface Done {
  readonly tag: string;
  readonly notices: readonly string[];
  /** By the columns' names. */
  readonly rows: readonly Record<string, SqlValue>[];
  /** Undefined: there are no rows. */
  readonly columns: readonly { readonly name: string; readonly type: string | undefined }[] | undefined;
}

/** Sessions of SQL over a server that runs. */
export interface SqlWorld {
  /** As the administrator. */
  run(text: string, ...values: readonly SqlValue[]): Promise<Done>;
  /** As somebody who has an account. */
  runAs(email: string, text: string, ...values: readonly SqlValue[]): Promise<Done>;
  /** A session that stays the same. */
  open(email?: string): Promise<SqlSession>;
}

export function openSqlWorld({ plane, sql }: TestServer): SqlWorld {
  const open = async (email = adminEmail) => sql.openSession(await findAccount(plane, email));
  const runAs = async (email: string, text: string, ...values: readonly SqlValue[]) =>
    runStatement(await open(email), text, values);
  return {
    open,
    runAs,
    run: (text, ...values) => runAs(adminEmail, text, ...values),
  };
}

async function findAccount(plane: TestServer['plane'], email: string): Promise<Account> {
  const account = await plane.store.accounts.findByEmail(email);
  assert.ok(account, `no account ${email}`);
  return withoutSecrets(account);
}

export async function runStatement(session: SqlSession, text: string, values: readonly SqlValue[]): Promise<Done> {
  const statement = await session.prepare(text);
  const result = await statement.run(values, {});
  const rows: Record<string, SqlValue>[] = [];
  for (let page = await result.next(); page !== undefined; page = await result.next()) {
    const names = result.columns?.map(({ name }) => name) ?? [];
    rows.push(...page.map((row) => Object.fromEntries(row.map((value, at) => [names[at] ?? '', value]))));
  }
  await result.close();
  return { tag: result.tag(), notices: result.notices, rows, columns: result.columns };
}

/** What a statement was refused with. */
export async function refusalOf(done: Promise<Done>): Promise<SqlError> {
  const { error } = await done.then(
    ({ tag }) => ({ error: new Error(`it was done: ${tag}`) }),
    (reason: unknown) => ({ error: reason }),
  );
  if (error instanceof SqlError) return error;
  throw error;
}
