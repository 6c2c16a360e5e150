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
  /** Ends the process, and the conversation with this. */
  kill(error: SqlError): void;
}

/** One question to a query process and what it answers, from the plane's side. */
export class Conversation {
  #speaker: Speaker;
  #hasHeard = false;
  #hasMoved = false;
  #isReady = false;
  #ready: (() => void) | undefined;
  /** Since when rows have been here that nobody took, by `performance.now`; undefined: none are. */
  #unreadSince: number | undefined;
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

  /** Calls this once the process has started. */
  onReady(act: () => void): void {
    this.#ready = act;
    if (this.#isReady) act();
  }

  /** The process has started. */
  begin(): void {
    if (this.#isReady || this.#ended) return;
    this.#isReady = true;
    this.#ready?.();
  }

  /** Whether another process may be asked instead of one that died: nothing was told yet, and none died before it. */
  get mayMove(): boolean {
    return !this.#hasHeard && !this.#hasMoved && !this.#ended && !this.#closed;
  }

  /** Goes on with another process. */
  move(speaker: Speaker): void {
    this.#speaker = speaker;
    this.#hasMoved = true;
  }

  kill(error: SqlError): void {
    this.#speaker.kill(error);
  }

  /** How long rows have been here that nobody took. @param now by `performance.now` */
  unreadMilliseconds(now: number): number {
    return this.#unreadSince === undefined ? 0 : now - this.#unreadSince;
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
        this.#unreadSince = this.#batches.length === 0 ? undefined : performance.now();
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
    this.#unreadSince = undefined;
    if (!this.#ended) this.#speaker.say('stop');
    this.#wake?.();
  }

  take({ kind, body }: Frame): void {
    this.#hasHeard = true;
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
    if (this.#closed || rows.length === 0) return;
    this.#batches.push(rows);
    this.#unreadSince ??= performance.now();
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
