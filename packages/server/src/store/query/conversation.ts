import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { QueryColumn, SqlRow } from '../../ports/query.ts';
import { type End, type Fault, type Frame, frameKinds, fromWire, type ShapeBody, type WireValue } from './frame.ts';

/** What a conversation needs of the process that it is held with. */
export interface Speaker {
  say(word: 'more' | 'stop'): void;
  /** Puts the question once more, with its definition. */
  repeat(): void;
  /** It has answered all, and is free for the next. */
  finish(end: End): void;
}

/** One question to a query process and what it answers, from the plane's side. */
export class Conversation {
  readonly #speaker: Speaker;
  #columns: readonly QueryColumn[] | undefined;
  readonly #batches: (readonly SqlRow[])[] = [];
  #ended = false;
  #closed = false;
  #error: unknown;
  #wake: (() => void) | undefined;
  #over: (() => void) | undefined;

  constructor(speaker: Speaker) {
    this.#speaker = speaker;
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
        if (!this.#ended) this.#speaker.say('more');
        return batch;
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended || this.#closed) return undefined;
      await this.#sleep();
    }
  }

  /** Nobody reads on. */
  stop(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#batches.length = 0;
    if (!this.#ended) this.#speaker.say('stop');
    this.#wake?.();
  }

  take({ kind, body }: Frame): void {
    if (kind === frameKinds.shape) this.#columns = (body as ShapeBody).columns;
    else if (kind === frameKinds.plainRows) this.#push(body as SqlRow[]);
    else if (kind === frameKinds.rows) this.#push((body as WireValue[][]).map((row) => row.map(fromWire)));
    else if (kind === frameKinds.unknown) this.#speaker.repeat();
    else if (kind === frameKinds.end) this.#end(body as End);
    else if (kind === frameKinds.fault) {
      const { state, message, position } = body as Fault;
      this.#error ??= new SqlError(state, message, { position });
      this.#end({});
    }
    this.#wake?.();
  }

  /** The process is gone, or will be. */
  fail(error: unknown): void {
    this.#error ??= error;
    this.#batches.length = 0;
    this.#ended = true;
    this.#over?.();
    this.#wake?.();
  }

  #push(rows: readonly SqlRow[]): void {
    if (!this.#closed && rows.length > 0) this.#batches.push(rows);
  }

  #end(end: End): void {
    this.#ended = true;
    this.#over?.();
    this.#speaker.finish(end);
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
