import type { Executor } from '../engine.ts';
import type { Compiler, Statement } from '../statement.ts';

/**
 * Reads outside of a transaction. Reads that come in one turn of the event loop and ask the very same, as requests of
 * one account to one organization do, share a round trip. It begins after the last of them came, so that none gets an
 * answer that is older than its question.
 */
export class SharedReader implements Executor {
  readonly #inner: Executor;
  readonly #compiler: Compiler;
  #waiting = new Map<string, Promise<unknown[]>>();
  #turn: Promise<void> | undefined;

  constructor(inner: Executor, compiler: Compiler) {
    this.#inner = inner;
    this.#compiler = compiler;
  }

  /** Whoever asked gets the same rows: they are for reading only. */
  rows<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row[]> {
    const question = JSON.stringify([statement.name, this.#compiler.compile(statement).bind(args)]);
    const known = this.#waiting.get(question);
    if (known !== undefined) return known as Promise<Row[]>;
    const asked = this.#endOfTurn().then(() => this.#inner.rows(statement, args));
    this.#waiting.set(question, asked);
    return asked;
  }

  async first<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row | undefined> {
    return (await this.rows(statement, args))[0];
  }

  run<Args extends object>(statement: Statement<Args, unknown>, args: Args): Promise<number> {
    return this.#inner.run(statement, args);
  }

  #endOfTurn(): Promise<void> {
    this.#turn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#turn = undefined;
        this.#waiting = new Map();
        resolve();
      });
    });
    return this.#turn;
  }
}
