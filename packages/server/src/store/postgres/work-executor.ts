import type { Executor } from '../engine.ts';
import type { Statement } from '../statement.ts';
import type { RowToInsert } from './batch.ts';

/** How many rows were written by what a held work began with; absent: the work has to do it itself. */
export type Go = (written?: number) => void;

/** Watches one work's statements for the group that it runs in. */
export class WorkExecutor implements Executor {
  readonly #inner: Executor;
  readonly #prepare: () => void;
  #turn: Promise<number | undefined> | undefined;
  #asked = 0;
  #insert: RowToInsert | undefined;
  #used = false;
  /** Whether the work left something in the transaction: rows, or the ruin that a failed statement makes of it. */
  wrote = false;
  /** The first statement that failed. A work that goes on after it has not done all it says. */
  failure: unknown;

  /** @param prepare called before the first statement */
  constructor(inner: Executor, prepare: () => void) {
    this.#inner = inner;
    this.#prepare = prepare;
  }

  /** Keeps the work's statements back until the answer is called. */
  hold(): Go {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    this.#turn = promise;
    return (written) => {
      this.#turn = undefined;
      resolve(written);
    };
  }

  /** The row that a held work waits to insert, and nothing else. */
  get waitsToInsert(): RowToInsert | undefined {
    return this.#asked === 1 ? this.#insert : undefined;
  }

  rows<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row[]> {
    return this.#watch(() => this.#inner.rows(statement, args));
  }

  first<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row | undefined> {
    return this.#watch(() => this.#inner.first(statement, args));
  }

  run<Args extends object>(statement: Statement<Args, unknown>, args: Args): Promise<number> {
    if (statement.inserts !== undefined) this.#insert ??= { statement, row: args };
    return this.#watch(async (written) => {
      const count = written ?? (await this.#inner.run(statement, args));
      if (count > 0) this.wrote = true;
      return count;
    });
  }

  async #watch<T>(action: (written: number | undefined) => Promise<T>): Promise<T> {
    try {
      const written = await this.#wait();
      if (!this.#used) this.#prepare();
      this.#used = true;
      return await action(written);
    } catch (error) {
      this.failure ??= error;
      this.wrote = true;
      throw error;
    }
  }

  async #wait(): Promise<number | undefined> {
    if (this.#turn === undefined) return undefined;
    this.#asked += 1;
    return this.#turn;
  }
}
