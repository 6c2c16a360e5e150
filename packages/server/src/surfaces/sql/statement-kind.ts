import type { Statement } from '../../language/statement.ts';
import type { SqlStatement } from './session.ts';
import type { SessionState } from './session-state.ts';

/** One kind of statement: how it is known, and how it is made ready. */
export interface StatementKind {
  /** Whether it is one of these, by its first words; whether it can be read shows in `prepare`. */
  recognizes(statement: Statement, session: SessionState): boolean;
  /** @throws SqlError */
  prepare(statement: Statement, session: SessionState): SqlStatement | Promise<SqlStatement>;
}

/** A kind that is known by its first word. @param commands in capitals */
export function kindOf(commands: readonly string[], prepare: StatementKind['prepare']): StatementKind {
  return { recognizes: ({ command }) => commands.includes(command), prepare };
}
