import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import { type CatalogEngine, cancelled } from './catalog-engine.ts';
import type { CatalogReply, QuestionRequest } from './catalog-message.ts';

export interface CatalogQueueLimits {
  /** Questions that wait or run, of all users. */
  readonly waitingMax: number;
  /** The same of one user. */
  readonly waitingOfUserMax: number;
}

interface Waiting {
  readonly question: QuestionRequest;
  readonly signal: AbortSignal;
  readonly resolve: (reply: CatalogReply) => void;
  readonly reject: (error: unknown) => void;
}

/** Questions wait here for their turn: users take turns, so that one who asks much makes the others wait for one each. */
export class CatalogQueue {
  readonly #engine: CatalogEngine;
  readonly #limits: CatalogQueueLimits;
  /** By user; the first is served next. */
  readonly #waiting = new Map<string, Waiting[]>();
  #running: Waiting | undefined;

  constructor(engine: CatalogEngine, limits: CatalogQueueLimits) {
    this.#engine = engine;
    this.#limits = limits;
  }

  /** @throws SqlError 53300 where too many wait, 57014 once the signal came; and what the engine throws */
  ask(question: QuestionRequest, signal: AbortSignal): Promise<CatalogReply> {
    const { user } = question.session;
    const own = this.#waiting.get(user) ?? [];
    if (signal.aborted) return Promise.reject(cancelled());
    if (this.#count() >= this.#limits.waitingMax || own.length >= this.#limits.waitingOfUserMax) {
      return Promise.reject(new SqlError(sqlStates.tooBusy, 'too many questions wait for the catalog'));
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { question, signal, resolve, reject };
      this.#waiting.set(user, [...own, waiting]);
      signal.addEventListener('abort', () => this.#drop(waiting), { once: true });
      if (this.#running === undefined) void this.#serve();
    });
  }

  #count(): number {
    const running = this.#running === undefined ? 0 : 1;
    return [...this.#waiting.values()].reduce((sum, { length }) => sum + length, running);
  }

  async #serve(): Promise<void> {
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      this.#running = next;
      await this.#engine.ask(next.question, next.signal).then(next.resolve, next.reject);
      this.#running = undefined;
    }
  }

  /** The first question of the user whose turn it is, who then stands at the end. */
  #take(): Waiting | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    const [user, [next, ...others]] = first;
    this.#waiting.delete(user);
    if (others.length > 0) this.#waiting.set(user, others);
    return next;
  }

  /** Who does not wait any more is told at once; what runs is the engine's to end. */
  #drop(waiting: Waiting): void {
    const { user } = waiting.question.session;
    const own = this.#waiting.get(user) ?? [];
    if (!own.includes(waiting)) return;
    const others = own.filter((each) => each !== waiting);
    if (others.length > 0) this.#waiting.set(user, others);
    else this.#waiting.delete(user);
    waiting.reject(cancelled());
  }
}
