import { type Packer, timeBytes } from './packer.ts';
import { fail, idLengthMax } from './record-reader.ts';
import { copyUuidBytes, type Words, writeId } from './words.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Of a lookup hash. */
export const hashBytes = 32;
/** A number of fewer bytes than these is below 2^53. */
const numberBytesSafe = 8;

/**
 * Reads one frame of a packed snapshot (SPEC.md, "Packed"). Whatever is not as it has to be throws an `UnreadableError`;
 * nothing behind the frame's end is ever read.
 */
export class WireReader {
  #bytes = new Uint8Array(0);
  #view: DataView = new DataView(this.#bytes.buffer);
  #at = 0;

  /** Begins with another frame. */
  open(frame: Uint8Array): this {
    this.#bytes = frame as Uint8Array<ArrayBuffer>;
    this.#view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    this.#at = 0;
    return this;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? fail('another byte');
  }

  /** A byte below a bound. */
  code(bound: number): number {
    const value = this.byte();
    return value < bound ? value : fail('a code that is known');
  }

  number(): number {
    const first = this.#bytes[this.#at];
    if (first === undefined || first > 0x7f) return this.#longNumber();
    this.#at += 1;
    return first;
  }

  #longNumber(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) fail('a smaller number');
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    const length = this.#length();
    const from = this.#at;
    this.#at += length;
    return this.#decode(from, length);
  }

  copyNumber(into: Packer): void {
    const from = this.#at;
    if (this.#isTime(from)) {
      this.#at += timeBytes;
      into.copyTime(this.#view, from);
      return;
    }
    while (this.byte() > 0x7f);
    const length = this.#at - from;
    if (length < numberBytesSafe) {
      into.copy(this.#view, from, length);
      return;
    }
    this.#at = from;
    into.number(this.number());
  }

  /** Whether the number there has as many bytes as the times of our days have. */
  #isTime(at: number): boolean {
    if (at + timeBytes > this.#bytes.length) return false;
    return (
      (this.#view.getInt32(at) & ~0x7f7f_7f7f) === ~0x7f7f_7f7f && (this.#view.getUint16(at + 4) & 0x8080) === 0x8000
    );
  }

  copyText(into: Packer): void {
    const length = this.#length();
    const from = this.#at;
    this.#at += length;
    if (!into.copyText(this.#view, from, length)) this.#decode(from, length);
  }

  copyOptional(into: Packer): void {
    const isThere = this.code(2);
    into.byte(isThere);
    if (isThere === 1) this.copyText(into);
  }

  copyId(into: Packer): void {
    const to = into.takeWords();
    this.#readId(into.words, to);
  }

  /** The half of it by which a key is found. */
  copyHash(into: Packer): void {
    const from = this.#skip(hashBytes);
    const to = into.takeWords();
    for (let word = 0; word < 4; word++) into.words[to + word] = this.#view.getUint32(from + word * 4);
  }

  #readId(into: Words, to: number): void {
    if (this.#bytes[this.#at] === 0) {
      copyUuidBytes(this.#view, this.#skip(17) + 1, into, to);
      return;
    }
    const id = this.text();
    writeId(id.length <= idLengthMax ? id : fail('an id'), into, to);
  }

  #length(): number {
    const length = this.number();
    return length <= this.#bytes.length - this.#at ? length : fail('a text that is there');
  }

  #skip(length: number): number {
    if (length > this.#bytes.length - this.#at) fail('more bytes');
    const from = this.#at;
    this.#at += length;
    return from;
  }

  #decode(from: number, length: number): string {
    try {
      return decoder.decode(this.#bytes.subarray(from, from + length));
    } catch {
      return fail('UTF-8');
    }
  }
}
