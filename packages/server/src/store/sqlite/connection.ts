import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Executor } from '../engine.ts';
import type { StatementWatch } from '../explain.ts';
import type { StoredRow } from '../row.ts';
import type { Compiled, Compiler, Statement } from '../statement.ts';
import { isBusyError, translateSqliteError } from './error.ts';
import { compileRow, type MakeRow, type RowValues } from './row-shape.ts';

export interface ConnectionOptions {
  readonly file: string;
  readonly access: 'read' | 'write';
  readonly compiler: Compiler;
  /** Pages of the file that it may keep in memory, in KiB; absent: as many as SQLite likes. */
  readonly cacheKibibytes?: number | undefined;
  readonly watch?: StatementWatch | undefined;
}

interface Prepared {
  readonly compiled: Compiled;
  /** Answers rows as arrays. */
  readonly statement: StatementSync;
  readonly makeRow: MakeRow;
}

/** Milliseconds to wait for a lock: of a checkpoint, or of another process that looks into the file. */
const busyTimeout = 5000;
/**
 * Pages in the log from which on it is written back into the file: 16 MiB. At SQLite's own 1,000 the same pages of the
 * indexes are written back, and the file synced, four times as often.
 */
const checkpointPages = 4_000;

/** One connection and its prepared statements. Throws only what `translateSqliteError` makes. */
export class SqliteConnection implements Executor {
  readonly #db: DatabaseSync;
  readonly #compiler: Compiler;
  readonly #watch: StatementWatch | undefined;
  readonly #prepared = new Map<object, Prepared>();
  readonly #controls = new Map<string, StatementSync>();

  constructor({ file, access, compiler, cacheKibibytes, watch }: ConnectionOptions) {
    this.#compiler = compiler;
    this.#watch = watch;
    this.#db = guard('open', () => new DatabaseSync(file, { readOnly: access === 'read', timeout: busyTimeout }));
    if (cacheKibibytes !== undefined) this.execute(`pragma cache_size = -${cacheKibibytes}`);
    if (access === 'write') {
      // FULL syncs the log at every commit: an answered write survives a power cut (G1).
      const pragmas = ['journal_mode = wal', 'synchronous = full', 'foreign_keys = on'];
      for (const pragma of [...pragmas, `wal_autocheckpoint = ${checkpointPages}`]) this.execute(`pragma ${pragma}`);
      // The driver waits by standing still, and with it every reader of this process: `tryBegin` leaves that to its caller.
      this.execute('pragma busy_timeout = 0');
    }
  }

  get isTransaction(): boolean {
    return this.#db.isOpen && this.#db.isTransaction;
  }

  /** Begins to read. What is seen is fixed by the first read. */
  begin(): void {
    this.#control('begin');
  }

  commit(): void {
    this.#control('commit');
  }

  /** Begins to write; false while another process does. */
  tryBegin(): boolean {
    try {
      this.#db.exec('begin immediate');
      return true;
    } catch (error) {
      if (isBusyError(error)) return false;
      throw translateSqliteError(error, 'begin immediate');
    }
  }

  execute(text: string): void {
    guard(text, () => this.#db.exec(text));
  }

  query(text: string, values: readonly SQLInputValue[] = []): StoredRow[] {
    return guard(text, () => this.#db.prepare(text).all(...values)) as StoredRow[];
  }

  prepare(text: string): StatementSync {
    return guard(text, () => this.#db.prepare(text));
  }

  rowsNow<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Row[] {
    const prepared = this.#prepare(statement);
    try {
      const rows = prepared.statement.all(...bind(prepared, args)) as unknown as RowValues[];
      return rows.map(prepared.makeRow) as Row[];
    } catch (error) {
      throw translateSqliteError(error, statement.name);
    }
  }

  firstNow<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Row | undefined {
    const prepared = this.#prepare(statement);
    try {
      const values = prepared.statement.get(...bind(prepared, args)) as unknown as RowValues | undefined;
      return values && (prepared.makeRow(values) as Row);
    } catch (error) {
      throw translateSqliteError(error, statement.name);
    }
  }

  runNow<Args extends object>(statement: Statement<Args, unknown>, args: Args): number {
    const prepared = this.#prepare(statement);
    try {
      return Number(prepared.statement.run(...bind(prepared, args)).changes);
    } catch (error) {
      throw translateSqliteError(error, statement.name);
    }
  }

  /** Inserts one row; answers its number. Asking for it with `returning` would cost as much as the insert. */
  insertNow<Args extends object>(statement: Statement<Args, unknown>, args: Args): number {
    const prepared = this.#prepare(statement);
    return Number(guard(statement.name, () => prepared.statement.run(...bind(prepared, args))).lastInsertRowid);
  }

  async rows<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row[]> {
    return this.rowsNow(statement, args);
  }

  async first<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row | undefined> {
    return this.firstNow(statement, args);
  }

  async run<Args extends object>(statement: Statement<Args, unknown>, args: Args): Promise<number> {
    return this.runNow(statement, args);
  }

  close(): void {
    this.#prepared.clear();
    this.#controls.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  /** A statement without arguments that runs often. */
  #control(text: 'begin' | 'commit'): void {
    const known = this.#controls.get(text);
    const statement = known ?? this.prepare(text);
    if (known === undefined) this.#controls.set(text, statement);
    guard(text, () => statement.run());
  }

  #prepare<Args, Row>(statement: Statement<Args, Row>): Prepared {
    const known = this.#prepared.get(statement);
    if (known !== undefined) return known;
    const compiled = this.#compiler.compile(statement);
    const made = this.prepare(compiled.text);
    made.setReturnArrays(true);
    const prepared = { compiled, statement: made, makeRow: compileRow(made) };
    this.#prepared.set(statement, prepared);
    this.#watch?.({ name: compiled.name, text: compiled.text, plan: this.#explain(compiled.text) });
    return prepared;
  }

  #explain(text: string): string[] {
    return this.query(`explain query plan ${text}`).map((row) => String(row['detail']));
  }
}

function bind({ compiled }: Prepared, args: object): SQLInputValue[] {
  const values = compiled.bind(args);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (Array.isArray(value)) values[at] = JSON.stringify(value);
  }
  return values as SQLInputValue[];
}

function guard<T>(statement: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw translateSqliteError(error, statement);
  }
}
