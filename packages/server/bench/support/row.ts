import type { Workbench } from './workbench.ts';

/** What one row of the table found out. Printed as a line of JSON. */
export interface Finding {
  readonly name: string;
  readonly value: number;
  readonly baseline: number;
  /** What the aim is about: mostly value / baseline; `memory` is judged by its value. */
  readonly ratio: number;
}

/** A finding with what the table on standard error says of it. */
export interface Judged extends Finding {
  readonly aim: Aim;
  /** What `value` and `baseline` count: `requests/s`, `ms`, `MB`. */
  readonly unit: string;
  /** What a reader has to know to believe it: rounds, the disk, why it does not count. */
  readonly note?: string;
}

export type Aim =
  | { readonly kind: 'ratio-at-least'; readonly bound: number }
  | { readonly kind: 'ratio-at-most'; readonly bound: number }
  | { readonly kind: 'value-at-most'; readonly bound: number }
  /** So much above the baseline, in its unit. */
  | { readonly kind: 'difference-at-most'; readonly bound: number };

export interface Row {
  /** Prefix of the names of its findings; what the command line calls it. */
  readonly name: string;
  run(bench: Workbench): Promise<Judged[]>;
}

export function isMet({ aim, ratio, value, baseline }: Judged): boolean {
  if (aim.kind === 'ratio-at-least') return ratio >= aim.bound;
  if (aim.kind === 'difference-at-most') return value - baseline <= aim.bound;
  return (aim.kind === 'ratio-at-most' ? ratio : value) <= aim.bound;
}

/** Three significant digits, so that nobody reads more into a figure than is in it. */
export function round(value: number): number {
  return Number(value.toPrecision(3));
}
