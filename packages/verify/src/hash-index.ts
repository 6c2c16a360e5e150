import type { Words } from './words.ts';

const empty = 0;
const removed = 0xffff_ffff;
const slotsMin = 64;
/** Slots in use, the removed ones among them, before the index grows or is tidied. */
const loadMax = 0.7;

/**
 * Finds the row of a 128-bit name: open addressing over one typed array, since a `Map` takes ten times the memory for
 * each key. The names lie with the rows; the index holds row numbers alone.
 */
export class HashIndex {
  /** Names of the rows, four words each; the rows' owner sets it anew where he moves them. */
  names: Words;
  #slots = new Uint32Array(slotsMin);
  #used = 0;
  #size = 0;

  constructor(names: Words) {
    this.names = names;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#slots.byteLength;
  }

  /** The row whose name stands in `words` at `at`; -1: none. */
  find(words: Words, at = 0): number {
    const { names } = this;
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = spread(words, at) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? empty;
      if (entry === empty) return -1;
      if (entry !== removed && isAlike(names, (entry - 1) * 4, words, at)) return entry - 1;
    }
  }

  /** The row's name must not be in the index yet. */
  insert(row: number): void {
    if (this.#used + 1 > this.#slots.length * loadMax) this.#rebuild();
    this.#place(row);
    this.#used += 1;
    this.#size += 1;
  }

  /** The row's name must still be what it was when it was inserted. */
  remove(row: number): void {
    const slot = this.#slotOf(row);
    if (slot < 0) return;
    this.#slots[slot] = removed;
    this.#size -= 1;
  }

  #slotOf(row: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = spread(this.names, row * 4) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] ?? empty;
      if (entry === empty) return -1;
      if (entry === row + 1) return slot;
    }
  }

  #place(row: number): void {
    const mask = this.#slots.length - 1;
    let slot = spread(this.names, row * 4) & mask;
    while (this.#slots[slot] !== empty) slot = (slot + 1) & mask;
    this.#slots[slot] = row + 1;
  }

  /** Without what was removed; larger where it is still too full then. */
  #rebuild(): void {
    const rows = this.#slots.filter((entry) => entry !== empty && entry !== removed);
    let length = this.#slots.length;
    while ((rows.length + 1) * 2 > length) length *= 2;
    this.#slots = new Uint32Array(length);
    for (const entry of rows) this.#place(entry - 1);
    this.#used = rows.length;
  }
}

function isAlike(names: Words, name: number, words: Words, at: number): boolean {
  return (
    names[name] === words[at] &&
    names[name + 1] === words[at + 1] &&
    names[name + 2] === words[at + 2] &&
    names[name + 3] === words[at + 3]
  );
}

/** Ids are random, but need not be: ones that count up would lie side by side, and every miss would walk them all. */
function spread(words: Words, at: number): number {
  let mixed = (words[at] ?? 0) ^ Math.imul(words[at + 1] ?? 0, 0x9e37_79b1);
  mixed ^= Math.imul((words[at + 2] ?? 0) ^ Math.imul(words[at + 3] ?? 0, 0x85eb_ca6b), 0xc2b2_ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
