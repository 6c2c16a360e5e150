import type { RewrittenQuery } from '../../language/query.ts';
import type { QueryColumn } from '../../ports/query.ts';

/** Types of an answer's columns: what the text says of them, and else what the engine knows. */
export function typeColumns(
  described: readonly QueryColumn[],
  { columns: guessed, compound }: Pick<RewrittenQuery, 'columns' | 'compound'>,
): QueryColumn[] {
  const first = guessed.findIndex(({ star }) => star);
  const last = guessed.findLastIndex(({ star }) => star);
  return described.map(({ name, type }, at) => {
    const fromEnd = guessed.length - (described.length - at);
    const before = first === -1 || at < first ? guessed[at] : undefined;
    const after = last !== -1 && fromEnd > last ? guessed[fromEnd] : undefined;
    // The engine goes by the first of several queries.
    return { name, type: (before ?? after)?.type ?? (compound ? undefined : type) };
  });
}
