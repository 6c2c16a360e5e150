import { HashIndex } from './hash-index.ts';
import { hashWord, idWord, kinds, linkWord, Pools, parentWord } from './record-codec.ts';
import { type RecordKind, Slab } from './slab.ts';
import type { Words } from './words.ts';

/** Where records lie, and what they share: who keeps a place keeps this with it. */
export interface Ground {
  readonly slab: Slab;
  readonly pools: Pools;
}

/** Room that is of no use any more is let be up to here. */
const garbageBytesMin = 1 << 22;

/**
 * Packed records, found by kind and id, and credentials by their lookup hash as well. Each change of a record moves it to
 * a new place, so that who remembers a place sees by one look that it is out of date.
 */
export class RecordTable {
  readonly pools = new Pools();
  #ground: Ground = { slab: new Slab(), pools: this.pools };
  /** By kind. */
  #indexes: readonly HashIndex[] = [];
  #byHash: HashIndex;

  constructor() {
    this.#byHash = this.#lay(this.#ground.slab);
  }

  get ground(): Ground {
    return this.#ground;
  }

  /** Records of a kind. */
  count(kind: RecordKind): number {
    return this.#index(kind).size;
  }

  /** Of buffers and typed arrays; what the engine takes for shared texts comes on top. */
  get bytes(): number {
    const indexes = this.#indexes.reduce((sum, index) => sum + index.bytes, this.#byHash.bytes);
    return this.#ground.slab.bytes + indexes;
  }

  /** The place of a record; -1: there is none. */
  find(kind: RecordKind, id: Words): number {
    return this.#index(kind).find(id);
  }

  /** The place of a credential; -1: there is none. */
  findByHash(hash: Words): number {
    return this.#byHash.find(hash);
  }

  /** Takes in a record as `record-codec.ts` packs it, in the place of the one of this id. */
  put(kind: RecordKind, record: Words, length: number): void {
    const { slab } = this.#ground;
    const index = this.#index(kind);
    const before = index.find(record, idWord);
    const place = slab.write(record, length);
    // A key never changes; one that did would be found by neither hash.
    if (before >= 0) this.#unhash(kind, before);
    if (kind === kinds.credential) this.#dropRival(record);
    if (before >= 0) {
      index.replace(before, place);
      slab.free(before);
    } else index.insert(place);
    if (kind === kinds.credential) this.#byHash.insert(place);
  }

  remove(kind: RecordKind, id: Words): void {
    const place = this.#index(kind).find(id);
    if (place >= 0) this.#drop(kind, place);
  }

  /**
   * Where the record lies that another hangs on; -1: it is not held. It is noted in the one that hangs on it: a place is
   * nobody else's for as long as the slab is used, so that the note holds until what lies there is freed.
   */
  findParent(child: number, kind: RecordKind): number {
    const { slab } = this.#ground;
    const words = slab.wordsOf(child);
    const from = slab.wordOf(child);
    const link = words[from + linkWord] ?? 0;
    if (link !== 0 && slab.isLive(link - 1)) return link - 1;
    const place = this.#index(kind).find(words, from + parentWord);
    words[from + linkWord] = place + 1;
    return place;
  }

  /** More than a third of what lies here is of no use any more. */
  get isWasteful(): boolean {
    const { writtenBytes, liveBytes } = this.#ground.slab;
    const garbage = writtenBytes - liveBytes;
    return garbage > garbageBytesMin && garbage > liveBytes / 2;
  }

  /** Writes all that lives anew, in new buffers: who kept a place keeps the old ones. */
  compact(): void {
    const before = this.#ground.slab;
    const slab = new Slab();
    this.#ground = { slab, pools: this.pools };
    this.#byHash = this.#lay(slab);
    before.forEach((from) => {
      const length = before.lengthOf(from);
      const kind = before.kindOf(from);
      const word = before.wordOf(from);
      const place = slab.write(before.wordsOf(from).subarray(word, word + Math.ceil(length / 4)), length);
      // All lies elsewhere now.
      if (kind === kinds.credential || kind === kinds.app) slab.wordsOf(place)[slab.wordOf(place) + linkWord] = 0;
      this.#index(kind).insert(place);
      if (kind === kinds.credential) this.#byHash.insert(place);
    });
  }

  /** A key whose app went is not told of as deleted, and may be made again: what is left of the first one hides nothing. */
  #dropRival(record: Words): void {
    const rival = this.#byHash.find(record, hashWord);
    if (rival >= 0) this.#drop(kinds.credential, rival);
  }

  #drop(kind: RecordKind, place: number): void {
    this.#unhash(kind, place);
    this.#index(kind).remove(place);
    this.#ground.slab.free(place);
  }

  #unhash(kind: RecordKind, place: number): void {
    if (kind === kinds.credential) this.#byHash.remove(place);
  }

  #lay(slab: Slab): HashIndex {
    this.#indexes = Object.values(kinds).map((kind) => new HashIndex(slab, kind, idWord));
    return new HashIndex(slab, kinds.credential, hashWord);
  }

  #index(kind: RecordKind): HashIndex {
    const index = this.#indexes[kind];
    if (index === undefined) throw new RangeError('there is no such kind of records');
    return index;
  }
}
