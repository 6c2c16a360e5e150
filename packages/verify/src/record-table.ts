import { HashIndex } from './hash-index.ts';
import type { Packer } from './packer.ts';
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
/** Records that are taken in together: few enough that they are still near when the second index wants them. */
const runMax = 1 << 11;

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
  /** Place of the first record that no index has yet; -1: there is none. */
  #appendedFrom = -1;
  /** How many there are of them, by kind. */
  readonly #appended = Object.values(kinds).map(() => 0);
  /** Places of records of one kind that are taken in together, all in one stretch. */
  readonly #run = new Uint32Array(runMax);

  constructor() {
    this.#byHash = this.#lay(this.#ground.slab);
  }

  get ground(): Ground {
    return this.#ground;
  }

  /** Records of a kind. */
  count(kind: RecordKind): number {
    this.settle();
    return this.#index(kind).size;
  }

  /** Of buffers and typed arrays; what the engine takes for shared texts comes on top. */
  get bytes(): number {
    const indexes = this.#indexes.reduce((sum, index) => sum + index.bytes, this.#byHash.bytes);
    return this.#ground.slab.bytes + indexes;
  }

  /** The place of a record; -1: there is none. */
  find(kind: RecordKind, id: Words): number {
    this.settle();
    return this.#index(kind).find(id);
  }

  /** The place of a credential; -1: there is none. */
  findByHash(hash: Words): number {
    this.settle();
    return this.#byHash.find(hash);
  }

  /** Takes in a record as `record-codec.ts` packs it, in the place of the one of this id. */
  put(kind: RecordKind, record: Words, length: number): void {
    this.settle();
    this.#takeIn(kind, this.#ground.slab.write(record, length));
  }

  /** Starts a record where {@link append} does not have to move it. */
  start(packer: Packer): Packer {
    const { slab } = this.#ground;
    const place = slab.nextPlace;
    return packer.startAt(slab.bytesOf(place), slab.wordsOf(place), slab.wordOf(place));
  }

  /**
   * Takes in one of many: what is appended is found by nobody before {@link settle}, which knows how many there are, and
   * makes room for all of them at once.
   */
  append(kind: RecordKind, record: Packer, length: number): void {
    const { slab } = this.#ground;
    const place = record.isInPlace ? slab.keep(length) : slab.write(record.words, length);
    if (this.#appendedFrom < 0) this.#appendedFrom = place;
    this.#appended[kind] = (this.#appended[kind] ?? 0) + 1;
  }

  /**
   * Takes in what was appended, in the order in which it was.
   * @param stretches how many of the slab's pieces to go through
   * @returns whether more is left
   */
  settle(stretches = Number.POSITIVE_INFINITY): boolean {
    if (this.#appendedFrom < 0) return false;
    for (const [kind, count] of this.#appended.entries()) this.#index(kind).reserve(count);
    this.#byHash.reserve(this.#appended[kinds.credential] ?? 0);
    for (let left = stretches; left > 0 && this.#appendedFrom >= 0; left--) this.#settleStretch();
    return this.#appendedFrom >= 0;
  }

  #settleStretch(): void {
    const { slab } = this.#ground;
    const run = this.#run;
    let kind: RecordKind = kinds.credential;
    let length = 0;
    const take = (place: number) => {
      const its = slab.kindOf(place);
      if (its !== kind || length === runMax) {
        this.#takeInRun(kind, length);
        length = 0;
        kind = its;
      }
      run[length++] = place;
    };
    this.#appendedFrom = slab.forEach(take, this.#appendedFrom, 1);
    this.#takeInRun(kind, length);
  }

  /** Takes in so many of the run, which are of one kind. */
  #takeInRun(kind: RecordKind, length: number): void {
    const run = this.#run;
    const index = this.#index(kind);
    for (let at = 0; at < length; at++) {
      const from = at;
      at = index.fill(run, from, length);
      if (kind === kinds.credential) this.#hashRun(from, at);
      // What comes in the place of another one.
      if (at < length) this.#takeIn(kind, run[at] ?? 0);
    }
    this.#appended[kind] = (this.#appended[kind] ?? 0) - length;
  }

  #hashRun(from: number, to: number): void {
    for (let at = from; at < to; at++) {
      at = this.#byHash.fill(this.#run, at, to);
      if (at < to) this.#hash(this.#run[at] ?? 0, -1);
    }
  }

  remove(kind: RecordKind, id: Words): void {
    this.settle();
    const index = this.#index(kind);
    const place = index.find(id);
    if (place < 0) return;
    if (kind === kinds.credential) this.#byHash.remove(place);
    index.remove(place);
    this.#ground.slab.free(place);
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
    this.settle();
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
      this.#index(kind).put(place);
      if (kind === kinds.credential) this.#byHash.put(place);
    });
  }

  #takeIn(kind: RecordKind, place: number): void {
    const before = this.#index(kind).put(place);
    if (before >= 0) this.#ground.slab.free(before);
    if (kind === kinds.credential) this.#hash(place, before);
  }

  /** @param before the credential that it stands for, which is freed; -1: there was none */
  #hash(place: number, before: number): void {
    // A key never changes; one that did would be found by neither hash.
    if (before >= 0 && !this.#byHash.isAlike(before, place)) this.#byHash.remove(before);
    const rival = this.#byHash.put(place);
    if (rival < 0 || rival === before) return;
    // A key whose app went is not told of as deleted, and may be made again: what is left of the first one hides nothing.
    this.#index(kinds.credential).remove(rival);
    this.#ground.slab.free(rival);
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
