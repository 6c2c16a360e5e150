import { fail } from './record-reader.ts';

const headBytes = 4;
const frameBytesMax = 16 * 1024 * 1024;

/** Cuts what comes in parts of any size into frames: each has its length before it, in four bytes, the least first. */
export class FrameSplitter {
  readonly #head = new Uint8Array(headBytes);
  #headFilled = 0;
  /** The frame that has begun, in room that serves for one after the other. */
  #frame: Uint8Array | undefined;
  #filled = 0;
  #room = new Uint8Array(0);

  /** @param take what it is handed is its own only until it returns */
  push(part: Uint8Array, take: (frame: Uint8Array) => void): void {
    for (let at = 0; at < part.length; ) {
      if (this.#frame !== undefined) at += this.#fill(this.#frame, part.subarray(at), take);
      else if (this.#headFilled < headBytes) this.#head[this.#headFilled++] = part[at++] ?? 0;
      else at += this.#begin(part.subarray(at), take);
    }
  }

  /** Throws an `UnreadableError` where a frame is cut off. */
  finish(): void {
    if (this.#headFilled > 0) fail('the end of a frame');
  }

  /** @returns bytes that were taken */
  #begin(part: Uint8Array, take: (frame: Uint8Array) => void): number {
    const length = new DataView(this.#head.buffer).getUint32(0, true);
    if (length === 0 || length > frameBytesMax) fail('a shorter frame');
    if (part.length >= length) {
      this.#headFilled = 0;
      take(part.subarray(0, length));
      return length;
    }
    if (length > this.#room.length) this.#room = new Uint8Array(length);
    this.#frame = this.#room.subarray(0, length);
    this.#filled = 0;
    return this.#fill(this.#frame, part, take);
  }

  #fill(frame: Uint8Array, part: Uint8Array, take: (frame: Uint8Array) => void): number {
    const length = Math.min(part.length, frame.length - this.#filled);
    frame.set(part.subarray(0, length), this.#filled);
    this.#filled += length;
    if (this.#filled === frame.length) {
      this.#frame = undefined;
      this.#headFilled = 0;
      take(frame);
    }
    return length;
  }
}
