import { splitScript } from '../../language/script.ts';
import { readStatement, refuseToken } from '../../language/statement.ts';
import { queryKind } from './query.ts';
import type { SqlSession, SqlStatement } from './session.ts';
import type { SessionParts } from './session-part.ts';
import type { SessionState } from './session-state.ts';
import type { StatementKind } from './statement-kind.ts';

const ownKinds: readonly StatementKind[] = [queryKind];

/**
 * Begins a conversation of one account.
 * @param others kinds of statements that are asked before the session's own
 */
export function openSession(parts: SessionParts, others: readonly StatementKind[] = []): SqlSession {
  const kinds = [...others, ...ownKinds];
  const prepare = async (text: string): Promise<SqlStatement> => {
    const statement = readStatement(text);
    const kind = kinds.find((each) => each.recognizes(statement, state));
    if (kind === undefined) throw refuseToken(statement.tokens[0]);
    return kind.prepare(statement, state);
  };
  const state: SessionState = { parts, prepare };
  return { split: splitScript, prepare, close: async () => {} };
}
