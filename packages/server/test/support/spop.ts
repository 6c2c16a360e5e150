import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** HAProxy's side of SPOP, written apart from the server's, by doc/SPOE.txt. */

export type Typed = null | boolean | number | string | Buffer;

export const frames = { unset: 0, hello: 1, disconnect: 2, notify: 3, agentHello: 101, agentDisconnect: 102, ack: 103 };

export function varint(value: number): number[] {
  if (value < 240) return [value];
  const bytes = [(value & 0x0f) | 0xf0];
  let rest = (value - 240) >> 4;
  for (; rest >= 128; rest = (rest - 128) >> 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

function text(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  return Buffer.concat([Buffer.from(varint(bytes.length)), bytes]);
}

function typed(value: Typed): Buffer {
  if (value === null) return Buffer.from([0]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0x11 : 0x01]);
  if (typeof value === 'number') return Buffer.from([3, ...varint(value)]);
  return Buffer.concat([Buffer.from([8]), text(value)]);
}

export function pairs(values: Readonly<Record<string, Typed>>): Buffer {
  return Buffer.concat(Object.entries(values).flatMap(([name, value]) => [text(name), typed(value)]));
}

export interface FrameParts {
  readonly type: number;
  readonly flags?: number;
  readonly stream?: number;
  readonly frame?: number;
  readonly payload?: Buffer;
}

/** With its length in front. */
export function frame({ type, flags = 1, stream = 0, frame: id = 0, payload = Buffer.alloc(0) }: FrameParts): Buffer {
  const head = Buffer.from([type, 0, 0, 0, flags, ...varint(stream), ...varint(id)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length + payload.length);
  return Buffer.concat([length, head, payload]);
}

export function hello(values: Readonly<Record<string, Typed>> = {}): Buffer {
  const usual = { 'supported-versions': '2.0', 'max-frame-size': 16_380, capabilities: 'pipelining,async' };
  return frame({ type: frames.hello, payload: pairs({ ...usual, ...values }) });
}

export function message(args: Readonly<Record<string, Typed>>, name = 'verify-weather'): Buffer {
  return Buffer.concat([text(name), Buffer.from([Object.keys(args).length]), pairs(args)]);
}

export function notify(stream: number, args: Readonly<Record<string, Typed>>): Buffer {
  return frame({ type: frames.notify, stream, frame: 1, payload: message(args) });
}

export interface ReadFrame {
  readonly type: number;
  readonly stream: number;
  readonly frame: number;
  /** Of a HELLO or DISCONNECT its pairs; of an ACK its variables, `null` where one is taken away. */
  readonly values: Readonly<Record<string, Typed>>;
}

class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isDone(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#at++);
  }

  take(length: number): Buffer {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  varint(): number {
    let value = this.byte();
    if (value < 240) return value;
    for (let shift = 4; ; shift += 7) {
      const byte = this.byte();
      value += byte << shift;
      if (byte < 128) return value;
    }
  }

  text(): string {
    return this.take(this.varint()).toString('utf8');
  }

  typed(): Typed {
    const head = this.byte();
    if ((head & 15) === 0) return null;
    if ((head & 15) === 1) return (head & 0x10) !== 0;
    return (head & 15) === 8 ? this.text() : this.varint();
  }
}

function readFrame(bytes: Buffer): ReadFrame {
  const cursor = new Cursor(bytes);
  const type = cursor.byte();
  cursor.take(4);
  const [stream, id] = [cursor.varint(), cursor.varint()];
  const values: Record<string, Typed> = {};
  while (!cursor.isDone) {
    if (type !== frames.ack) {
      values[cursor.text()] = cursor.typed();
      continue;
    }
    const action = cursor.byte();
    cursor.take(2);
    values[cursor.text()] = action === 1 ? cursor.typed() : null;
  }
  return { type, stream, frame: id, values };
}

/** One connection to an agent. */
export class SpopClient {
  readonly socket: Socket;
  readonly #waiting: (() => void)[] = [];
  readonly #frames: ReadFrame[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #ended = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  static async open(port: number): Promise<SpopClient> {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return new SpopClient(socket);
  }

  /** One that has said hello. */
  static async greet(port: number, values: Readonly<Record<string, Typed>> = {}): Promise<SpopClient> {
    const client = await SpopClient.open(port);
    client.send(hello(values));
    await client.next();
    return client;
  }

  send(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** The next frame; undefined once the connection is closed. */
  async next(): Promise<ReadFrame | undefined> {
    while (this.#frames.length === 0 && !this.#ended) await new Promise<void>((wake) => this.#waiting.push(wake));
    return this.#frames.shift();
  }

  async ask(args: Readonly<Record<string, Typed>>, stream = 1): Promise<ReadFrame | undefined> {
    this.send(notify(stream, args));
    return this.next();
  }

  close(): void {
    this.socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUInt32BE();
      if (this.#rest.length < 4 + length) break;
      this.#frames.push(readFrame(this.#rest.subarray(4, 4 + length)));
      this.#rest = this.#rest.subarray(4 + length);
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
