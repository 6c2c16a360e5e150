/** Lets a few pieces of work run at once, some more wait in order, and turns the rest away. */
export class Turnstile {
  readonly #runningMax: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: { readonly runningMax: number; readonly waitingMax: number }) {
    this.#runningMax = limits.runningMax;
    this.#waitingMax = limits.waitingMax;
  }

  /** Runs `work` in its turn. Undefined, with nothing run, where the line is full. */
  enter<T>(work: () => Promise<T>): Promise<T> | undefined {
    if (this.#running >= this.#runningMax && this.#waiting.length >= this.#waitingMax) return undefined;
    return this.#run(work);
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#runningMax) {
      // Whoever leaves hands his place over, so that a newcomer can't slip in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
