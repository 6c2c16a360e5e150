import { type RecordCounts, readSnapshotLine, type SnapshotHead } from './feed-wire.ts';
import { Holding, type RecordChange } from './holding.ts';
import { fail } from './record-reader.ts';

/** A snapshot that arrived whole. */
export interface Snapshot {
  readonly head: SnapshotHead;
  readonly holding: Holding;
  /** Records that could not be read, and let nobody in (G6). */
  readonly unreadable: number;
}

/** The organization has more keys than may be held. */
export class TooManyKeysError extends Error {
  override readonly name = 'TooManyKeysError';
}

/** Takes a snapshot in line by line, into a holding of its own: one that breaks off leaves nothing behind. */
export class SnapshotLoader {
  readonly #holding = new Holding();
  readonly #counts = { credential: 0, app: 0, developer: 0, company: 0, 'api-product': 0 };
  readonly #keysMax: number;
  #head: SnapshotHead | undefined;
  #ended = false;
  #unreadable = 0;

  constructor(keysMax = Number.POSITIVE_INFINITY) {
    this.#keysMax = keysMax;
  }

  /** Undefined before the first line. */
  get head(): SnapshotHead | undefined {
    return this.#head;
  }

  /**
   * Throws an `UnreadableError` where the line is not what may come now, and a {@link TooManyKeysError} as soon as there
   * are too many.
   */
  take(line: string): void {
    const read = readSnapshotLine(line);
    if (this.#ended) fail('nothing after the end');
    if ((read.kind === 'head') !== (this.#head === undefined)) fail('one head, and first');
    if (read.kind === 'head') this.#head = read;
    else if (read.kind === 'end') this.#end(read.counts);
    else this.#put(read.change, read.readable);
  }

  /** Throws an `UnreadableError` where the end did not come: the rest was cut off. */
  finish(): Snapshot {
    if (this.#head === undefined || !this.#ended) return fail('an end');
    return { head: this.#head, holding: this.#holding, unreadable: this.#unreadable };
  }

  #put(change: RecordChange, readable: boolean): void {
    this.#counts[change.noun] += 1;
    if (this.#counts.credential > this.#keysMax) throw new TooManyKeysError(`more than ${this.#keysMax} keys`);
    try {
      this.#holding.apply(change);
    } catch {
      // The holding took it out already.
      this.#unreadable += 1;
      return;
    }
    if (!readable) this.#unreadable += 1;
  }

  #end(counts: RecordCounts): void {
    for (const [noun, seen] of Object.entries(this.#counts)) {
      if (counts[noun as keyof RecordCounts] !== seen) fail('as many records as the end tells');
    }
    this.#ended = true;
  }
}
