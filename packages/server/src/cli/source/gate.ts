/** Lets so many through at a time; who comes later waits in line. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((proceed) => this.#waiting.push(proceed));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

/**
 * The results of all items in the order of the items, with at most `ahead` of them under way. Who stops reading, or
 * meets a failure, does not wait for the rest: to end those is up to whoever began them.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T>,
  ahead: number,
  work: (item: T) => Promise<R>,
): AsyncIterable<R> {
  const pending: Promise<R>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Looked at when its turn comes; until then nobody has to hear of a failure.
    result.catch(() => undefined);
    pending.push(result);
    if (pending.length >= ahead) yield await (pending.shift() as Promise<R>);
  }
  while (pending.length > 0) yield await (pending.shift() as Promise<R>);
}
