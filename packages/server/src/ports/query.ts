import type { SqlType } from '../domain/sql-resource.ts';

/**
 * Queries over the plane's content, in SQLite's SQL on every engine. An engine MUST:
 * - show of each resource the rows of the scope's organizations that the scope grants it in, and nothing else of the store,
 *   whatever the text of a query says: it is written by whoever asks;
 * - change nothing;
 * - run queries where they hold up neither API nor verification, and end them when time, rows or memory run out, when they
 *   are cancelled, and when nobody reads them any more;
 * - answer the same on every engine, with text compared bytewise.
 */
export interface QueryEngine {
  /** What a query will answer, without running it. @throws SqlError */
  describe(query: Query): Promise<QueryShape>;
  /**
   * Runs a query. Rows come as they are read: nothing is gathered that is not asked for.
   * @param values by position: the first is `?1`
   * @throws SqlError
   */
  run(query: Query, values: readonly SqlValue[], options: QueryOptions): Promise<QueryCursor>;
  close(): Promise<void>;
}

/** One SELECT, or what else answers rows (`WITH`, `VALUES`, `EXPLAIN QUERY PLAN`), in SQLite's SQL. */
export interface Query {
  /** Parameters are `?1`, `?2`, …; resources stand in it by the names that `views` gives them. */
  readonly text: string;
  /**
   * The name of each resource in this text, by the resource's name: drawn anew for each text (`newViewName`), so that no
   * text can hold one that was not put there by us. An engine MUST take rows of the store through these alone.
   */
  readonly views: Readonly<Record<string, string>>;
  readonly scope: QueryScope;
}

/** What somebody may read. */
export interface QueryScope {
  readonly organizations: readonly QueryGrant[];
}

export interface QueryGrant {
  readonly id: string;
  readonly name: string;
  /** Names of the resources that may be read there. */
  readonly resources: readonly string[];
}

export interface QueryShape {
  readonly columns: readonly QueryColumn[];
  /** How many parameters the text has: the highest number. */
  readonly parameters: number;
}

export interface QueryColumn {
  readonly name: string;
  /** Undefined where nothing is known before a value is there: an expression. */
  readonly type: SqlType | undefined;
}

export interface QueryOptions {
  /** Aborted: the query ends at once, and what waits for it gets SqlError 57014. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMilliseconds: number;
  /** After so many rows SqlError 54000 is thrown. */
  readonly rowsMax: number;
  /** Rows may wait until the time is over: who reads them is no client, and does something with each. */
  readonly mayRest?: boolean | undefined;
}

/** Integers that a number does not hold are bigints. */
export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = readonly SqlValue[];

/** MUST be closed, or read to its end. */
export interface QueryCursor {
  readonly columns: readonly QueryColumn[];
  /** The next rows, at least one; undefined: there are no more. @throws SqlError */
  next(): Promise<readonly SqlRow[] | undefined>;
  /** Frees what runs. May be called at any time, more than once. */
  close(): Promise<void>;
}
