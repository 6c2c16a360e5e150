/** Values that a pool holds at most; what comes later is written out each time. */
const entriesMax = 0xffff;

/** Values that many records share, held once: names of attributes, accounts, lists of products. */
export class Pool<T> {
  readonly #numbers = new Map<string, number>();
  readonly #values: T[] = [];
  readonly #read: (text: string) => T;

  constructor(read: (text: string) => T) {
    this.#read = read;
  }

  /** The number of the value that the text stands for; undefined where the pool is full. */
  numberOf(text: string): number | undefined {
    const known = this.#numbers.get(text);
    if (known !== undefined || this.#values.length >= entriesMax) return known;
    this.#numbers.set(text, this.#values.length);
    return this.#values.push(this.#read(text)) - 1;
  }

  at(number: number): T {
    const value = this.#values[number];
    if (value === undefined) throw new RangeError('the pool has no such value');
    return value;
  }

  /** The value of a text that is not held. */
  readAlone(text: string): T {
    return this.#read(text);
  }
}
