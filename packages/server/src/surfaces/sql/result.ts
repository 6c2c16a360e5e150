import type { QueryColumn, SqlRow } from '../../ports/query.ts';
import type { SqlResult, SqlStatement } from './session.ts';

export interface Table {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly SqlRow[];
  /** Absent: `SELECT` and the number of rows. */
  readonly tag?: string | undefined;
  readonly notices?: readonly string[] | undefined;
}

/** An answer that is there already. */
export function answerTable({ columns, rows, tag = `SELECT ${rows.length}`, notices = [] }: Table): SqlResult {
  let given = rows.length === 0;
  return {
    columns,
    next: async () => {
      if (given) return undefined;
      given = true;
      return rows;
    },
    tag: () => tag,
    notices,
    close: async () => {
      given = true;
    },
  };
}

/** An answer without rows. */
export function answerDone(tag: string, notices: readonly string[] = []): SqlResult {
  return { columns: undefined, next: async () => undefined, tag: () => tag, notices, close: async () => {} };
}

/** A statement without parameters that answers rows of its own. */
export function stateTable(columns: readonly QueryColumn[], list: () => Table | Promise<Table>): SqlStatement {
  return { parameters: 0, columns, run: async () => answerTable(await list()) };
}

/** A statement without parameters and rows. */
export function stateDone(tag: string, act: () => readonly string[] | Promise<readonly string[]>): SqlStatement {
  return { parameters: 0, columns: undefined, run: async () => answerDone(tag, await act()) };
}

/** Columns that hold text. */
export function textColumns(...names: readonly string[]): QueryColumn[] {
  return names.map((name) => ({ name, type: 'text' }));
}
