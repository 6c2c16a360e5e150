import type { Account } from '../../domain/account.ts';
import type { SessionView } from '../../language/rewriting.ts';
import type { QueryScope } from '../../ports/query.ts';
import type { SqlStatement } from './session.ts';
import type { SessionParts } from './session-part.ts';
import type { Settings } from './setting.ts';

/** What a session holds, and what statements of it use. */
export interface SessionState {
  readonly parts: SessionParts;
  readonly settings: Settings;
  readonly transaction: TransactionNote;
  /** Queries that have a name, by that name folded. */
  readonly views: Map<string, SessionView>;
  /** The organization that USE chose: the only one that is seen. */
  organization: string | undefined;
  /** What the account may read now, of what USE chose. @param account as it is now; absent: it is read */
  scope(account?: Account): Promise<QueryScope>;
  /** Reads a statement within one, e.g. what EXPLAIN or INSERT … SELECT has inside. @throws SqlError */
  prepare(text: string): Promise<SqlStatement>;
}

/** Where a session stands between BEGIN and COMMIT: each statement is done at once, so this only answers clients. */
export interface TransactionNote {
  open: boolean;
  /** Something was changed since it began. */
  changed: boolean;
}
