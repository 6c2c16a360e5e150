const chunkBits = 22;
const chunkBytes = 1 << chunkBits;
/** Places count in fours, so that 32 bits reach 16 GB and words lie where typed arrays can read them. */
const unit = 4;
const unitBits = chunkBits - 2;
const unitMask = (1 << unitBits) - 1;
/** Of the word at a record's start, which holds its length: set where it was freed. */
const dead = 1 << 31;

/** Bytes of one stretch of the slab. A record that lies in it is never written again, but for its first word and its link: readers may keep it. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
}

/** Where records lie, one behind the other, in few large pieces that the garbage collector never looks into. */
export class Slab {
  readonly #chunks: Chunk[] = [];
  #end = 0;
  #live = 0;

  /** Bytes taken from the system. */
  get bytes(): number {
    return this.#chunks.length * chunkBytes;
  }

  /** Bytes of all records that were written. */
  get writtenBytes(): number {
    return this.#end;
  }

  /** Bytes of records that are not freed. */
  get liveBytes(): number {
    return this.#live;
  }

  /** @returns the record's place */
  write(record: Uint8Array): number {
    const size = alignUp(record.length);
    if (size > chunkBytes) throw new RangeError(`a record of ${record.length} bytes is too long`);
    const room = chunkBytes - (this.#end % chunkBytes);
    if (room < size) this.#end += room;
    if (this.#end === this.#chunks.length * chunkBytes) this.#addChunk();
    const place = this.#end / unit;
    this.chunkOf(place).bytes.set(record, this.offsetOf(place));
    this.#end += size;
    this.#live += size;
    return place;
  }

  chunkOf(place: number): Chunk {
    const chunk = this.#chunks[place >>> unitBits];
    if (chunk === undefined) throw new RangeError('nothing lies at this place');
    return chunk;
  }

  /** The record's first byte in its chunk. */
  offsetOf(place: number): number {
    return (place & unitMask) * unit;
  }

  /** Bytes of a record. */
  lengthOf(place: number): number {
    return (this.chunkOf(place).words[this.offsetOf(place) / unit] ?? 0) & ~dead;
  }

  /** Whether it was not freed. */
  isLive(place: number): boolean {
    return ((this.chunkOf(place).words[this.offsetOf(place) / unit] ?? 0) & dead) === 0;
  }

  /** The record is out of date from now on, and its room garbage. Nobody gets it. */
  free(place: number): void {
    this.#live -= alignUp(this.lengthOf(place));
    this.chunkOf(place).words[this.offsetOf(place) / unit] = this.lengthOf(place) | dead;
  }

  #addChunk(): void {
    const buffer = new ArrayBuffer(chunkBytes);
    this.#chunks.push({ bytes: new Uint8Array(buffer), words: new Uint32Array(buffer) });
  }
}

function alignUp(length: number): number {
  return Math.ceil(length / unit) * unit;
}
