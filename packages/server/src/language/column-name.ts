import { isName } from './keyword.ts';
import { readChainAt } from './name-chain.ts';
import type { Item } from './query-tree.ts';
import { findColumn, type Rewriting } from './rewriting.ts';
import { isMark } from './statement.ts';
import { quoteName, type Token } from './token.ts';

/**
 * An expression is called by its text: by that which was written, where another runs.
 * @param text as written
 */
export function keepItemNames({ tokens, tree, edits }: Rewriting, text: string): void {
  const isTouched = edits.readTouched();
  for (const { items } of tree.cores) {
    for (const item of items) {
      const first = tokens[item.from];
      const last = tokens[item.to - 1];
      if (first === undefined || last === undefined || item.alias !== undefined || isColumn(tokens, item)) continue;
      if (isTouched(first.start, last.end))
        edits.close(last.end, ` AS ${quoteName(text.slice(first.start, last.end))}`);
    }
  }
}

/** Names, and all columns (`d.*`). */
function isColumn(tokens: readonly Token[], { from, to }: Item): boolean {
  for (let at = from; at < to; at += 2) {
    if (!isName(tokens[at]) && !isMark(tokens[at], '*')) return false;
    if (at + 1 < to && !isMark(tokens[at + 1], '.')) return false;
  }
  return true;
}

/** Columns answer by the API's names, in its case, however they are written: where they have no other. */
export function spellColumns(rewriting: Rewriting): void {
  const { tokens, tree, edits } = rewriting;
  for (const core of tree.cores) {
    for (const { from, to, alias } of core.items) {
      const chain = alias === undefined ? readChainAt(tokens, from) : undefined;
      const last = chain?.parts.at(-1);
      if (chain?.to !== to || last === undefined) continue;
      const found = findColumn(rewriting, core, { table: chain.parts.at(-2)?.value, column: last.value });
      const name = found?.column.name;
      if (name !== undefined && name !== last.value) edits.replace(last.start, last.end, quoteName(name));
    }
  }
}
