/** A message that is not what it should be. The caller is told INVALID_ARGUMENT. */
export class ProtobufError extends Error {}

/** What a field's number is followed by on the wire. Groups (3, 4) are of a Protobuf that is no more, and refused. */
export const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const varintBytesMax = 10;

/**
 * Reads a message field by field: `next()` steps to a field, then one read takes its value or `skip()` passes it. Every
 * step is bounded by the message. Nothing becomes the name of a property, whatever a client calls its headers.
 * @throws ProtobufError
 */
export class MessageReader {
  readonly #bytes: Buffer;
  #at = 0;
  #wire = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The number of the next field; 0 at the end. */
  next(): number {
    if (this.#at >= this.#bytes.length) return 0;
    const tag = this.#readVarint();
    const field = Math.floor(tag / 8);
    this.#wire = tag % 8;
    if (field === 0 || field > 0x1fff_ffff) throw new ProtobufError('a field has no number');
    return field;
  }

  /** Numbers beyond 2^53 are rounded; none that is read here gets there. */
  readNumber(): number {
    this.#expect(wireType.varint);
    return this.#readVarint();
  }

  readBytes(): Buffer {
    this.#expect(wireType.bytes);
    return this.#take(this.#readVarint());
  }

  readText(): string {
    return this.readBytes().toString('utf8');
  }

  readMessage(): MessageReader {
    return new MessageReader(this.readBytes());
  }

  skip(): void {
    if (this.#wire === wireType.varint) this.#readVarint();
    else if (this.#wire === wireType.fixed64) this.#take(8);
    else if (this.#wire === wireType.fixed32) this.#take(4);
    else this.readBytes();
  }

  #expect(wire: number): void {
    if (this.#wire !== wire) throw new ProtobufError('a field is of another type');
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (!(end <= this.#bytes.length)) throw new ProtobufError('a message is cut off');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #readVarint(): number {
    let value = 0;
    let factor = 1;
    for (let read = 0; read < varintBytesMax; read++) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new ProtobufError('a message is cut off');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new ProtobufError('a number is too long');
  }
}

/** Writes a message. Empty text and 0 are the same as a field that is not there, and are left out unless asked for. */
export class MessageWriter {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

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

  writeNumber(field: number, value: number): void {
    if (value === 0) return;
    this.#writeVarint(field * 8 + wireType.varint);
    this.#writeVarint(value);
  }

  writeText(field: number, text: string): void {
    if (text === '') return;
    const length = Buffer.byteLength(text);
    this.#writeVarint(field * 8 + wireType.bytes);
    this.#writeVarint(length);
    this.#reserve(length);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Written even where it is empty: that it is there says something. */
  writeMessage(field: number, message: MessageWriter): void {
    this.#writeVarint(field * 8 + wireType.bytes);
    this.#writeVarint(message.#length);
    this.#reserve(message.#length);
    message.#bytes.copy(this.#bytes, this.#length, 0, message.#length);
    this.#length += message.#length;
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
