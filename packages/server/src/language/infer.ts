import type { SqlType } from '../domain/sql-resource.ts';
import { inferExpression } from './infer-expression.ts';
import type { Core, Item } from './query-tree.ts';
import type { Rewriting } from './rewriting.ts';
import { isMark } from './statement.ts';

/** What the text says of a column of the answer. */
export interface GuessedColumn {
  /** It stands for any number of columns: `*`. */
  readonly star: boolean;
  readonly type: SqlType | undefined;
}

/** One for each entry of the outermost list; none where rows do not come from SELECT. */
export function inferColumns(rewriting: Rewriting): GuessedColumn[] {
  const [first, ...others] = rewriting.tree.outermost;
  if (first === undefined) return [];
  return first.items.map((item, at) => {
    if (isMark(rewriting.tokens[item.to - 1], '*')) return { star: true, type: undefined };
    const type = inferItem(rewriting, first, item);
    const agree = others.every((core) => inferItem(rewriting, core, core.items[at]) === type);
    return { star: false, type: agree ? type : undefined };
  });
}

function inferItem(rewriting: Rewriting, core: Core, item: Item | undefined): SqlType | undefined {
  return item === undefined ? undefined : inferExpression(rewriting, core, item);
}
