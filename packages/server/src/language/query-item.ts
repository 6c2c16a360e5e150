import { endsOperand, isName, wantsOperand } from './keyword.ts';
import type { Item } from './query-tree.ts';
import { isWord } from './statement.ts';
import type { Token } from './token.ts';

/** Parts an alias from what it names. @param to after the last token of both */
export function readItem(tokens: readonly Token[], from: number, to: number): Item {
  const alias = tokens[to - 1];
  if (to - from < 2 || !canBeAlias(alias)) return { from, to, alias: undefined };
  const before = tokens[to - 2];
  if (isWord(before, 'as')) return { from, to: to - 2, alias };
  return endsExpression(before) ? { from, to: to - 1, alias } : { from, to, alias: undefined };
}

function canBeAlias(token: Token | undefined): token is Token {
  return token?.kind === 'string' || (isName(token) && !endsOperand(token));
}

function endsExpression(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'operator') return token.text === ')';
  return !wantsOperand(token);
}
