import type { Account } from '../../domain/account.ts';
import type { SqlResource } from '../../domain/sql-resource.ts';
import type { QueryEngine, QueryScope } from '../../ports/query.ts';
import type { CallMethod } from './method-call.ts';

/** What a session works with. */
export interface SessionParts {
  /** Whose rights count. */
  readonly account: Account;
  readonly engine: QueryEngine;
  /**
   * What the account may read now: asked before each query, since rights end in mid-session too.
   * @param account as it is now; absent: it is read
   */
  readonly scope: (account?: Account) => Promise<QueryScope>;
  /** What can be asked for: the same list as the engine's. */
  readonly resources: readonly SqlResource[];
  /** Calls a method of the management API in the account's name. */
  readonly callMethod: CallMethod;
  readonly limits: SessionLimits;
}

export interface SessionLimits {
  /** Of one statement; `SET statement_timeout` only lowers it. */
  readonly timeoutMilliseconds: number;
  /** Rows of one answer. */
  readonly rowsMax: number;
}
