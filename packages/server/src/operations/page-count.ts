import { Problem } from '../domain/problem.ts';

/** What a list takes as its `count`: up to `most`, and `standard` where none is asked for (absent: `most` too). */
export interface CountRule {
  readonly most: number;
  readonly standard?: number | undefined;
}

/**
 * The size of a page. One below 1 or above the largest is refused: to cut it down would read as the last page.
 * @throws Problem request.invalid
 */
export function parseCount(count: number | undefined, { most, standard = most }: CountRule): number {
  if (count === undefined) return standard;
  if (count >= 1 && count <= most) return count;
  throw new Problem('request.invalid', { field: 'count', reason: `takes 1 to ${most}` });
}
