import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import { prepareInCatalog } from './catalog-statement.ts';
import type { Conversation } from './conversation.ts';
import { readOwnStatement } from './own-statement.ts';
import { prepareInSession } from './session-statement.ts';
import type { WireStatement } from './wire-statement.ts';

export interface StatementRequest {
  readonly text: string;
  readonly name: string;
  readonly givenTypes: readonly number[];
}

/** Makes one statement ready, by whoever answers it: the connection, the catalog, or the session. @throws SqlError */
export async function prepareStatement(talk: Conversation, request: StatementRequest): Promise<WireStatement> {
  const { session, catalog, columnTypes } = talk.parts;
  const { text } = request;
  const own = readOwnStatement(text, {
    desk: talk.desk,
    text,
    isInTransaction: talk.transaction.status !== 'I',
    discardSession: async () => {
      const discarded = await (await session.prepare('DISCARD ALL')).run([], {});
      await discarded.close();
    },
    prepare: (inner) => prepareStatement(talk, { ...request, text: inner }),
  });
  if (own !== undefined) return own;
  if (catalog?.handles(text)) return prepareInCatalog(catalog, request);
  return prepareInSession(session, columnTypes, request);
}

/** The one statement of a text; undefined: there is none. @throws SqlError 42601 */
export function findOnly(talk: Conversation, text: string): { text: string; position: number } | undefined {
  const parts = talk.parts.session.split(text);
  if (parts.length > 1) {
    throw new SqlError(sqlStates.syntax, 'cannot insert multiple commands into a prepared statement');
  }
  return parts[0];
}
