import { isName } from './keyword.ts';
import { isProviderPath } from './resource-name.ts';
import type { Rewriting } from './rewriting.ts';
import { isMark, isWord } from './statement.ts';
import { foldName, type Token } from './token.ts';

/** Says in SQLite's words what PostgreSQL and StackQL have words of their own for. */
export function rewriteWords(rewriting: Rewriting): void {
  const { tokens, edits } = rewriting;
  tokens.forEach((token, at) => {
    if (isMark(tokens[at - 1], '.')) return;
    if (isWord(token, 'ilike')) edits.replace(token.start, token.end, 'LIKE');
    else if (isNow(tokens, at)) edits.replace(token.start, tokens[at + 2]?.end ?? token.end, 'CURRENT_TIMESTAMP');
    else shortenName(rewriting, at);
  });
}

/** `now()` */
function isNow(tokens: readonly Token[], at: number): boolean {
  return isWord(tokens[at], 'now') && isMark(tokens[at + 1], '(') && isMark(tokens[at + 2], ')');
}

/** `google.apigee.developers.email` is `developers.email`. */
function shortenName({ tokens, edits }: Rewriting, at: number): void {
  const path: string[] = [];
  let next = at;
  for (let token = tokens[next]; isName(token) && isMark(tokens[next + 1], '.'); token = tokens[next]) {
    path.push(foldName(token.value));
    next += 2;
  }
  // What is left is the table; the column follows it.
  path.pop();
  const first = tokens[at];
  const table = tokens[next - 2];
  if (path.length === 0 || !isProviderPath(path) || first === undefined || table === undefined) return;
  edits.replace(first.start, table.start, '');
}
