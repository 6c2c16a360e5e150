/** Keys that were asked for lately, with what was found for each: at most so many, and of those the latest. */
export class KeyMemory<T> {
  /** Keys of late, and those before them: a generation is dropped whole, since deleting each would cost more. */
  #late = new Map<string, T>();
  #before = new Map<string, T>();
  readonly #generationMax: number;

  constructor(entriesMax: number) {
    this.#generationMax = Math.max(1, entriesMax / 2);
  }

  get(key: string): T | undefined {
    return this.#late.get(key) ?? this.#recall(key);
  }

  set(key: string, value: T): void {
    if (this.#late.size >= this.#generationMax) {
      this.#before = this.#late;
      this.#late = new Map();
    }
    this.#late.set(key, value);
  }

  delete(key: string): void {
    this.#late.delete(key);
    this.#before.delete(key);
  }

  clear(): void {
    this.#late.clear();
    this.#before.clear();
  }

  /** Who is asked for again is one of late. */
  #recall(key: string): T | undefined {
    const value = this.#before.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }
}

const notesBits = 16;

/**
 * Tells keys that are asked for again from those that come once: remembering each of many that never come back costs more
 * than all the rest of a decision. Of those that share a note the last one is known.
 */
export class Doorkeeper {
  /** Made when it is needed: who holds few keys remembers all of them. */
  #notes: Uint32Array | undefined;

  /** Whether the number was seen lately; it is from now on. */
  meets(number: number): boolean {
    this.#notes ??= new Uint32Array(1 << notesBits);
    const note = Math.imul(number, 0x9e37_79b1) >>> (32 - notesBits);
    if (this.#notes[note] === number + 1) return true;
    this.#notes[note] = number + 1;
    return false;
  }
}
