import type { Pool } from './pool.ts';
import { writeId } from './words.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Writes one record at a time into a buffer of its own. Four bytes at the start are kept for the record's length. */
export class Packer {
  #bytes = new Uint8Array(1024);
  #at = 4;

  start(): this {
    this.#at = 4;
    return this;
  }

  /** The record, in a buffer that the next one overwrites. */
  finish(): Uint8Array {
    new Uint32Array(this.#bytes.buffer, 0, 1)[0] = this.#at;
    return this.#bytes.subarray(0, this.#at);
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
    return this;
  }

  /** A whole number from 0 on, seven bits a byte. */
  number(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no whole number from 0 on`);
    this.#reserve(8);
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) | 0x80;
    this.#bytes[this.#at++] = rest;
    return this;
  }

  text(value: string): this {
    const bytesMax = value.length * 3;
    this.#reserve(bytesMax + 8);
    const encoded = encoder.encodeInto(value, this.#bytes.subarray(this.#at + 8));
    // The length comes first, and takes fewer bytes than were left for it.
    const from = this.#at + 8;
    this.number(encoded.written);
    this.#bytes.copyWithin(this.#at, from, from + encoded.written);
    this.#at += encoded.written;
    return this;
  }

  /** 0: absent; else the text's length and one. */
  optional(value: string | undefined): this {
    return value === undefined ? this.byte(0) : this.byte(1).text(value);
  }

  /** The number of a shared text, or 0 and the text. */
  shared(value: string, pool: Pool<unknown>): this {
    const number = pool.numberOf(value);
    return number === undefined ? this.number(0).text(value) : this.number(number + 1);
  }

  /** Sixteen bytes where typed arrays can read them as words: call it before all that has no fixed length. */
  uuid(id: string): this {
    if (this.#at % 4 !== 0) throw new RangeError('an id lies on words');
    this.#reserve(16);
    writeId(id, new Uint32Array(this.#bytes.buffer, this.#at, 4));
    this.#at += 16;
    return this;
  }

  /** Four bytes of nothing, for the holder to write what it finds out later. */
  blank(): this {
    this.#reserve(4);
    this.#bytes.fill(0, this.#at, this.#at + 4);
    this.#at += 4;
    return this;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    let length = this.#bytes.length;
    while (length < this.#at + count) length *= 2;
    const grown = new Uint8Array(length);
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }
}

/** Reads what a {@link Packer} wrote, in the same order. */
export class Unpacker {
  #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array = new Uint8Array(0), at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Goes on elsewhere. */
  move(bytes: Uint8Array, at: number): this {
    this.#bytes = bytes;
    this.#at = at;
    return this;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    const length = this.number();
    const from = this.#at;
    this.#at += length;
    return decoder.decode(this.#bytes.subarray(from, this.#at));
  }

  optional(): string | undefined {
    return this.byte() === 0 ? undefined : this.text();
  }

  shared<T>(pool: Pool<T>): T {
    const number = this.number();
    return number === 0 ? pool.readAlone(this.text()) : pool.at(number - 1);
  }
}
