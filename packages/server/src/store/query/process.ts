import { readSync, writeSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqlRow, SqlValue } from '../../ports/query.ts';
import { type Authorizer, createAuthorizer } from './authorizer.ts';
import { describeFault } from './fault.ts';
import { encodeFrame, FrameReader, frameKinds, fromWire, type Question, type RunQuestion, type Word } from './frame.ts';
import { registerFunctions } from './function.ts';
import { type Prepared, PreparedStatements } from './prepared.ts';
import { ShapeProbe } from './probe.ts';
import { RowRun, type RowSink } from './row-run.ts';
import { type OpenVault, Secrets } from './secret.ts';
import { quoteIdentifier } from './view-scope.ts';

export interface QueryProcessOptions {
  /** The store's tables (`openStoreFile`), or such as hold its rows while a query runs (postgres/remote-content.ts). */
  readonly database: DatabaseSync;
  readonly content?: QueryContent | undefined;
  readonly openVault: OpenVault;
  /** The socket to the plane. */
  readonly descriptor: number;
}

/** Where rows of the store are not in its database's tables: brings them there, or answers itself. */
export interface QueryContent {
  /**
   * Before a query runs: its rows in batches where they need no SQLite; undefined: SQLite has all that it needs.
   * @throws SqlError
   */
  provide(prepared: Prepared, values: readonly SqlValue[]): Promise<AsyncIterable<readonly SqlRow[]> | undefined>;
  /** After it ran, however it ended. */
  clear(): Promise<void>;
}

/** Largest value, in bytes: what a text or a blob may come to on its way. */
const valueBytesMax = 8 * 1024 * 1024;
const cacheKibibytes = 32_768;
const busyTimeout = 5000;
const limits = {
  length: valueBytesMax,
  sqlLength: 4 * 1024 * 1024,
  column: 2000,
  exprDepth: 400,
  compoundSelect: 200,
  vdbeOp: 1_000_000,
  functionArg: 100,
  attach: 0,
  likePatternLength: 1000,
  variableNumber: 32_766,
  triggerDepth: 1,
};

/**
 * Answers questions until the plane closes the socket. It stands still where it waits: it has nothing else to do, and
 * what reads too slowly holds up this process and nobody else.
 */
export function serveQueries(options: QueryProcessOptions): Promise<void> {
  return new QueryProcess(options).serve();
}

class QueryProcess implements RowSink {
  readonly #descriptor: number;
  readonly #content: QueryContent | undefined;
  readonly #authorizer: Authorizer = createAuthorizer();
  readonly #secrets: Secrets;
  readonly #statements: PreparedStatements;
  readonly #reader = new FrameReader();
  readonly #questions: RunQuestion[] = [];
  /** Of the question that is being answered. */
  #words: Word[] = [];
  #serial = 0;
  readonly #buffer = Buffer.allocUnsafe(64 * 1024);

