import { BatchReader } from './batch-reader.ts';
import { type RecordCounts, readSnapshotLine, type SnapshotHead } from './feed-wire.ts';
import { type HeldNoun, Holding, type RecordChange } from './holding.ts';
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

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** What a line begins with, and no batch. */
const brace = 0x7b;

/** Takes a snapshot in, line by line or frame by frame, into a holding of its own: one that breaks off leaves nothing behind. */
export class SnapshotLoader {
  readonly #holding = new Holding();
  readonly #batches = new BatchReader(this.#holding);
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

  /** Takes a frame of a packed snapshot (SPEC.md, "Packed"): a batch, or a line. Throws as {@link take} does. */
  takeFrame(frame: Uint8Array): void {
    if (frame[0] === brace) {
      this.take(decode(frame));
      return;
    }
    if (this.#head === undefined || this.#ended) fail('batches between head and end');
    const { noun, records, unreadable } = this.#batches.take(frame);
    this.#count(noun, records);
    this.#unreadable += unreadable;
  }

  /**
   * What to do between the last frame and {@link finish}, part by part, so that others have their turn meanwhile.
   * @returns whether more is left
   */
  settle(): boolean {
    return this.#ended && this.#holding.settle();
  }

  /** Throws an `UnreadableError` where the end did not come: the rest was cut off. */
  finish(): Snapshot {
    if (this.#head === undefined || !this.#ended) return fail('an end');
    return { head: this.#head, holding: this.#holding, unreadable: this.#unreadable };
  }

  #put(change: RecordChange, readable: boolean): void {
    this.#count(change.noun, 1);
    try {
      this.#holding.apply(change);
    } catch {
      // The holding took it out already.
      this.#unreadable += 1;
      return;
    }
    if (!readable) this.#unreadable += 1;
  }

  #count(noun: HeldNoun, records: number): void {
    this.#counts[noun] += records;
    if (this.#counts.credential > this.#keysMax) throw new TooManyKeysError(`more than ${this.#keysMax} keys`);
  }

  #end(counts: RecordCounts): void {
    for (const [noun, seen] of Object.entries(this.#counts)) {
      if (counts[noun as keyof RecordCounts] !== seen) fail('as many records as the end tells');
    }
    this.#ended = true;
  }
}

function decode(line: Uint8Array): string {
  try {
    return decoder.decode(line);
  } catch {
    return fail('UTF-8');
  }
}
