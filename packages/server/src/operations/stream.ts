/** Thrown into the work of a stream whose reader went away. */
class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/**
 * Makes a stream of what a work emits. `emit` resolves once the value was taken and the next one is asked for, so that
 * the work never runs ahead of its reader; where the reader went away it throws, and the work ends.
 */
export async function* streamFrom<T>(work: (emit: (value: T) => Promise<void>) => Promise<unknown>): AsyncGenerator<T> {
  const turn = new Turn<T>();
  const running = work((value) => turn.offer(value)).finally(() => turn.end());
  // Told at the end of the stream, or to nobody where its reader went away.
  running.catch(() => undefined);
  try {
    while (await turn.await()) {
      yield turn.value as T;
      turn.take();
    }
    await running;
  } finally {
    turn.abandon();
    await running.catch(() => undefined);
  }
}

/** One value at a time between who makes it and who takes it. */
class Turn<T> {
  value: T | undefined;
  #bell = Promise.withResolvers<void>();
  #taken: PromiseWithResolvers<void> | undefined;
  #ended = false;
  #abandoned = false;

  async offer(value: T): Promise<void> {
    if (this.#abandoned) throw new Abandoned();
    this.value = value;
    this.#taken = Promise.withResolvers();
    this.#bell.resolve();
    await this.#taken.promise;
  }

  end(): void {
    this.#ended = true;
    this.#bell.resolve();
  }

  /** @returns whether there is a value; false: the work has ended */
  async await(): Promise<boolean> {
    await this.#bell.promise;
    return !this.#ended;
  }

  take(): void {
    this.value = undefined;
    this.#bell = Promise.withResolvers();
    this.#taken?.resolve();
  }

  abandon(): void {
    this.#abandoned = true;
    this.#taken?.reject(new Abandoned());
  }
}