  constructor({ database, content, openVault, descriptor }: QueryProcessOptions) {
    this.#descriptor = descriptor;
    this.#content = content;
    this.#secrets = new Secrets(openVault);
    hideTables(database);
    registerFunctions(database);
    this.#secrets.register(database);
    const probe = new ShapeProbe((shapes) => this.#secrets.register(shapes));
    this.#statements = new PreparedStatements(database, this.#authorizer, probe);
    database.setAuthorizer(this.#authorizer.decide);
  }

  async serve(): Promise<void> {
    while (this.#questions.length > 0 || this.#read()) {
      const question = this.#questions.shift();
      if (question === undefined) continue;
      this.#serial = question.serial;
      this.#words = this.#words.filter(({ serial }) => serial >= question.serial);
      await this.#answer(question);
    }
  }

  receiveWord(): Word | undefined {
    for (;;) {
      const at = this.#words.findIndex(({ serial }) => serial === this.#serial);
      if (at >= 0) return this.#words.splice(at, 1)[0];
      if (!this.#read()) return undefined;
    }
  }

  /** Waits for what the plane says next. False: nobody is there any more. */
  #read(): boolean {
    const count = readSync(this.#descriptor, this.#buffer);
    if (count === 0) return false;
    // A copy: what is not whole yet outlives the buffer.
    for (const { body } of this.#reader.read(Buffer.from(this.#buffer.subarray(0, count)))) {
      const said = body as Question;
      if (said.kind === 'run') this.#questions.push(said);
      else this.#words.push(said);
    }
    return true;
  }

  send(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
  }

  async #answer(question: RunQuestion): Promise<void> {
    let text = question.definition?.text ?? '';
    try {
      const prepared = this.#find(question);
      text = prepared?.text ?? text;
      if (prepared === undefined) this.send(encodeFrame(frameKinds.unknown, undefined));
      else await this.#tell(prepared, question);
    } catch (error) {
      this.send(encodeFrame(frameKinds.fault, describeFault(error, text, this.#authorizer.refusal())));
    } finally {
      this.#authorizer.allow(undefined);
      await this.#content?.clear();
      this.#secrets.give([]);
    }
  }

  #find({ id, definition }: RunQuestion): Prepared | undefined {
    const known = this.#statements.get(id);
    return known ?? (definition && this.#statements.prepare(id, definition));
  }

  async #tell(prepared: Prepared, question: RunQuestion): Promise<void> {
    const { shape, values, secrets = [], rowsMax } = question;
    // At once: the first row may be long in coming.
    if (shape) this.send(encodeFrame(frameKinds.shape, { columns: prepared.columns }));
    const run = new RowRun(this, { rowsMax, explains: prepared.explains });
    if (values === undefined) {
      run.end();
      return;
    }
    this.#secrets.give(secrets);
    const bound = values.map(fromWire);
    const rows = await this.#content?.provide(prepared, bound);
    if (rows !== undefined) return driveRemote(run, rows);
    // SQLite compiles a statement anew where views came or went since, and asks the authorizer once more.
    this.#authorizer.allow(prepared.allowance);
    this.#run(prepared, bound, run);
  }

  #run(prepared: Prepared, values: readonly SqlValue[], run: RowRun): void {
    try {
      drive(run, prepared.statement.iterate(...values));
    } catch (error) {
      if (!isTooWide(error) || prepared.wide) throw error;
      prepared.wide = true;
      prepared.statement.setReadBigInts(true);
      drive(run.again(), prepared.statement.iterate(...values));
    }
  }
}

function drive(run: RowRun, rows: ReturnType<StatementSync['iterate']>): void {
  try {
    for (const row of rows as Iterable<unknown> as Iterable<SqlRow>) if (!run.take(row)) break;
    run.end();
  } finally {
    rows.return?.();
  }
}

async function driveRemote(run: RowRun, batches: AsyncIterable<readonly SqlRow[]>): Promise<void> {
  for await (const rows of batches) {
    for (const row of rows) {
      if (run.take(row)) continue;
      run.end();
      return;
    }
  }
  run.end();
}

/** An integer that a number does not hold. */
function isTooWide(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'ERR_OUT_OF_RANGE';
}

/** The store's database, to be read alone. */
export function openStoreFile(file: string): DatabaseSync {
  return openDatabase(file, true);
}

/** A database without a table, which holds what a query needs for as long as it runs. */
export function openEmptyDatabase(): DatabaseSync {
  return openDatabase(':memory:', false);
}

function openDatabase(file: string, readOnly: boolean): DatabaseSync {
  const database = new DatabaseSync(file, {
    readOnly,
    allowExtension: false,
    timeout: busyTimeout,
    enableDoubleQuotedStringLiterals: false,
    limits,
  });
  // Each of them before anything of a stranger runs.
  const settings = ['trusted_schema = off', 'temp_store = memory', `cache_size = -${cacheKibibytes}`, 'mmap_size = 0'];
  for (const setting of settings) database.exec(`pragma ${setting}`);
  return database;
}

/** An unqualified name of a table of the store means an empty view: what the views of resources read is qualified. */
function hideTables(database: DatabaseSync): void {
  const tables = database.prepare(`select name from main.sqlite_schema where type in ('table', 'view')`).all();
  for (const { name } of tables) {
    if (String(name).startsWith('sqlite_')) continue;
    database.exec(`create temp view ${quoteIdentifier(String(name))} as select null as hidden where 0`);
  }
}
