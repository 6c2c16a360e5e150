import type { Pool } from './pool.ts';
import { headWord, type RecordKind } from './slab.ts';
import { type Words, writeHash, writeId, writeUuidBytes } from './words.ts';

const encoder = new TextEncoder();
// What looks like a mark of byte order is part of a text here.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Texts of fewer characters are written by hand: to call the encoder costs more than they do. */
const shortTextMax = 128;
/** Of a time as a number, in milliseconds since 1970: from 1971 on, and until 2109. */
export const timeBytes = 6;

/**
 * Writes one record at a time into a buffer of its own, or in the place where it is to lie. Its first word is kept for what
 * {@link headWord} makes.
 */
export class Packer {
  #bytes = new Uint8Array(1024);
  #words: Words = new Uint32Array(this.#bytes.buffer);
  #view = new DataView(this.#bytes.buffer);
  #from = 0;
  #at = 4;
  /** What {@link startAt} leaves behind is taken up again. */
  #own = { bytes: this.#bytes, words: this.#words, view: this.#view };
  #isInPlace = false;

  /** Where the record lies that was finished, until the next one is started. */
  get words(): Words {
    return this.#words;
  }

  /** Word of {@link words} at which it begins. */
  get firstWord(): number {
    return this.#from / 4;
  }

  /** Whether it lies where it was started. */
  get isInPlace(): boolean {
    return this.#isInPlace;
  }

  start(): this {
    if (this.#isInPlace) this.#leavePlace();
    this.#from = 0;
    this.#at = 4;
    return this;
  }

  /**
   * Begins a record where it is to lie; where it turns out to be too long it goes on in a buffer of its own.
   * @param bytes the same as `words`; nothing but zeros from where the record begins
   * @param from a word of it
   */
  startAt(bytes: Uint8Array<ArrayBuffer>, words: Words, from: number): this {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#words = words;
      this.#view = new DataView(bytes.buffer);
    }
    this.#isInPlace = true;
    this.#from = from * 4;
    this.#at = this.#from;
    this.#reserve(4);
    this.#at += 4;
    return this;
  }

  /** @returns the record's bytes, which lie in {@link words} */
  finish(kind: RecordKind): number {
    const length = this.#at - this.#from;
    this.#words[this.#from / 4] = headWord(kind, length);
    return length;
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
    if (value.length < shortTextMax && this.#tryAscii(value)) return this;
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

  #tryAscii(value: string): boolean {
    const { length } = value;
    this.#reserve(length + 1);
    const [bytes, from] = [this.#bytes, this.#at + 1];
    let bits = 0;
    for (let at = 0; at < length; at++) {
      const code = value.charCodeAt(at);
      bits |= code;
      bytes[from + at] = code;
    }
    if (bits > 0x7f) return false;
    bytes[this.#at] = length;
    this.#at = from + length;
    return true;
  }

  /** 0: absent; else the text's length and one. */
  optional(value: string | undefined): this {
    return value === undefined ? this.byte(0) : this.byte(1).text(value);
  }

  /** The number of a shared text, or 0 and the text. */
  shared(value: string, pool: Pool<unknown>): this {
    const number = pool.numberOf(value);
    return number === undefined ? this.number(0).text(value) : this.sharedNumber(number);
  }

  /** The same where the number is known. */
  sharedNumber(number: number): this {
    return number < 0x7f ? this.byte(number + 1) : this.number(number + 1);
  }

  /** Four words: call it before all that has no fixed length, so that it lies on words. */
  id(id: string): this {
    const at = this.takeWords();
    writeId(id, this.#words, at);
    return this;
  }

  /** Four words of a lookup hash, under the same condition. */
  hash(hash: string): this {
    const at = this.takeWords();
    writeHash(hash, this.#words, at);
    return this;
  }

  /** Room for four words, under the same condition. @returns where it begins in {@link words} */
  takeWords(): number {
    if (this.#at % 4 !== 0) throw new RangeError('words lie on words');
    this.#reserve(16);
    const at = this.#at / 4;
    this.#at += 16;
    return at;
  }

  /** An id that need not lie on words: 0 and the sixteen bytes of a UUID, or the id as text. */
  looseId(id: string): this {
    this.#reserve(17);
    if (!writeUuidBytes(id, this.#bytes, this.#at + 1)) return this.text(id);
    this.#bytes[this.#at] = 0;
    this.#at += 17;
    return this;
  }

  /** Text of one character a byte. */
  latin1(value: string): this {
    this.#reserve(value.length);
    for (let at = 0; at < value.length; at++) this.#bytes[this.#at++] = value.charCodeAt(at);
    return this;
  }

  /** A number of {@link timeBytes}, as it lies there. */
  copyTime(from: DataView, at: number): void {
    this.#reserve(timeBytes);
    this.#view.setInt32(this.#at, from.getInt32(at));
    this.#view.setInt16(this.#at + 4, from.getInt16(at + 4));
    this.#at += timeBytes;
  }

  /** A text, which lies there without its length. @returns whether it is ASCII */
  copyText(from: DataView, at: number, length: number): boolean {
    if (length > 0x7f) this.number(length);
    else this.byte(length);
    return this.copy(from, at, length);
  }

  /** @returns whether all that was copied is ASCII */
  copy(from: DataView, at: number, length: number): boolean {
    this.#reserve(length);
    const view = this.#view;
    const into = this.#at;
    this.#at += length;
    let bits = 0;
    let byte = 0;
    // Four at a time, wherever they lie.
    for (; byte + 4 <= length; byte += 4) {
      const value = from.getInt32(at + byte, true);
      bits |= value;
      view.setInt32(into + byte, value, true);
    }
    for (; byte < length; byte++) {
      const value = from.getUint8(at + byte);
      bits |= value;
      view.setUint8(into + byte, value);
    }
    return (bits & 0x8080_8080) === 0;
  }

  /** Bytes that were written since the start, and the four before them. */
  get length(): number {
    return this.#at - this.#from;
  }

  /** What was written since the start, behind four bytes that tell how long it is: the least of them first. */
  takeFrame(): Uint8Array {
    const frame = this.#bytes.slice(this.#from, this.#at);
    new DataView(frame.buffer).setUint32(0, this.length - 4, true);
    return frame;
  }

  /** Four bytes of nothing, for the holder to write what it finds out later. They lie on a word, as ids do. */
  blank(): this {
    if (this.#at % 4 !== 0) throw new RangeError('words lie on words');
    this.#reserve(4);
    this.#words[this.#at / 4] = 0;
    this.#at += 4;
    return this;
  }

  #reserve(count: number): void {
    if (this.#at + count > this.#bytes.length) this.#grow(this.length + count);
  }

  #grow(lengthMin: number): void {
    const begun = this.#bytes.subarray(this.#from, this.#at);
    let { bytes } = this.#own;
    if (bytes.length < lengthMin) {
      let { length } = bytes;
      while (length < lengthMin) length *= 2;
      bytes = new Uint8Array(length);
      this.#own = { bytes, words: new Uint32Array(bytes.buffer), view: new DataView(bytes.buffer) };
    }
    if (bytes.buffer !== begun.buffer) bytes.set(begun);
    // Who writes there next finds nothing.
    if (this.#isInPlace) begun.fill(0);
    this.#at = begun.length;
    this.#from = 0;
    this.#leavePlace();
  }

  #leavePlace(): void {
    this.#isInPlace = false;
    this.#bytes = this.#own.bytes;
    this.#words = this.#own.words;
    this.#view = this.#own.view;
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
