import type { CatalogAnswer, CatalogShape, RawField } from './catalog.ts';
import type { ErrorReply, QuestionRequest } from './catalog-message.ts';

/** PostgreSQL's protocol as its client speaks it (PostgreSQL 54.7): what is sent for a question, and read of its answer. */
export function encodeSimple(text: string): Uint8Array {
  return encodeMessage('Q', text0(text));
}

/** Parse, Describe, Sync. */
export function encodeDescribe({ text, parameterTypes }: QuestionRequest): Uint8Array {
  return Buffer.concat([
    encodeParse(text, parameterTypes),
    encodeMessage('D', Buffer.from('S'), text0('')),
    encodeMessage('S'),
  ]);
}

/** Parse, Bind, Describe, Execute, Sync. */
export function encodeRun(request: QuestionRequest): Uint8Array {
  const { text, parameterTypes, parameters, parameterFormats, resultFormats } = request;
  const values = parameters.map((value) => (value === null ? int32(-1) : Buffer.concat([int32(value.length), value])));
  const bound = [text0(''), text0(''), int16List(parameterFormats), int16(values.length), ...values];
  return Buffer.concat([
    encodeParse(text, parameterTypes),
    encodeMessage('B', ...bound, int16List(resultFormats)),
    encodeMessage('D', Buffer.from('P'), text0('')),
    encodeMessage('E', text0(''), int32(0)),
    encodeMessage('S'),
  ]);
}

function encodeParse(text: string, types: readonly number[]): Buffer {
  return encodeMessage('P', text0(''), text0(text), int16(types.length), ...types.map(int32));
}

function encodeMessage(type: string, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function text0(text: string): Buffer {
  return Buffer.from(`${text}\u0000`);
}

function int16(value: number): Buffer {
  return Buffer.from([(value >> 8) & 255, value & 255]);
}

function int16List(values: readonly number[]): Buffer {
  return Buffer.concat([int16(values.length), ...values.map(int16)]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}

/** All that came back for one question. */
export interface BackendReply {
  readonly shape: CatalogShape;
  readonly answer: CatalogAnswer;
  readonly error: ErrorReply | undefined;
}

/** Reads whole messages, of which PostgreSQL wrote each. */
export function decodeReply(bytes: Uint8Array): BackendReply {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: (Uint8Array | null)[][] = [];
  let parameters: readonly number[] = [];
  let fields: readonly RawField[] | undefined;
  let tag = '';
  let error: ErrorReply | undefined;
  for (let at = 0; at + 5 <= all.length; at += 1 + all.readUInt32BE(at + 1)) {
    const reader = new BodyReader(all.subarray(at + 5, at + 1 + all.readUInt32BE(at + 1)));
    const type = all.toString('latin1', at, at + 1);
    if (type === 'D') rows.push(reader.list(() => reader.value()));
    else if (type === 'T') fields = reader.list(() => readField(reader));
    else if (type === 't') parameters = reader.list(() => reader.uint32());
    else if (type === 'C') tag = reader.text();
    else if (type === 'E') error ??= readError(reader);
  }
  return { shape: { parameters, fields }, answer: { fields, rows, tag }, error };
}

function readField(reader: BodyReader): RawField {
  return {
    name: reader.text(),
    tableOid: reader.uint32(),
    columnNumber: reader.int16(),
    typeOid: reader.uint32(),
    typeSize: reader.int16(),
    typeModifier: reader.int32(),
    format: reader.int16(),
  };
}

function readError(reader: BodyReader): ErrorReply {
  const parts = new Map<string, string>();
  for (let code = reader.char(); code !== '\u0000'; code = reader.char()) parts.set(code, reader.text());
  const position = parts.get('P');
  return {
    kind: 'error',
    state: parts.get('C') ?? 'XX000',
    message: parts.get('M') ?? '',
    position: position === undefined ? undefined : Number(position),
    hint: parts.get('H'),
  };
}

class BodyReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.int16() }, read);
  }

  int16(): number {
    this.#at += 2;
    return this.#bytes.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  char(): string {
    this.#at += 1;
    return this.#bytes.toString('latin1', this.#at - 1, this.#at);
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  value(): Uint8Array | null {
    const length = this.int32();
    if (length < 0) return null;
    this.#at += length;
    // A copy: what it is cut from is PostgreSQL's memory.
    return Uint8Array.from(this.#bytes.subarray(this.#at - length, this.#at));
  }
}
