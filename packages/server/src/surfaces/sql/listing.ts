import { refuseToken } from '../../language/statement.ts';
import { quoteName, quoteString } from '../../language/token.ts';
import type { TokenReader } from '../../language/token-reader.ts';
import type { SqlRow } from '../../ports/query.ts';
import { stateTable, textColumns } from './result.ts';
import type { SqlStatement } from './session.ts';
import type { SessionState } from './session-state.ts';

/** A list that SHOW answers; its first column is the one that LIKE looks at. */
export interface Listing {
  readonly columns: readonly string[];
  readonly rows: readonly SqlRow[];
}

/** Answers a list, or what `LIKE '…'` or `WHERE …` leaves of it. @param reader stands after what names the list */
export async function prepareListing(
  listing: Listing,
  reader: TokenReader,
  session: SessionState,
): Promise<SqlStatement> {
  const next = reader.peek();
  if (next === undefined) {
    const columns = textColumns(...listing.columns);
    return stateTable(columns, () => ({ columns, rows: listing.rows }));
  }
  if (reader.takeWord('like')) {
    const pattern = reader.need();
    reader.needEnd();
    if (pattern.kind !== 'string') throw refuseToken(pattern);
    return prepareSelection(
      listing,
      `WHERE ${quoteName(listing.columns[0] ?? '')} LIKE ${quoteString(pattern.value)}`,
      session,
    );
  }
  const rest = reader.needRest();
  if (!/^(?:where|order|limit)\b/i.test(rest)) throw refuseToken(next);
  return prepareSelection(listing, rest, session);
}

/** The engine itself selects, from a list that stands in the query. */
function prepareSelection({ columns, rows }: Listing, rest: string, session: SessionState): Promise<SqlStatement> {
  const named = columns.map((name, at) => `json_extract(value, '$[${at}]') AS ${quoteName(name)}`);
  const list = `SELECT ${named.join(', ')} FROM json_each(${quoteString(JSON.stringify(rows))})`;
  return session.prepare(`WITH shown AS (${list}) SELECT * FROM shown ${rest}`);
}

/** `IN a.b.c` or `FROM a.b.c`; nothing where neither stands. */
export function readPlace(reader: TokenReader): string[] {
  if (!reader.takeWord('in', 'from')) return [];
  return reader.needPath().map(({ value }) => value);
}
