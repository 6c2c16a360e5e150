/**
 * A SELECT of SQLite's SQL, as far as somebody has to look into it. What is left out of these types is not read: then
 * there is no tree, and SQLite alone knows what the text means.
 */
export interface Select {
  readonly commons: readonly Common[];
  /** More than one: a compound, whose operators stand between them. */
  readonly cores: readonly Core[];
  readonly order: readonly OrderTerm[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
}

/** `name AS (select)` of WITH. */
export interface Common {
  readonly name: string;
  /** `name (these) AS (select)`. */
  readonly columns: readonly string[];
  readonly select: Select;
}

export type Core = SelectCore | ValuesCore;

export interface ValuesCore {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expression[])[];
}

export interface SelectCore {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly outputs: readonly Output[];
  /** Empty: there is no FROM. */
  readonly sources: readonly Source[];
  readonly where: Expression | undefined;
  readonly groups: readonly Expression[];
  readonly having: Expression | undefined;
}

export type Output =
  | { readonly kind: 'star'; readonly table: string | undefined }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly alias: string | undefined };

export type JoinKind = 'first' | 'cross' | 'inner' | 'left' | 'right' | 'full';

/** One element of FROM, and how it is joined to those before it. */
export interface Source {
  readonly join: JoinKind;
  readonly natural: boolean;
  readonly from:
    | { readonly kind: 'table'; readonly schema: string | undefined; readonly name: string }
    | { readonly kind: 'select'; readonly select: Select }
    | { readonly kind: 'function'; readonly name: string; readonly values: readonly Expression[] }
    | { readonly kind: 'group'; readonly sources: readonly Source[] };
  readonly alias: string | undefined;
  readonly on: Expression | undefined;
  readonly using: readonly string[];
}

export interface OrderTerm {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nulls: 'first' | 'last' | undefined;
}

export type BinaryOperator =
  | 'and'
  | 'or'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'is'
  | 'is not'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | '&'
  | '|'
  | '<<'
  | '>>'
  | '->'
  | '->>';

export type Expression =
  /** Whole numbers are bigints, others numbers. */
  | { readonly kind: 'literal'; readonly value: null | bigint | number | string }
  /** Counted from 1. */
  | { readonly kind: 'parameter'; readonly number: number }
  | { readonly kind: 'column'; readonly table: string | undefined; readonly name: string }
  | { readonly kind: 'unary'; readonly operator: '-' | '+' | '~' | 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | Between
  | Membership
  | Pattern
  | Case
  | Call
  | { readonly kind: 'cast'; readonly operand: Expression }
  | { readonly kind: 'collate'; readonly operand: Expression; readonly collation: string }
  | { readonly kind: 'select'; readonly select: Select; readonly exists: boolean }
  | { readonly kind: 'row'; readonly items: readonly Expression[] };

export interface Between {
  readonly kind: 'between';
  readonly not: boolean;
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
}

export interface Membership {
  readonly kind: 'in';
  readonly not: boolean;
  readonly operand: Expression;
  /** Values, or what else is searched. */
  readonly list: readonly Expression[] | undefined;
  readonly select: Select | undefined;
}

export interface Pattern {
  readonly kind: 'pattern';
  readonly not: boolean;
  readonly operator: 'like' | 'glob' | 'regexp' | 'match';
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escaping: Expression | undefined;
}

export interface Case {
  readonly kind: 'case';
  readonly operand: Expression | undefined;
  readonly branches: readonly { readonly when: Expression; readonly value: Expression }[];
  readonly otherwise: Expression | undefined;
}

export interface Call {
  readonly kind: 'call';
  /** In small letters. */
  readonly name: string;
  readonly values: readonly Expression[];
  readonly star: boolean;
  readonly distinct: boolean;
  /** Expressions of FILTER, OVER and an ORDER BY within; undefined where there is none of these. */
  readonly besides: readonly Expression[] | undefined;
}
