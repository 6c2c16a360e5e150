import type { Account } from '../../domain/account.ts';
import type { ScriptPart } from '../../language/script.ts';
import type { QueryColumn, SqlRow, SqlValue } from '../../ports/query.ts';

export type { ScriptPart };

/**
 * One caller's conversation in SQL: what the command line, HTTP and the PostgreSQL protocol speak through. Statements of a
 * session run one after another.
 */
export interface SqlSession {
  /** Cuts a script into its statements; what can't be cut is one statement, and refused by `prepare`. */
  split(script: string): readonly ScriptPart[];
  /** Reads one statement. @throws SqlError */
  prepare(text: string): Promise<SqlStatement>;
  /** Views, settings and what runs end with it. */
  close(): Promise<void>;
}

export interface SqlStatement {
  /** How many parameters it takes: `$1`, `?`, `?1` and `:name` alike, by position. */
  readonly parameters: number;
  /** Undefined: it answers no rows. */
  readonly columns: readonly QueryColumn[] | undefined;
  /** @throws SqlError */
  run(values: readonly SqlValue[], options: RunOptions): Promise<SqlResult>;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** The session's account, where it was read for this very statement; absent: it is read where its rights count. */
  readonly account?: Account | undefined;
}

/** MUST be closed, or read to its end. */
export interface SqlResult {
  /** Undefined: there are no rows. Types are known at the latest with the first row. */
  readonly columns: readonly QueryColumn[] | undefined;
  /** At least one row; undefined: there are no more. @throws SqlError */
  next(): Promise<readonly SqlRow[] | undefined>;
  /** What was done, as PostgreSQL tags it (`SELECT 3`, `INSERT 0 1`); after the last row. */
  tag(): string;
  /** Sentences for the caller: `The operation was despatched successfully`, what was ignored. */
  readonly notices: readonly string[];
  close(): Promise<void>;
}

/**
 * Begins a conversation with the rights of an account.
 * @param request.organization the only one that it is about; absent: all that the account may see
 * @throws SqlError 3D000 where it may see no such organization
 */
export type OpenSession = (
  account: Account,
  request?: { readonly organization?: string | undefined },
) => Promise<SqlSession>;
