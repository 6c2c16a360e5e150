import type { Token } from './token.ts';

/** What a query's text says of names, as far as names of resources need it: expressions stay as they were written. */
export interface QueryTree {
  /** Every SELECT and VALUES, in the order they begin in. */
  readonly cores: readonly Core[];
  /** The same by the number of the token that each begins with. */
  readonly coreFrom: ReadonlyMap<number, Core>;
  /** Those that the answer's rows are of: more than one where they are united. The first names the columns. */
  readonly outermost: readonly Core[];
  /** Rows of several queries become one's, here or within. */
  readonly compound: boolean;
  /** Every name where a table stands. */
  readonly tables: readonly TableName[];
  /** Of `OFFSET`, `LIMIT ALL` and `FETCH`, where SQLite would not understand them. */
  readonly patches: readonly Patch[];
}

/** Tokens from one (with it) to another (without it), by their numbers. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Core {
  /** Where it begins. */
  readonly from: number;
  /** The query around it, whose columns it may name. */
  readonly outer: Core | undefined;
  readonly items: Item[];
  /** Of its FROM. */
  readonly tables: TableName[];
  /** Sub-queries stand in FROM too: columns may come from there. */
  opaque: boolean;
  where: Range | undefined;
  /** After its last token. */
  to: number;
}

/** One column of a SELECT's list, without its alias. */
export interface Item extends Range {
  readonly alias: Token | undefined;
}

/** A name where a table stands: `google.apigee.developers d`. */
export interface TableName extends Range {
  /** The names between the dots. */
  readonly parts: readonly Token[];
  readonly alias: Token | undefined;
  /** `name(…)`. */
  readonly called: boolean;
  /** `x IN name`: takes no alias. */
  readonly listed: boolean;
  /** What WITH has named here. */
  readonly named: NamedQueries | undefined;
}

export interface NamedQueries {
  readonly names: ReadonlySet<string>;
  readonly outer: NamedQueries | undefined;
}

/** Other words in the place of some tokens. */
export interface Patch extends Range {
  readonly text: string;
}

export function isNamed(named: NamedQueries | undefined, name: string): boolean {
  for (let each = named; each !== undefined; each = each.outer) if (each.names.has(name)) return true;
  return false;
}

export function newCore(from: number, outer: Core | undefined): Core {
  return { from, outer, items: [], tables: [], opaque: false, where: undefined, to: from };
}
