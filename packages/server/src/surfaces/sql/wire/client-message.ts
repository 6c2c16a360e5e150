import { WireFault, wireStates } from './fault.ts';
import type { RawMessage } from './message-splitter.ts';
import { PayloadReader } from './payload-reader.ts';

/** 0 text, 1 binary. */
export type Format = 0 | 1;

/** What a client says once it is signed in (PostgreSQL, "Message Formats"). */
export type ClientMessage =
  | { readonly kind: 'query'; readonly text: string }
  | ParseMessage
  | BindMessage
  | { readonly kind: 'describe' | 'close'; readonly what: 'statement' | 'portal'; readonly name: string }
  | { readonly kind: 'execute'; readonly portal: string; readonly rowsMax: number }
  | { readonly kind: 'sync' | 'flush' | 'terminate' | 'function-call' | 'copy' };

export interface ParseMessage {
  readonly kind: 'parse';
  readonly name: string;
  readonly text: string;
  /** OIDs; 0: not said. */
  readonly parameterTypes: readonly number[];
}

export interface BindMessage {
  readonly kind: 'bind';
  readonly portal: string;
  readonly statement: string;
  readonly formats: readonly Format[];
  readonly values: readonly (Buffer | null)[];
  readonly resultFormats: readonly Format[];
}

const kinds: Readonly<Record<string, (reader: PayloadReader) => ClientMessage>> = {
  Q: (reader) => ({ kind: 'query', text: reader.text() }),
  P: readParse,
  B: readBind,
  D: (reader) => ({ kind: 'describe', ...readName(reader) }),
  C: (reader) => ({ kind: 'close', ...readName(reader) }),
  E: (reader) => ({ kind: 'execute', portal: reader.text(), rowsMax: Math.max(0, reader.int32()) }),
  S: () => ({ kind: 'sync' }),
  H: () => ({ kind: 'flush' }),
  X: () => ({ kind: 'terminate' }),
  F: (reader) => readUnread(reader, 'function-call'),
  d: (reader) => readUnread(reader, 'copy'),
  c: (reader) => readUnread(reader, 'copy'),
  f: (reader) => readUnread(reader, 'copy'),
};

/** @throws WireFault */
export function readClientMessage({ type, body }: RawMessage): ClientMessage {
  const read = kinds[String.fromCharCode(type)];
  if (read === undefined) throw new WireFault(wireStates.protocol, `invalid frontend message type ${type}`);
  const reader = new PayloadReader(body);
  const message = read(reader);
  reader.end();
  return message;
}

function readUnread(reader: PayloadReader, kind: 'function-call' | 'copy'): ClientMessage {
  reader.bytes(reader.left);
  return { kind };
}

function readParse(reader: PayloadReader): ClientMessage {
  const [name, text] = [reader.text(), reader.text()];
  return { kind: 'parse', name, text, parameterTypes: readMany(reader, () => reader.uint32()) };
}

function readBind(reader: PayloadReader): ClientMessage {
  const [portal, statement] = [reader.text(), reader.text()];
  const formats = readMany(reader, () => readFormat(reader));
  const values = readMany(reader, () => {
    const length = reader.int32();
    return length === -1 ? null : reader.bytes(length);
  });
  const resultFormats = readMany(reader, () => readFormat(reader));
  return { kind: 'bind', portal, statement, formats, values, resultFormats };
}

function readMany<T>(reader: PayloadReader, read: () => T): T[] {
  const count = reader.uint16();
  const list: T[] = [];
  for (let index = 0; index < count; index++) list.push(read());
  return list;
}

function readFormat(reader: PayloadReader): Format {
  const format = reader.uint16();
  if (format !== 0 && format !== 1) throw new WireFault(wireStates.protocol, `unsupported format code: ${format}`);
  return format;
}

function readName(reader: PayloadReader): { what: 'statement' | 'portal'; name: string } {
  const letter = String.fromCharCode(reader.uint8());
  if (letter !== 'S' && letter !== 'P') throw new WireFault(wireStates.protocol, 'neither a statement nor a portal');
  return { what: letter === 'S' ? 'statement' : 'portal', name: reader.text() };
}
