import type { Token } from './token.ts';

/** A piece of a statement as it was written, but that its parameters stand in it as `?N`. */
export interface Piece {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Where it begins in the statement, in UTF-16 units from 0. */
  readonly position: number;
}

/** What a statement works on. */
export interface Target {
  /** Parts of its name: `google`, `apigee`, `developers`. */
  readonly parts: readonly Token[];
  /** The name as it was written. */
  readonly text: string;
  /** What expressions call it. */
  readonly alias: string;
  readonly position: number;
}

export interface Assignment {
  readonly column: string;
  readonly value: Piece;
  readonly position: number;
}

/** One of what RETURNING asks for. */
export interface Returned {
  /** `'*'`: whatever there is; a name: that column, `expression` is it; undefined: to be worked out. */
  readonly column: string | undefined;
  readonly expression: Piece;
  /** What it is called in the answer. */
  readonly name: string;
}

interface Common {
  /** `WITH a AS (…)` before it: queries that those within may name. */
  readonly named: Piece | undefined;
  readonly target: Target;
  /** Empty: nothing is returned. */
  readonly returning: readonly Returned[];
  /** How many parameters the statement takes. */
  readonly parameters: number;
}

export interface InsertMutation extends Common {
  readonly kind: 'insert';
  /** What becomes of a row that is there already. */
  readonly conflict: 'refuse' | 'replace' | 'ignore';
  readonly columns: readonly { readonly name: string; readonly position: number }[];
  readonly source: { readonly rows: readonly (readonly Piece[])[] } | { readonly query: Piece };
}

/** `replace`: what is not named is emptied. */
export interface UpdateMutation extends Common, Condition {
  readonly kind: 'update' | 'replace';
  readonly set: readonly Assignment[];
  readonly from: Piece | undefined;
}

export interface DeleteMutation extends Common, Condition {
  readonly kind: 'delete';
}

export interface Condition {
  readonly where: Piece | undefined;
  /** The condition where it is equalities of plain values alone. */
  readonly equalities: readonly Assignment[] | undefined;
  /** ORDER BY and LIMIT. */
  readonly tail: Piece | undefined;
}

export interface ExecMutation {
  readonly kind: 'exec';
  /** The method is the last. */
  readonly target: Target;
  readonly arguments: readonly Assignment[];
  /** `@@json` */
  readonly json: Piece | undefined;
  readonly parameters: number;
}

export type Mutation = InsertMutation | UpdateMutation | DeleteMutation | ExecMutation;
