import type { RecordKind, Slab } from './slab.ts';
import type { Words } from './words.ts';

/** What a mark says that is none of a name. */
const empty = 0;
const removed = 1;
const marksFrom = 2;
const slotsMin = 64;
/** Slots in use, the removed ones among them, before the index grows or is tidied. */
const loadMax = 0.7;

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
   * No record of this name must be in the index. It has to be what the index lacks of the records that are not freed:
   * an index that grows reads them where they lie.
   */
  insert(place: number): void {
    this.#used += 1;
    this.#size += 1;
    if (this.#used > this.#slots.length * loadMax) this.#rebuild(place);
    else this.#place(place);
  }

  /** Another record of the same name, in the place of the one that is in the index. */
  replace(before: number, place: number): void {
    const slot = this.#slotOf(before);
    if (slot >= 0) this.#slots[slot] = place;
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

  #place(place: number): void {
    const mask = this.#marks.length - 1;
    const hash = this.#hashOf(place);
    let slot = hash & mask;
    while (this.#marks[slot] !== empty) slot = (slot + 1) & mask;
    this.#marks[slot] = markOf(hash);
    this.#slots[slot] = place;
  }

  /** Without what was removed; larger where it is still too full then. @param last not in the index yet */
  #rebuild(last: number): void {
    const [before, marks, slab] = [this.#slots, this.#marks, this.#slab];
    let { length } = before;
    while (this.#size * 2 > length) length *= 2;
    this.#slots = new Uint32Array(length);
    this.#marks = new Uint8Array(length);
    this.#used = this.#size;
    if (slab.writtenBytes < this.#size * walkedBytesMax) {
      slab.forEach((place) => {
        if (slab.kindOf(place) === this.#kind) this.#place(place);
      });
      return;
    }
    for (const [slot, place] of before.entries()) if ((marks[slot] ?? empty) >= marksFrom) this.#place(place);
    this.#place(last);
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
