const firstBytes = 1024;
const chunkBytes = 65_536;
/** UTF-16 units. */
const shortText = 48;

/** Writes messages one behind the other into one buffer, which grows as needed. */
export class MessageWriter {
  #buffer = Buffer.allocUnsafe(firstBytes);
  #at = 0;
  /** Where the length of the open message stands. */
  #begin = 0;

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#at;
  }

  /** Opens a message. @param type one ASCII letter */
  open(type: string): this {
    this.#reserve(5);
    this.#buffer[this.#at] = type.charCodeAt(0);
    this.#begin = this.#at + 1;
    this.#at += 5;
    return this;
  }

  /** Closes the open message: its length is known now. */
  close(): void {
    this.#put32(this.#at - this.#begin, this.#begin);
  }

  /** Forgets the open message. */
  drop(): void {
    this.#at = this.#begin - 1;
  }

  uint8(value: number): this {
    this.#reserve(1);
    this.#buffer[this.#at++] = value;
    return this;
  }

  int16(value: number): this {
    this.#reserve(2);
    this.#buffer[this.#at++] = value >>> 8;
    this.#buffer[this.#at++] = value;
    return this;
  }

  int32(value: number): this {
    this.#reserve(4);
    this.#put32(value, this.#at);
    this.#at += 4;
    return this;
  }

  bigint(value: bigint): this {
    this.#reserve(8);
    this.#at = this.#buffer.writeBigInt64BE(value, this.#at);
    return this;
  }

  double(value: number): this {
    this.#reserve(8);
    this.#at = this.#buffer.writeDoubleBE(value, this.#at);
    return this;
  }

  /** Text and a NUL. What follows a NUL within is left out: it would be taken for the next part. */
  text(value: string): this {
    const end = value.indexOf('\0');
    this.#write(end === -1 ? value : value.slice(0, end));
    return this.uint8(0);
  }

  bytes(value: Uint8Array): this {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  /** A value of a row: its length and its bytes. */
  value(value: string | Uint8Array | null): this {
    if (value === null) return this.int32(-1);
    if (typeof value !== 'string') return this.int32(value.length).bytes(value);
    this.#reserve(4);
    const lengthAt = this.#at;
    this.#at += 4;
    this.#write(value);
    this.#put32(this.#at - lengthAt - 4, lengthAt);
    return this;
  }

  /** All that was written. The writer begins anew. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#at);
    // What is left of the buffer serves the next messages: nobody writes what was taken.
    const rest = this.#buffer.subarray(this.#at);
    this.#buffer = rest.length >= firstBytes ? rest : Buffer.allocUnsafe(chunkBytes);
    this.#at = 0;
    return taken;
  }

  #write(value: string): void {
    this.#reserve(value.length * 3);
    if (value.length > shortText || !this.#writeAscii(value)) this.#at += this.#buffer.write(value, this.#at, 'utf8');
  }

  /** A short text is written sooner than it is handed to who writes it. False where it is not ASCII. */
  #writeAscii(value: string): boolean {
    const buffer = this.#buffer;
    const at = this.#at;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) return false;
      buffer[at + index] = code;
    }
    this.#at = at + value.length;
    return true;
  }

  /** By hand: what Buffer has for it looks at its arguments first. */
  #put32(value: number, at: number): void {
    const buffer = this.#buffer;
    buffer[at] = value >>> 24;
    buffer[at + 1] = value >>> 16;
    buffer[at + 2] = value >>> 8;
    buffer[at + 3] = value;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }
}
