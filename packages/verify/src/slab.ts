const chunkBits = 22;
const chunkBytes = 1 << chunkBits;
/** Places count in fours, so that 32 bits reach 16 GB and words lie where typed arrays can read them. */
const unit = 4;
const unitBits = chunkBits - 2;
const unitMask = (1 << unitBits) - 1;
const chunksMax = 1 << (32 - unitBits);
/** Of the word at a record's start, which holds its length and its kind: set where it was freed. */
const dead = 1 << 31;
const kindShift = 28;
const kindMask = 7;
const lengthMask = (1 << kindShift) - 1;
/** Records of so many words are copied faster by hand than by a call that is made for any length. */
const copiedByHandMax = 64;

/** What a record is, from 0 to 7: it stands in its first word. */
export type RecordKind = number;

/** The first word of a record that is not freed. */
export function headWord(kind: RecordKind, length: number): number {
  return (kind << kindShift) | length;
}

/**
 * Where records lie, one behind the other, in few large pieces that the garbage collector never looks into. A record that
 * lies there is never written again, but for its first word and its link: readers may keep its place.
 */
export class Slab {
  readonly #bytes: Uint8Array<ArrayBuffer>[] = [];
  readonly #words: Uint32Array[] = [];
  #end = 0;
  #live = 0;

  /** Bytes taken from the system. */
  get bytes(): number {
    return this.#bytes.length * chunkBytes;
  }

  /** Bytes of all records that were written. */
  get writtenBytes(): number {
    return this.#end;
  }

  /** Bytes of records that are not freed. */
  get liveBytes(): number {
    return this.#live;
  }

  /**
   * @param record its first word as {@link headWord} makes it
   * @param length bytes of it
   * @returns the record's place
   */
  write(record: Uint32Array, length: number): number {
    const count = wordsIn(length);
    const size = count * unit;
    if (size > chunkBytes) throw new RangeError(`a record of ${length} bytes is too long`);
    const room = chunkBytes - (this.#end % chunkBytes);
    if (room < size) this.#end += room;
    if (this.#end === this.#bytes.length * chunkBytes) this.#addChunk();
    const place = this.#end / unit;
    copy(record, count, this.wordsOf(place), place & unitMask);
    return this.#keep(size);
  }

  /** The place of the next record, if it fits in there: whoever writes it there himself says so with {@link keep}. */
  get nextPlace(): number {
    if (this.#end === this.#bytes.length * chunkBytes) this.#addChunk();
    return this.#end / unit;
  }

  /** Keeps the record of so many bytes that was written at {@link nextPlace}. @returns its place */
  keep(length: number): number {
    return this.#keep(wordsIn(length) * unit);
  }

  #keep(size: number): number {
    const place = this.#end / unit;
    this.#end += size;
    this.#live += size;
    return place;
  }

  /** The words of the stretch in which the record lies, from {@link wordOf} on. */
  wordsOf(place: number): Uint32Array {
    const words = this.#words[place >>> unitBits];
    if (words === undefined) throw new RangeError('nothing lies at this place');
    return words;
  }

  /** The same as bytes, from four times {@link wordOf} on. */
  bytesOf(place: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes[place >>> unitBits];
    if (bytes === undefined) throw new RangeError('nothing lies at this place');
    return bytes;
  }

  /** The record's first word in its stretch. */
  wordOf(place: number): number {
    return place & unitMask;
  }

  /** Whether it was not freed. */
  isLive(place: number): boolean {
    return ((this.wordsOf(place)[place & unitMask] ?? 0) & dead) === 0;
  }

  /** The record is out of date from now on, and its room garbage. Nobody gets it. */
  free(place: number): void {
    const words = this.wordsOf(place);
    const head = words[place & unitMask] ?? 0;
    this.#live -= wordsIn(head & lengthMask) * unit;
    words[place & unitMask] = head | dead;
  }

  /** What the record's first word tells. */
  kindOf(place: number): RecordKind {
    return ((this.wordsOf(place)[place & unitMask] ?? 0) >>> kindShift) & kindMask;
  }

  /** Bytes of a record. */
  lengthOf(place: number): number {
    return (this.wordsOf(place)[place & unitMask] ?? 0) & lengthMask;
  }

  /**
   * Tells the place of each record that is not freed, in the order in which they were written.
   * @param first where to begin
   * @param stretches how many of the pieces in which they lie
   * @returns where to go on; -1: those were all
   */
  forEach(told: (place: number) => void, first = 0, stretches = chunksMax): number {
    const last = this.#end / unit;
    const end = Math.min(last, first - (first & unitMask) + stretches * (unitMask + 1));
    for (let place = first; place < end; ) {
      const words = this.wordsOf(place);
      const head = words[place & unitMask] ?? 0;
      // What did not fit in any more lies in the next piece.
      if (head === 0) place += unitMask + 1 - (place & unitMask);
      else {
        if ((head & dead) === 0) told(place);
        place += wordsIn(head & lengthMask);
      }
    }
    return end < last ? end : -1;
  }

  #addChunk(): void {
    if (this.#bytes.length >= chunksMax) throw new RangeError('there is no room for more records');
    const buffer = new ArrayBuffer(chunkBytes);
    this.#bytes.push(new Uint8Array(buffer));
    this.#words.push(new Uint32Array(buffer));
  }
}

function wordsIn(length: number): number {
  return (length + unit - 1) >>> 2;
}

function copy(from: Uint32Array, count: number, into: Uint32Array, at: number): void {
  if (count > copiedByHandMax) into.set(from.subarray(0, count), at);
  else for (let word = 0; word < count; word++) into[at + word] = from[word] ?? 0;
}
