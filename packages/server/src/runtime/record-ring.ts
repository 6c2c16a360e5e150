import type { ToldChange } from '../ports/verifier-feed.ts';

/** Changes of one organization, newest last, within bounds. Each is told with the sequence of the one before it. */
export class RecordRing {
  #changes: ToldChange[] = [];
  /** Of `#changes`, those that are dropped already: cutting them off one by one would cost their number each time. */
  #dropped = 0;
  #characters = 0;
  #floor: number;
  #last: number;

  /** @param floor it will hold every change after this sequence */
  constructor(floor: number) {
    this.#floor = floor;
    this.#last = floor;
  }

  /** It holds every change after this sequence. */
  get floor(): number {
    return this.#floor;
  }

  push(sequence: number, text: string): void {
    this.#changes.push({ sequence, previous: this.#last, text });
    this.#last = sequence;
    this.#characters += text.length;
  }

  /** Drops the oldest until there are at most so many, of at most so many characters. */
  trim(changesMax: number, charactersMax: number): void {
    while (this.#changes.length - this.#dropped > changesMax || this.#characters > charactersMax) {
      const oldest = this.#changes[this.#dropped];
      if (oldest === undefined) break;
      this.#dropped += 1;
      this.#floor = oldest.sequence;
      this.#characters -= oldest.text.length;
    }
    if (this.#dropped * 2 <= this.#changes.length) return;
    this.#changes = this.#changes.slice(this.#dropped);
    this.#dropped = 0;
  }

  /** Forgets all, up to a sequence that is not below any it holds. */
  clear(floor: number): void {
    this.#changes = [];
    this.#dropped = 0;
    this.#characters = 0;
    this.#floor = floor;
    this.#last = floor;
  }

  /** Those after a sequence that is not below `floor`: the first of them, and whether there are more. */
  after(sequence: number, changesMax: number, charactersMax: number): { changes: ToldChange[]; more: boolean } {
    let at = this.#findAfter(sequence);
    const changes: ToldChange[] = [];
    for (let characters = 0; at < this.#changes.length && changes.length < changesMax; at++) {
      const change = this.#changes[at];
      if (change === undefined || (characters > 0 && characters + change.text.length > charactersMax)) break;
      characters += change.text.length;
      // What stands before the first one may have been told by another node, and another change then.
      changes.push(changes.length === 0 ? { ...change, previous: sequence } : change);
    }
    return { changes, more: at < this.#changes.length };
  }

  #findAfter(sequence: number): number {
    let [low, high] = [this.#dropped, this.#changes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#changes[middle]?.sequence ?? 0) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
