import type { RecordKind, Slab } from './slab.ts';
import type { Words } from './words.ts';

/** What a mark says that is none of a name. */
const empty = 0;
const removed = 1;
const marksFrom = 2;
const slotsMin = 64;
/** Slots in use, the removed ones among them, before the index grows or is tidied. */
const loadMax = 0.7;
/** Room that an index that grows gets, against what it has to hold: were it just enough, it would be tidied again at once. */
const growth = 1.4;

/** Where there are fewer bytes of records for each entry, reading all of them in turn is faster than each entry's own. */
const walkedBytesMax = 1024;

/**
 * Finds records of a kind by a name of 128 bits that stands in them: open addressing over one typed array, since a `Map` takes ten
 * times the memory for each key. The index holds places alone; the names lie with the records, where they are read anyway.
 * A byte for each slot tells most other names apart, so that records of others are not read for nothing.
 */
export class HashIndex {
  readonly #slab: Slab;
  readonly #kind: RecordKind;
  readonly #nameWord: number;
  #slots = new Uint32Array(slotsMin);
  #marks = new Uint8Array(slotsMin);
  #used = 0;
  #size = 0;

  /** @param nameWord word of each record at which the four words of its name begin */
  constructor(slab: Slab, kind: RecordKind, nameWord: number) {
    this.#slab = slab;
    this.#kind = kind;
    this.#nameWord = nameWord;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#slots.byteLength + this.#marks.byteLength;
  }

  /** The place of the record whose name stands in `words` at `at`; -1: none. */
  find(words: Words, at = 0): number {
    const marks = this.#marks;
    const mask = marks.length - 1;
    const hash = spread(words, at);
    const wanted = markOf(hash);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const mark = marks[slot] ?? empty;
      if (mark === empty) return -1;
      if (mark !== wanted) continue;
      const place = this.#slots[slot] ?? 0;
      if (this.#isNamed(place, words, at)) return place;
    }
  }

