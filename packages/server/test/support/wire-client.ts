import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One message of the server. */
export interface ServerMessage {
  /** One letter. */
  readonly type: string;
  readonly body: Buffer;
}

/** A client that speaks the protocol byte by byte: for what no driver would send. */
export class WireClient {
  readonly socket: Socket;
  #bytes = Buffer.alloc(0);
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake?.();
    });
    const close = () => {
      this.#closed = true;
      this.#wake?.();
    };
    socket.on('error', close);
    socket.on('end', close);
    socket.on('close', close);
  }

  static async open(port: number): Promise<WireClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new WireClient(socket);
  }

  send(...messages: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(messages));
  }

  /** So many bytes that are no message; undefined: the server closed before. */
  async byte(): Promise<string | undefined> {
    while (this.#bytes.length < 1 && !this.#closed) await this.#wait();
    const byte = this.#bytes.subarray(0, 1).toString('latin1');
    this.#bytes = this.#bytes.subarray(1);
    return byte === '' ? undefined : byte;
  }

  /** Undefined: the server closed. */
  async message(): Promise<ServerMessage | undefined> {
    for (;;) {
      const length = this.#bytes.length < 5 ? Number.POSITIVE_INFINITY : this.#bytes.readInt32BE(1) + 1;
      if (this.#bytes.length >= length) {
        const type = this.#bytes.subarray(0, 1).toString('latin1');
        const body = this.#bytes.subarray(5, length);
        this.#bytes = this.#bytes.subarray(length);
        return { type, body };
      }
      if (this.#closed) return undefined;
      await this.#wait();
    }
  }

  /** All messages up to one of this type, or to the end. */
  async until(type: string): Promise<ServerMessage[]> {
    const messages: ServerMessage[] = [];
    for (;;) {
      const message = await this.message();
      if (message === undefined) return messages;
      messages.push(message);
      if (message.type === type) return messages;
    }
  }

  /** Types of the messages up to ReadyForQuery. */
  async types(): Promise<string> {
    return (await this.until('Z')).map(({ type }) => type).join('');
  }

  close(): void {
    this.socket.destroy();
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value & 0xffff);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}

export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

/** @param type one letter; empty: a message that begins a connection */
export function frame(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

export function startup(user: string, version = 3 << 16, settings: Readonly<Record<string, string>> = {}): Buffer {
  const pairs = Object.entries({ user, database: 'claviger', ...settings })
    .flat()
    .map(text);
  return frame('', int32(version), ...pairs, Buffer.alloc(1));
}

export const query = (sql: string) => frame('Q', text(sql));
export const sync = frame('S');
export const flush = frame('H');

export function parse(sql: string, name = '', types: readonly number[] = []): Buffer {
  return frame('P', text(name), text(sql), int16(types.length), ...types.map(int32));
}

export interface BindOptions {
  readonly portal?: string;
  readonly statement?: string;
  readonly formats?: readonly number[];
  readonly values?: readonly (Buffer | null)[];
  readonly resultFormats?: readonly number[];
}

export function bind({
  portal = '',
  statement = '',
  formats = [],
  values = [],
  resultFormats = [],
}: BindOptions = {}): Buffer {
  const written = values.map((value) => (value === null ? int32(-1) : Buffer.concat([int32(value.length), value])));
  return frame(
    'B',
    text(portal),
    text(statement),
    int16(formats.length),
    ...formats.map(int16),
    int16(values.length),
    ...written,
    int16(resultFormats.length),
    ...resultFormats.map(int16),
  );
}

export const describe = (what: 'S' | 'P', name = '') => frame('D', Buffer.from(what), text(name));
export const execute = (rowsMax = 0, portal = '') => frame('E', text(portal), int32(rowsMax));
export const close = (what: 'S' | 'P', name = '') => frame('C', Buffer.from(what), text(name));

/** Fields of an ErrorResponse or a NoticeResponse, by their letters. */
export function fieldsOf({ body }: ServerMessage): Record<string, string> {
  const parts = body
    .toString('utf8')
    .split('\0')
    .filter((part) => part !== '');
  return Object.fromEntries(parts.map((part) => [part.slice(0, 1), part.slice(1)]));
}

/** SQLSTATE of the first error among them. */
export function stateOf(messages: readonly ServerMessage[]): string | undefined {
  const error = messages.find(({ type }) => type === 'E');
  return error && fieldsOf(error)['C'];
}

/** Values of a DataRow. */
export function valuesOf({ body }: ServerMessage): (Buffer | null)[] {
  const values: (Buffer | null)[] = [];
  let at = 2;
  for (let left = body.readUInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    at += 4;
    values.push(length === -1 ? null : body.subarray(at, at + length));
    at += Math.max(0, length);
  }
  return values;
}
