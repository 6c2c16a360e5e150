/**
 * The headers of a call, as they stand in the message that tells of it. Headers are bytes, a character each, as Node's
 * own server reads them. Of most of them nobody asks for more than the name.
 */
export class HeaderTable {
  readonly #bytes: Buffer;
  readonly #names: string[] = [];
  /** Where each value starts and where it ends, in turn. */
  readonly #values: number[] = [];

  /** @param bytes of the message */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** In lower case, in the order in which they came. */
  get names(): readonly string[] {
    return this.#names;
  }

  add({ keyStart, keyEnd, valueStart, valueEnd }: EntryPlace): void {
    this.#names.push(names.read(this.#bytes, keyStart, keyEnd));
    this.#values.push(valueStart, valueEnd);
  }

  /** Every value of a header, in the order in which they came. @param wanted in lower case */
  valuesOf(wanted: string): string[] {
    const values: string[] = [];
    for (let at = this.#names.indexOf(wanted); at >= 0; at = this.#names.indexOf(wanted, at + 1)) {
      values.push(this.#bytes.toString('latin1', this.#values[2 * at], this.#values[2 * at + 1]));
    }
    return values;
  }
}

/** Where name and value of an entry stand in a message. */
export interface EntryPlace {
  keyStart: number;
  keyEnd: number;
  valueStart: number;
  valueEnd: number;
}

/** A power of two. */
const memorySlots = 512;
const rememberedLengthMax = 64;

interface KnownName {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/**
 * Names of headers, which are the same in nearly all calls: a text that is there already needs neither be made nor hashed
 * again. Each slot remembers one, so that strangers can make it forget, and not grow.
 */
class NameMemory {
  readonly #slots: (KnownName | undefined)[] = Array.from({ length: memorySlots }, () => undefined);

  /** In lower case. */
  read(bytes: Buffer, start: number, end: number): string {
    let hash = 0;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const slot = hash & (memorySlots - 1);
    const known = this.#slots[slot];
    if (known !== undefined && standsAt(known.bytes, bytes, start, end)) return known.name;
    const name = bytes.toString('latin1', start, end).toLowerCase();
    if (end - start <= rememberedLengthMax) {
      this.#slots[slot] = { bytes: Uint8Array.from(bytes.subarray(start, end)), name };
    }
    return name;
  }
}

function standsAt(wanted: Uint8Array, bytes: Buffer, start: number, end: number): boolean {
  if (wanted.length !== end - start) return false;
  for (let at = 0; at < wanted.length; at++) if (wanted[at] !== bytes[start + at]) return false;
  return true;
}

const names = new NameMemory();
