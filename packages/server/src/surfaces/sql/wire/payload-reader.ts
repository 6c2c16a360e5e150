import { isUtf8 } from 'node:buffer';
import { WireFault, wireStates } from './fault.ts';

/** Reads the parts of one message, in order. Everything throws WireFault 08P01 where the message is too short. */
export class PayloadReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#step(1));
  }

  uint16(): number {
    return this.#bytes.readUInt16BE(this.#step(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#step(4));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#step(4));
  }

  bytes(length: number): Buffer {
    if (length < 0) throw malformed();
    const at = this.#step(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Text up to a NUL. @throws WireFault 22021 where it is no UTF-8 */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end === -1) throw malformed();
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end + 1;
    if (!isUtf8(bytes)) throw new WireFault(wireStates.badCharacter, 'invalid byte sequence for encoding "UTF8"');
    return bytes.toString('utf8');
  }

  /** @throws WireFault where something is left */
  end(): void {
    if (this.left > 0) throw malformed();
  }

  #step(length: number): number {
    const at = this.#at;
    if (this.left < length) throw malformed();
    this.#at += length;
    return at;
  }
}

function malformed(): WireFault {
  return new WireFault(wireStates.protocol, 'invalid message format');
}