  /**
   * Takes in a record, in the place of the one of its name. It has to be all that the index lacks of the records that are
   * not freed, unless there is room for it: an index that grows reads them where they lie.
   * @returns the place of the one that it stands for now, which is still to be freed; -1: there was none
   */
  put(place: number): number {
    const hash = this.#hashOf(place);
    const slot = this.#slotFor(hash, place);
    if (this.#marks[slot] !== empty) {
      const before = this.#slots[slot] ?? 0;
      this.#slots[slot] = place;
      return before;
    }
    this.#used += 1;
    this.#size += 1;
    if (this.#used > this.#slots.length * loadMax) this.#grow(place);
    else this.#set(slot, hash, place);
    return -1;
  }

  /**
   * Takes in records for which there is room, one after the other, as {@link put} does: in one loop, so that the machine waits
   * for many slots at once.
   * @param places of records that all lie in one stretch
   * @returns the first of `places` whose name is held already, and which is not taken in; `to`: there was none
   */
  fill(places: Uint32Array, from: number, to: number): number {
    const [slab, slots, marks, nameWord] = [this.#slab, this.#slots, this.#marks, this.#nameWord];
    const words = slab.wordsOf(places[from] ?? 0);
    const mask = marks.length - 1;
    let at = from;
    search: for (; at < to; at++) {
      const place = places[at] ?? 0;
      const name = slab.wordOf(place) + nameWord;
      const hash = spread(words, name);
      const wanted = markOf(hash);
      let slot = hash & mask;
      for (let mark = marks[slot]; mark !== empty; mark = marks[slot]) {
        if (mark === wanted && this.#isNamed(slots[slot] ?? 0, words, name)) break search;
        slot = (slot + 1) & mask;
      }
      marks[slot] = wanted;
      slots[slot] = place;
    }
    this.#used += at - from;
    this.#size += at - from;
    return at;
  }

  /** Makes room for so many more at once, whatever lies in the slab besides. */
  reserve(count: number): void {
    if (this.#used + count > this.#slots.length * loadMax) this.#rebuild(this.#size + count);
  }

  /** Of no effect where it is not in the index. */
  remove(place: number): void {
    const slot = this.#slotOf(place);
    if (slot < 0) return;
    this.#marks[slot] = removed;
    this.#size -= 1;
  }

  #isNamed(place: number, words: Words, at: number): boolean {
    const names = this.#slab.wordsOf(place);
    const name = this.#slab.wordOf(place) + this.#nameWord;
    return (
      names[name] === words[at] &&
      names[name + 1] === words[at + 1] &&
      names[name + 2] === words[at + 2] &&
      names[name + 3] === words[at + 3]
    );
  }

  /** Whether two records have the same name. */
  isAlike(left: number, right: number): boolean {
    return this.#isNamed(left, this.#slab.wordsOf(right), this.#slab.wordOf(right) + this.#nameWord);
  }

  #hashOf(place: number): number {
    const slab = this.#slab;
    return spread(slab.wordsOf(place), slab.wordOf(place) + this.#nameWord);
  }

  #slotOf(place: number): number {
    const mask = this.#marks.length - 1;
    for (let slot = this.#hashOf(place) & mask; ; slot = (slot + 1) & mask) {
      const mark = this.#marks[slot] ?? empty;
      if (mark === empty) return -1;
      if (mark !== removed && this.#slots[slot] === place) return slot;
    }
  }

  /** Where the record of its name stands, or where it can. */
  #slotFor(hash: number, place: number): number {
    const [marks, slots] = [this.#marks, this.#slots];
    const mask = marks.length - 1;
    const wanted = markOf(hash);
    const names = this.#slab.wordsOf(place);
    const name = this.#slab.wordOf(place) + this.#nameWord;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const mark = marks[slot] ?? empty;
      if (mark === empty || (mark === wanted && this.#isNamed(slots[slot] ?? 0, names, name))) return slot;
    }
  }

  /** In a slot of its own: no record of its name is in the index. */
  #place(place: number): void {
    const mask = this.#marks.length - 1;
    const hash = this.#hashOf(place);
    let slot = hash & mask;
    while (this.#marks[slot] !== empty) slot = (slot + 1) & mask;
    this.#set(slot, hash, place);
  }

  #set(slot: number, hash: number, place: number): void {
    this.#marks[slot] = markOf(hash);
    this.#slots[slot] = place;
  }

  /** Makes room where it is too full, for what lies in the slab and the index lacks as well. @param last of it all */
  #grow(last: number): void {
    const slab = this.#slab;
    if (slab.writtenBytes >= this.#size * walkedBytesMax) {
      this.#rebuild(this.#size * growth);
      this.#place(last);
      return;
    }
    this.#renew(this.#size * growth);
    slab.forEach((place) => {
      if (slab.kindOf(place) === this.#kind) this.#place(place);
    });
  }

  /** Without what was removed, and with room for so many. */
  #rebuild(count: number): void {
    const [slots, marks] = [this.#slots, this.#marks];
    this.#renew(count);
    for (const [slot, place] of slots.entries()) if ((marks[slot] ?? empty) >= marksFrom) this.#place(place);
  }

  #renew(count: number): void {
    let { length } = this.#slots;
    while (count > length * loadMax) length *= 2;
    this.#slots = new Uint32Array(length);
    this.#marks = new Uint8Array(length);
    this.#used = this.#size;
  }
}

/** Of the bits that choose no slot before there are 16 million. */
function markOf(hash: number): number {
  return Math.max(marksFrom, hash >>> 24);
}

/** Ids are random, but need not be: ones that count up would lie side by side, and every miss would walk them all. */
function spread(words: Words, at: number): number {
  let mixed = (words[at] ?? 0) ^ Math.imul(words[at + 1] ?? 0, 0x9e37_79b1);
  mixed ^= Math.imul((words[at + 2] ?? 0) ^ Math.imul(words[at + 3] ?? 0, 0x85eb_ca6b), 0xc2b2_ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
