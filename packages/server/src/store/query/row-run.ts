import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { hideViewNames } from '../../language/view-name.ts';
import type { SqlRow, SqlValue } from '../../ports/query.ts';
import { type End, encodeFrame, encodeRows, frameKinds, isPlain, type Word } from './frame.ts';

/** Where rows go. */
export interface RowSink {
  send(bytes: Buffer): void;
  /** Waits for the plane's next word on the question that is being answered; undefined: it is gone. */
  receiveWord(): Word | undefined;
}

export interface RowRunOptions {
  readonly rowsMax: number;
  /** Whether texts may hold names of views. */
  readonly explains: boolean;
}

const batchRowsMax = 1000;
const batchLengthMax = 64 * 1024;
/** A row is read at once by whoever reads: it may not stand still for long over one. */
const rowLengthMax = 16 * 1024 * 1024;
/** Rows that come slowly are not kept waiting for more. */
const flushMilliseconds = 50;
const clockRows = 64;
/** Batches on their way that nobody asked for yet. */
const creditFirst = 2;
/** After a query of this length the process tells how much memory it holds. */
const tellMilliseconds = 50;

/** Gathers rows into batches, and sends them as they are asked for. */
export class RowRun {
  readonly #sink: RowSink;
  readonly #options: RowRunOptions;
  readonly #beganAt = performance.now();
  #rows: SqlRow[] = [];
  #length = 0;
  #plain = true;
  #sent = 0;
  #skip = 0;
  #credit = creditFirst;
  #flushedAt = this.#beganAt;

  constructor(sink: RowSink, options: RowRunOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** False: nobody wants more. @throws SqlError where there are too many, or one is too large */
  take(row: SqlRow): boolean {
    if (this.#skip > 0) {
      this.#skip -= 1;
      return true;
    }
    if (this.#sent + this.#rows.length >= this.#options.rowsMax) {
      throw new SqlError(sqlStates.tooManyRows, `the answer has more than ${this.#options.rowsMax} rows`);
    }
    const length = this.#hold(this.#options.explains ? row.map(hideName) : row);
    if (length > rowLengthMax) throw new SqlError(sqlStates.tooManyRows, 'a row of the answer is too large');
    if (this.#rows.length < batchRowsMax && this.#length < batchLengthMax && !this.#isLate()) return true;
    return this.#flush();
  }

  /** The same rows from the beginning, without those that were sent. */
  again(): this {
    this.#rows = [];
    this.#length = 0;
    this.#plain = true;
    this.#skip = this.#sent;
    return this;
  }

  end(): void {
    const end = encodeFrame(frameKinds.end, this.#tell());
    this.#sink.send(this.#rows.length === 0 ? end : Buffer.concat([encodeRows(this.#rows, this.#plain), end]));
  }

  #tell(): End {
    const lasted = performance.now() - this.#beganAt;
    if (lasted > tellMilliseconds) return { rss: process.memoryUsage.rss() };
    return this.#sent > 0 ? {} : { microseconds: Math.round(lasted * 1000) };
  }

  #hold(row: SqlRow): number {
    let length = 0;
    let kept: SqlRow = row;
    for (const value of row) {
      if (!isPlain(value)) {
        if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) kept = row.map(narrow);
        else this.#plain = false;
      }
      length += lengthOf(value);
    }
    this.#rows.push(kept);
    this.#length += length;
    return length;
  }

  #isLate(): boolean {
    if (this.#rows.length % clockRows !== 0 && this.#rows.length !== 1) return false;
    return performance.now() - this.#flushedAt > flushMilliseconds;
  }

  /** False: nobody wants more. */
  #flush(): boolean {
    while (this.#credit === 0) {
      const word = this.#sink.receiveWord();
      if (word === undefined || word.kind === 'stop') {
        this.#rows = [];
        return false;
      }
      if (word.kind === 'more') this.#credit += 1;
    }
    this.#sink.send(encodeRows(this.#rows, this.#plain));
    this.#credit -= 1;
    this.#sent += this.#rows.length;
    this.#rows = [];
    this.#length = 0;
    this.#plain = true;
    this.#flushedAt = performance.now();
    return true;
  }
}

function narrow(value: SqlValue): SqlValue {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function hideName(value: SqlValue): SqlValue {
  return typeof value === 'string' ? hideViewNames(value) : value;
}

function lengthOf(value: SqlValue): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length + 3 : 12;
}
