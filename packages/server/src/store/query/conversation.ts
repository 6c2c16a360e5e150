import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { QueryColumn, SqlRow } from '../../ports/query.ts';
import { type Fault, type Frame, frameKinds, fromWire, type ShapeBody, type WireValue } from './frame.ts';

/** One question to a query process and what it answers, from the plane's side. */
export class Conversation {
  readonly #say: (word: 'more' | 'stop') => void;
  #columns: readonly QueryColumn[] | undefined;
  readonly #batches: (readonly SqlRow[])[] = [];
  #begun = false;
  #ended = false;
  #closed = false;
  #error: unknown;
  #wake: (() => void) | undefined;
  #over: (() => void) | undefined;

  /** @param say tells the process */
  constructor(say: (word: 'more' | 'stop') => void) {
    this.#say = say;
  }

  /** Nothing was heard of it yet: it may be asked elsewhere instead. */
  get isUnanswered(): boolean {
    return !this.#begun;
  }

  get isOver(): boolean {
    return this.#ended;
  }

  /** Calls this once nothing more can come of the process. */
  onOver(act: () => void): void {
    if (this.#ended) act();
    else this.#over = act;
  }

  /** @throws SqlError */
  async columns(): Promise<readonly QueryColumn[]> {
    while (this.#columns === undefined) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) throw new SqlError(sqlStates.internal, 'the query has no columns');
      await this.#sleep();
    }
    return this.#columns;
  }

  /** @throws SqlError */
  async next(): Promise<readonly SqlRow[] | undefined> {
    for (;;) {
      const batch = this.#batches.shift();
      if (batch !== undefined) {
        if (!this.#ended) this.#say('more');
        return batch;
      }
      if (this.#closed) return undefined;
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return undefined;
      await this.#sleep();
    }
  }

  /** Nobody reads on. */
  stop(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#batches.length = 0;
    if (!this.#ended) this.#say('stop');
    this.#wake?.();
  }

  take({ kind, body }: Frame): void {
    this.#begun = true;
    if (kind === frameKinds.shape) this.#columns = (body as ShapeBody).columns;
    else if (kind === frameKinds.plainRows) this.#push(body as SqlRow[]);
    else if (kind === frameKinds.rows) this.#push((body as WireValue[][]).map((row) => row.map(fromWire)));
    else if (kind === frameKinds.end) this.#end();
    else if (kind === frameKinds.fault) {
      const { state, message, position } = body as Fault;
      this.#error ??= new SqlError(state, message, { position });
      this.#end();
    }
    this.#wake?.();
  }

  /** No answer will come. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#error ??= error;
    this.#batches.length = 0;
    this.#end();
    this.#wake?.();
  }

  #push(rows: readonly SqlRow[]): void {
    if (!this.#closed && rows.length > 0) this.#batches.push(rows);
  }

  #end(): void {
    this.#ended = true;
    this.#over?.();
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
