/** A message that is not what it should be. The caller is told INVALID_ARGUMENT. */
export class ProtobufError extends Error {}

/** What a field's number is followed by on the wire. Groups (3, 4) are of a Protobuf that is no more, and refused. */
const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const varintBytesMax = 10;

/**
 * Reads a message field by field, and messages within it. Every step is bounded by the message that it is in. Nothing
 * becomes the name of a property, whatever a client calls its headers.
 * @throws ProtobufError
 */
export class MessageReader {
  readonly #bytes: Buffer;
  #at = 0;
  /** Of the message that is being read, within those around it. */
  #end: number;
  #wire = 0;
  /** Where the field begins that is being read. */
  #fieldStart = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  /** The number of the next field, whose value is to be taken or skipped; 0: the message is at its end. */
  nextField(): number {
    if (this.#at >= this.#end) return 0;
    this.#fieldStart = this.#at;
    const tag = this.#readVarint();
    const field = Math.floor(tag / 8);
    this.#wire = tag % 8;
    if (field === 0 || field > 0x1fff_ffff) throw new ProtobufError('a field has no number');
    return field;
  }

  /** Begins to read the message that this field holds. Answers what `leave` takes, once it is at its end. */
  enter(): number {
    const around = this.#end;
    this.#end = this.#readEnd();
    return around;
  }

  leave(around: number): void {
    this.#end = around;
  }

  /** How far it has read. */
  get position(): number {
    return this.#at;
  }

  /** Reads on to where the text of this field ends. Answers where it starts. */
  passText(): number {
    const end = this.#readEnd();
    const start = this.#at;
    this.#at = end;
    return start;
  }

  /** A character for each byte. */
  readText(): string {
    const start = this.passText();
    return this.#bytes.toString('latin1', start, this.#at);
  }

  /** The whole field, with number and type, a character for each byte. */
  readField(): string {
    const start = this.#fieldStart;
    this.skip();
    return this.#bytes.toString('latin1', start, this.#at);
  }

  skip(): void {
    if (this.#wire === wireType.varint) this.#readVarint();
    else if (this.#wire === wireType.fixed64) this.#at = this.#checkEnd(this.#at + 8);
    else if (this.#wire === wireType.fixed32) this.#at = this.#checkEnd(this.#at + 4);
    else this.#at = this.#readEnd();
  }

  #readEnd(): number {
    if (this.#wire !== wireType.bytes) throw new ProtobufError('a field is of another type');
    const length = this.#readVarint();
    return this.#checkEnd(this.#at + length);
  }

  #checkEnd(end: number): number {
    if (!(end <= this.#end)) throw new ProtobufError('a message is cut off');
    return end;
  }

  /** Numbers beyond 2^53 are rounded; none that is of use here gets there. */
  #readVarint(): number {
    // Nearly all have one byte.
    const first = this.#at < this.#end ? this.#bytes[this.#at] : undefined;
    if (first !== undefined && first < 0x80) {
      this.#at += 1;
      return first;
    }
    let value = 0;
    let factor = 1;
    for (let read = 0; read < varintBytesMax; read++) {
      const byte = this.#at < this.#end ? this.#bytes[this.#at++] : undefined;
      if (byte === undefined) throw new ProtobufError('a message is cut off');
      if (byte < 0x80) return value + byte * factor;
      value += (byte - 0x80) * factor;
      factor *= 128;
    }
    throw new ProtobufError('a number is too long');
  }
}

/** Longer texts are not looked at letter by letter. */
const shortText = 64;

/** Writes a message, and messages within it, in one buffer. Empty text and 0 are the same as a field that is not there. */
export class MessageWriter {
  #bytes = Buffer.allocUnsafe(512);
  #length = 0;

  writeNumber(field: number, value: number): void {
    if (value === 0) return;
    this.#writeVarint(field * 8 + wireType.varint);
    this.#writeVarint(value);
  }

  writeText(field: number, text: string): void {
    if (text === '') return;
    this.#writeVarint(field * 8 + wireType.bytes);
    if (text.length <= shortText && this.#writeAscii(text)) return;
    const length = Buffer.byteLength(text);
    this.#writeVarint(length);
    this.#reserve(length);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Writes a message's field: even an empty one, since that it is there says something. */
  writeMessage(field: number, write: () => void): void {
    this.#writeVarint(field * 8 + wireType.bytes);
    const start = this.#length;
    // Most have room for their length in one byte; the others are moved on.
    this.#writeVarint(0);
    write();
    const length = this.#length - start - 1;
    const more = length < 128 ? 0 : length < 16_384 ? 1 : 2;
    this.#reserve(more);
    if (more > 0) this.#bytes.copyWithin(start + 1 + more, start + 1, this.#length);
    this.#length = start;
    this.#writeVarint(length);
    this.#length += length;
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    const wanted = this.#length + count;
    if (wanted <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(wanted, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  #writeVarint(value: number): void {
    this.#reserve(varintBytesMax);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = 128 + (rest % 128);
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** False where it is none, and nothing is written. */
  #writeAscii(text: string): boolean {
    this.#reserve(shortText + 1);
    const start = this.#length + 1;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x80) return false;
      this.#bytes[start + at] = code;
    }
    this.#bytes[this.#length] = text.length;
    this.#length = start + text.length;
    return true;
  }
}
