import { FrameFault, spopStatus } from './status.ts';

/** What a peer sends as one argument; NULL is `undefined`. Numbers that JavaScript can't hold exactly are rounded. */
export type TypedValue = undefined | boolean | number | Buffer;

const kind = { null: 0, boolean: 1, int32: 2, uint32: 3, int64: 4, uint64: 5, ipv4: 6, ipv6: 7, text: 8, binary: 9 };
const trueFlag = 0x10;
/** Seven bits a byte after the first one: more than these is no 64-bit number. */
const varintBytesMax = 10;

/** Reads one frame from front to end. Every step is bounded by the frame. @throws FrameFault */
export class FrameReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#at;
  }

  get isDone(): boolean {
    return this.#at >= this.#bytes.length;
  }

  readByte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new FrameFault(spopStatus.invalid);
    this.#at++;
    return byte;
  }

  readFlags(): number {
    return this.readBytes(4).readUInt32BE();
  }

  /** In the encoding of HAProxy's peers: 4 bits in the first byte of a longer one, then 7 in each (§3.1). */
  readVarint(): number {
    let value = this.readByte();
    if (value < 240) return value;
    let factor = 16;
    for (let read = 1; read < varintBytesMax; read++) {
      const byte = this.readByte();
      value += byte * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    throw new FrameFault(spopStatus.invalid);
  }

  readBytes(length: number): Buffer {
    const end = this.#at + length;
    if (!(end <= this.#bytes.length)) throw new FrameFault(spopStatus.invalid);
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  readText(): string {
    return this.readBytes(this.readVarint()).toString('utf8');
  }

  readTyped(): TypedValue {
    const head = this.readByte();
    switch (head & 0x0f) {
      case kind.null:
        return undefined;
      case kind.boolean:
        return (head & trueFlag) !== 0;
      case kind.int32:
      case kind.uint32:
      case kind.int64:
      case kind.uint64:
        return this.readVarint();
      case kind.ipv4:
        return this.readBytes(4);
      case kind.ipv6:
        return this.readBytes(16);
      case kind.text:
      case kind.binary:
        return this.readBytes(this.readVarint());
      default:
        throw new FrameFault(spopStatus.invalid);
    }
  }
}

/** Writes what an agent sends. Numbers are whole and not negative. */
export class FrameWriter {
  #bytes = Buffer.allocUnsafe(512);
  #length = 0;

  /** @param count bytes that are about to be written */
  #reserve(count: number): void {
    const wanted = this.#length + count;
    if (wanted <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(wanted, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  writeByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  writeUint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#bytes.writeUInt32BE(value, this.#length);
  }

  writeVarint(value: number): void {
    if (value < 240) {
      this.writeByte(value);
      return;
    }
    this.writeByte(240 + (value % 16));
    let rest = (value - 240 - (value % 16)) / 16;
    while (rest >= 128) {
      this.writeByte(128 + (rest % 128));
      rest = (rest - 128 - (rest % 128)) / 128;
    }
    this.writeByte(rest);
  }

  writeBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  writeText(text: string): void {
    const length = Buffer.byteLength(text);
    this.writeVarint(length);
    this.#reserve(length);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Bytes go out as text of no known encoding, which is what HAProxy takes all text for. */
  writeTyped(value: boolean | number | string | Uint8Array): void {
    if (typeof value === 'boolean') {
      this.writeByte(kind.boolean | (value ? trueFlag : 0));
    } else if (typeof value === 'number') {
      this.writeByte(kind.uint32);
      this.writeVarint(value);
    } else if (typeof value === 'string') {
      this.writeByte(kind.text);
      this.writeText(value);
    } else {
      this.writeByte(kind.text);
      this.writeVarint(value.length);
      this.writeBytes(value);
    }
  }

  /** What was written, with its length before it. */
  finish(): Buffer {
    const framed = Buffer.allocUnsafe(4 + this.#length);
    framed.writeUInt32BE(this.#length);
    this.#bytes.copy(framed, 4, 0, this.#length);
    return framed;
  }
}
