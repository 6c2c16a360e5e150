import { HashIndex } from './hash-index.ts';
import type { Pools } from './record-codec.ts';
import type { Slab } from './slab.ts';
import type { Words } from './words.ts';

const rowsMin = 64;
/** An eighth more each time: doubling would leave up to half of it empty. */
const growth = 1.125;
const nowhere = 0xffff_ffff;

/**
 * Records of one noun, found by id. A row keeps its number for as long as it lives, and nobody gets it afterwards; its
 * record moves to a new place with every change, so that who remembers a place sees by one comparison that it is out
 * of date.
 */
export class RowTable {
  /** Where the records lie, and what they share: the same for as long as the table is used. */
  readonly slab: Slab;
  readonly pools: Pools;
  #names: Words = new Uint32Array(rowsMin * 4);
  #places = new Uint32Array(rowsMin);
  #rows = 0;
  readonly #index = new HashIndex(this.#names);

  constructor(slab: Slab, pools: Pools) {
    this.slab = slab;
    this.pools = pools;
  }

  get size(): number {
    return this.#index.size;
  }

  get bytes(): number {
    return this.#names.byteLength + this.#places.byteLength + this.#index.bytes;
  }

  /** -1: none. */
  find(id: Words, at = 0): number {
    return this.#index.find(id, at);
  }

  /** Of a row that lives. */
  placeOf(row: number): number {
    return this.#places[row] ?? nowhere;
  }

  /** Rows that were removed: their room is taken until the table is written anew. */
  get holes(): number {
    return this.#rows - this.#index.size;
  }

  /** The words of each row's id, at four times its number. They stay when the row is removed. */
  get names(): Words {
    return this.#names;
  }

  /** @returns the row, and the place of the record that it had before; -1: it is new */
  put(id: Words, record: Uint8Array): { row: number; before: number } {
    const known = this.#index.find(id);
    const place = this.slab.write(record);
    if (known >= 0) {
      const before = this.placeOf(known);
      this.#places[known] = place;
      return { row: known, before };
    }
    const row = this.#addRow();
    this.#names.set(id.subarray(0, 4), row * 4);
    this.#places[row] = place;
    this.#index.insert(row);
    return { row, before: -1 };
  }

  /** @returns the place of the record that the row had; -1 where there is no such row */
  remove(id: Words): number {
    const row = this.#index.find(id);
    if (row < 0) return -1;
    this.#index.remove(row);
    const before = this.placeOf(row);
    this.#places[row] = nowhere;
    return before;
  }

  /** Every row that lives. */
  *rows(): Generator<number> {
    for (let row = 0; row < this.#rows; row++) if (this.#places[row] !== nowhere) yield row;
  }

  #addRow(): number {
    if (this.#rows === this.#places.length) {
      const length = Math.ceil(this.#places.length * growth);
      const [names, places] = [new Uint32Array(length * 4), new Uint32Array(length)];
      names.set(this.#names);
      places.set(this.#places);
      [this.#names, this.#places] = [names, places];
      this.#index.names = names;
    }
    return this.#rows++;
  }
}
