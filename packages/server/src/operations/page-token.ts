import { Problem } from '../domain/problem.ts';

/** A page of a list that is walked by tokens (compat/x.md §1.0, "Paging", 3). */
export interface TokenQuery {
  /** Absent or 0: the largest, which is also what a larger one counts as. */
  readonly pageSize?: number | undefined;
  /** Key of the first entity of the page, inclusive. */
  readonly pageToken?: string | undefined;
}

export interface TokenPage<E> {
  readonly items: readonly E[];
  /** Absent: this is the last page. */
  readonly nextPageToken: string | undefined;
}

/** @throws Problem request.invalid */
export function parsePageSize(pageSize: number | undefined, pageSizeMax: number): number {
  if (pageSize === undefined || pageSize === 0) return pageSizeMax;
  if (pageSize < 0) throw new Problem('request.invalid', { field: 'pageSize', reason: 'is negative' });
  return Math.min(pageSize, pageSizeMax);
}

/**
 * The next page begins with the last entity of this one, which the PHP client counts on: it drops the first of each
 * further page. A page of one could not go on so, and is followed by the next entity.
 * @param rows the page and, where there are more, the first of the next
 */
export function cutPage<E>(rows: readonly E[], pageSize: number, keyOf: (entity: E) => string): TokenPage<E> {
  const items = rows.slice(0, pageSize);
  const next = rows.length <= pageSize ? undefined : rows[pageSize === 1 ? 1 : pageSize - 1];
  return { items, nextPageToken: next && keyOf(next) };
}
