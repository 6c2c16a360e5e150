import type { Executor } from '../engine.ts';
import type { Statement } from '../statement.ts';

/** Watches one work's statements for the group that it runs in. */
export class WorkExecutor implements Executor {
  readonly #inner: Executor;
  readonly #prepare: () => void;
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

  rows<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row[]> {
    return this.#watch(() => this.#inner.rows(statement, args));
  }

  first<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row | undefined> {
    return this.#watch(() => this.#inner.first(statement, args));
  }

  run<Args extends object>(statement: Statement<Args, unknown>, args: Args): Promise<number> {
    return this.#watch(async () => {
      const count = await this.#inner.run(statement, args);
      if (count > 0) this.wrote = true;
      return count;
    });
  }

  async #watch<T>(action: () => Promise<T>): Promise<T> {
    if (!this.#used) this.#prepare();
    this.#used = true;
    try {
      return await action();
    } catch (error) {
      this.failure ??= error;
      this.wrote = true;
      throw error;
    }
  }
}
