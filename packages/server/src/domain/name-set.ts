/**
 * Remembers texts by 64 bits of each, in 16 to 32 bytes apiece: that two of ten million are taken for one has a chance
 * of one in 300,000. For a dry run, which writes nothing and has to know what it would have written.
 */
export class NameSet {
  #slots = new BigUint64Array(1024);
  #size = 0;

  /** Texts that are remembered. */
  get size(): number {
    return this.#size;
  }

  has(text: string): boolean {
    const mark = markOf(text);
    return this.#slots[find(this.#slots, mark)] === mark;
  }

  add(text: string): void {
    const mark = markOf(text);
    const at = find(this.#slots, mark);
    if (this.#slots[at] === mark) return;
    this.#slots[at] = mark;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#grow();
  }

  #grow(): void {
    const slots = new BigUint64Array(this.#slots.length * 2);
    for (const mark of this.#slots) if (mark !== 0n) slots[find(slots, mark)] = mark;
    this.#slots = slots;
  }
}

/** The slot that holds the mark, or the free one where it belongs. */
function find(slots: BigUint64Array, mark: bigint): number {
  let at = Number(mark & 0x7fffffffn) & (slots.length - 1);
  while (slots[at] !== 0n && slots[at] !== mark) at = (at + 1) & (slots.length - 1);
  return at;
}

/** Two FNV-1a hashes over the UTF-16 units, stirred at the end; never 0, which marks a free slot. */
function markOf(text: string): bigint {
  let low = 0x811c9dc5;
  let high = 0x2f0b4c47;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (low >>> 15), 0x85ebca6b);
  }
  const mark = (BigInt(stir(high)) << 32n) | BigInt(stir(low));
  return mark === 0n ? 1n : mark;
}

function stir(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
