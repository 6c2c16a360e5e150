/** Names of what a change can be about: an entity, or the lookup hash of a key that may come into being. */
export type ChangedName = string;

/**
 * What changed lately, and when: tells whether an answer of some moment was outrun by what is applied already. Where it
 * does not reach back to that moment it says so too, since it can't know.
 */
export class ChangeMemory {
  readonly #max: number;
  /** In the order of their last change. */
  readonly #last = new Map<ChangedName, number>();
  /** Of what changed up to here nothing is known. */
  #floor = Number.POSITIVE_INFINITY;

  /** @param max names that are remembered */
  constructor(max: number) {
    this.#max = max;
  }

  /** Forgets all: what is applied is a snapshot of this sequence. */
  begin(sequence: number): void {
    this.#last.clear();
    this.#floor = sequence;
  }

  note(name: ChangedName, sequence: number): void {
    const before = this.#last.get(name);
    // To the end of the order.
    this.#last.delete(name);
    this.#last.set(name, before === undefined ? sequence : Math.max(before, sequence));
    if (this.#last.size <= this.#max) return;
    for (const [oldest, at] of this.#last) {
      this.#last.delete(oldest);
      this.#floor = Math.max(this.#floor, at);
      return;
    }
  }

  /** Whether one of these may have changed after `sequence`, as far as is applied. */
  mayHaveChanged(names: readonly ChangedName[], sequence: number): boolean {
    if (sequence < this.#floor) return true;
    return names.some((name) => (this.#last.get(name) ?? Number.NEGATIVE_INFINITY) > sequence);
  }
}
