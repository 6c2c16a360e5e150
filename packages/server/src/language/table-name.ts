import { followsTable, isName } from './keyword.ts';
import type { NamedQueries, TableName } from './query-tree.ts';
import { isMark, isWord, refuseToken } from './statement.ts';
import type { Token } from './token.ts';

/** Reads `a.b.c [[AS] alias]`; its range is the names and dots alone. @throws SqlError 42601 */
export function readTableName(tokens: readonly Token[], from: number, named: NamedQueries | undefined): TableName {
  const parts = readNameParts(tokens, from);
  const to = from + parts.length * 2 - 1;
  const called = isMark(tokens[to], '(');
  const alias = called ? undefined : readAlias(tokens, to);
  return { from, to, parts, alias, called, listed: false, named };
}

/** The names of `a.b.c`. @throws SqlError 42601 where none begins */
function readNameParts(tokens: readonly Token[], from: number): Token[] {
  const parts: Token[] = [];
  let at = from;
  do {
    const part = tokens[at];
    if (!isTablePart(part)) throw refuseToken(part);
    parts.push(part);
    at += 2;
  } while (isMark(tokens[at - 1], '.'));
  return parts;
}

function readAlias(tokens: readonly Token[], at: number): Token | undefined {
  const next = tokens[at];
  if (isWord(next, 'as')) return tokens[at + 1];
  return isTableAlias(next) ? next : undefined;
}

/** Whether a table's alias stands here, without AS before it. */
export function isTableAlias(token: Token | undefined): token is Token {
  return isTablePart(token) && !followsTable(token);
}

/** SQLite takes strings for names where nothing else can stand. */
function isTablePart(token: Token | undefined): token is Token {
  return token?.kind === 'string' || isName(token);
}
