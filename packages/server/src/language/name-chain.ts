import { isName, wantsOperand } from './keyword.ts';
import type { Range } from './query-tree.ts';
import { isMark } from './statement.ts';
import type { Token } from './token.ts';

/** `a.b.c`, where an expression names a column. */
export interface NameChain extends Range {
  readonly parts: readonly Token[];
}

/** Reads a name that ends before a token. Undefined: something else does. */
export function readChainBefore(tokens: readonly Token[], to: number): NameChain | undefined {
  let from = to - 1;
  const last = tokens[from];
  if (!isName(last) || (wantsOperand(last) && !isMark(tokens[from - 1], '.'))) return undefined;
  const parts: Token[] = [last];
  for (;;) {
    const before = tokens[from - 2];
    if (!isMark(tokens[from - 1], '.') || !isName(before)) return { from, to, parts: parts.reverse() };
    parts.push(before);
    from -= 2;
  }
}

/** Reads a name that begins at a token, if it is one and no function's. */
export function readChainAt(tokens: readonly Token[], from: number): NameChain | undefined {
  const parts: Token[] = [];
  let at = from;
  for (;;) {
    const part = tokens[at];
    if (!isName(part) || (parts.length === 0 && wantsOperand(part))) return undefined;
    parts.push(part);
    at += 1;
    if (!isMark(tokens[at], '.')) break;
    at += 1;
  }
  return isMark(tokens[at], '(') ? undefined : { from, to: at, parts };
}
