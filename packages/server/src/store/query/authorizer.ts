import { constants } from 'node:sqlite';
import { allowedFunctions } from './function-name.ts';
import { openKeyFunction, openSecretFunction } from './view-app.ts';

/** What the statement that is being compiled may take its rows from: names of its own views. */
export interface Allowance {
  readonly views: ReadonlySet<string>;
}

/** As SQLite asks: what, two words that say more, in which database, and by which view. */
type AuthorizerQuestion = readonly [
  code: number,
  first: string | null,
  second: string | null,
  database: string | null,
  accessor: string | null,
];

export interface Authorizer {
  /** For `DatabaseSync.setAuthorizer`. */
  readonly decide: (...question: AuthorizerQuestion) => number;
  /** Undefined: the process itself is at work, and may do everything. */
  allow(allowance: Allowance | undefined): void;
  /** What was refused since something was allowed: SQLite's own message names tables of the store. */
  refusal(): Refusal | undefined;
}

export type Refusal =
  | { readonly kind: 'table'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'action' };

/** Tables that are made of what a query itself says. */
const valueTables: ReadonlySet<string> = new Set(['json_each', 'json_tree']);

/** Of no use to any view. */
const closedTables: ReadonlySet<string> = new Set([
  'account_token',
  'organization_key',
  'setting',
  'runtime_credential',
]);
const closedColumns: ReadonlySet<string> = new Set(['password_hash', 'scram_verifier', 'password_version', 'hash']);
const innerFunctions: ReadonlySet<string> = new Set([openKeyFunction, openSecretFunction]);

/**
 * Decides what a text of somebody may do: read views of its own, call functions that are listed, recur. SQLite names the
 * view by which a table is reached (`accessor`); views have names that no text can hold (language/view-name.ts), or a CTE
 * of that name would pass for one.
 */
export function createAuthorizer(): Authorizer {
  let allowance: Allowance | undefined;
  let refusal: Refusal | undefined;
  const refuse = (reason: Refusal): number => {
    refusal ??= reason;
    return constants.SQLITE_DENY;
  };
  return {
    allow(next) {
      allowance = next;
      if (next !== undefined) refusal = undefined;
    },
    refusal: () => refusal,
    decide(...[code, first, second, database, accessor]) {
      if (allowance === undefined) return constants.SQLITE_OK;
      const ours = accessor !== null && allowance.views.has(accessor);
      switch (code) {
        case constants.SQLITE_SELECT:
        case constants.SQLITE_RECURSIVE:
          return constants.SQLITE_OK;
        case constants.SQLITE_FUNCTION:
          return mayCall(second ?? '', ours) ? constants.SQLITE_OK : refuse({ kind: 'function', name: second ?? '' });
        case constants.SQLITE_READ: {
          const read = { table: first ?? '', column: second ?? '', database };
          if (ours ? mayViewRead(read) : mayTextRead(read, allowance)) return constants.SQLITE_OK;
          return refuse({ kind: 'table', name: read.table });
        }
        default:
          return refuse({ kind: 'action' });
      }
    },
  };
}

interface Read {
  readonly table: string;
  /** Empty: none of its columns, as of `count(*)`. */
  readonly column: string;
  readonly database: string | null;
}

function mayViewRead({ table, column }: Read): boolean {
  return !closedTables.has(table) && !closedColumns.has(column) && !table.startsWith('sqlite_');
}

/**
 * Without a column and a database SQLite says the same of a CTE and of a table. Of the tables, those of the store are
 * hidden behind empty views (process.ts), and SQLite's own have names that give them away.
 */
function mayTextRead({ table, column, database }: Read, { views }: Allowance): boolean {
  if (views.has(table) || valueTables.has(table)) return true;
  if (column !== '' || database !== null) return false;
  return !/^(sqlite_|pragma_|dbstat$|fts|rtree|bytecode$|tables_used$)/i.test(table);
}

function mayCall(name: string, ours: boolean): boolean {
  return allowedFunctions.has(name.toLowerCase()) || (ours && innerFunctions.has(name));
}
