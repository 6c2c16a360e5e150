import { WireFault, wireStates } from './fault.ts';

/** One message of the client. */
export interface RawMessage {
  /** Its first byte; 0 for those that begin a connection, which have none. */
  readonly type: number;
  /** Without type and length. */
  readonly body: Buffer;
}

const lengthBytes = 4;

/** Cuts a stream of bytes into messages, which may come in pieces of any size. Holds at most one that is not whole. */
export class MessageSplitter {
  /** Of a message, without its type. Longer ones are refused before anything is kept of them. */
  messageBytesMax: number;
  /** Whether messages begin with a type: all but those at the beginning. */
  isTyped = false;
  #held: Buffer = Buffer.alloc(0);
  /** Of the message that is being gathered; undefined: not known yet. */
  #body: { readonly type: number; readonly bytes: Buffer; length: number } | undefined;

  constructor(messageBytesMax: number) {
    this.messageBytesMax = messageBytesMax;
  }

  /** Whether a message has begun and not ended. */
  get isWithin(): boolean {
    return this.#body !== undefined || this.#held.length > 0;
  }

  /** The messages that this piece completes; each is to be dealt with before the next. @throws WireFault */
  *push(chunk: Buffer): Generator<RawMessage> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#body !== undefined) {
        const taken = rest.copy(this.#body.bytes, this.#body.length);
        this.#body.length += taken;
        rest = rest.subarray(taken);
        if (this.#body.length < this.#body.bytes.length) return;
        const { type, bytes } = this.#body;
        this.#body = undefined;
        yield { type, body: bytes };
        continue;
      }
      const head = this.#held.length === 0 ? rest : Buffer.concat([this.#held, rest.subarray(0, lengthBytes)]);
      const headBytes = lengthBytes + (this.isTyped ? 1 : 0);
      if (head.length < headBytes) {
        // A copy: a piece of a chunk would keep all of it.
        this.#held = Buffer.from(head);
        return;
      }
      rest = rest.subarray(headBytes - this.#held.length);
      this.#held = Buffer.alloc(0);
      const message = this.#begin(head, rest);
      if (message === undefined) continue;
      rest = rest.subarray(message.body.length);
      yield message;
    }
  }

  /** A message that lies whole in the piece is not copied. */
  #begin(head: Buffer, rest: Buffer): RawMessage | undefined {
    const type = this.isTyped ? head.readUInt8(0) : 0;
    const length = head.readInt32BE(this.isTyped ? 1 : 0) - lengthBytes;
    if (length < 0) throw new WireFault(wireStates.protocol, 'invalid message length');
    if (length > this.messageBytesMax) {
      throw new WireFault(wireStates.protocol, `a message has ${length} bytes, but at most ${this.messageBytesMax}`);
    }
    if (rest.length >= length) return { type, body: rest.subarray(0, length) };
    this.#body = { type, bytes: Buffer.allocUnsafe(length), length: 0 };
    return undefined;
  }
}
