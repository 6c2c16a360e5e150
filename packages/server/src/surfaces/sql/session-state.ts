import type { SqlStatement } from './session.ts';
import type { SessionParts } from './session-part.ts';

/** What a session holds, and what statements of it use. */
export interface SessionState {
  readonly parts: SessionParts;
  /** Reads a statement within one, e.g. what EXPLAIN or INSERT … SELECT has inside. @throws SqlError */
  prepare(text: string): Promise<SqlStatement>;
}
