import { FrameFault, spopStatus } from './status.ts';

const prefixBytes = 4;

/** Cuts a stream of bytes into frames, which may come in pieces of any size. Holds at most one frame. */
export class FrameSplitter {
  /** Longer ones are refused before anything is kept of them. */
  frameBytesMax: number;
  readonly #prefix = Buffer.alloc(prefixBytes);
  #prefixLength = 0;
  /** Of the frame that is on its way. */
  #frame: Buffer | undefined;
  #frameLength = 0;

  constructor(frameBytesMax: number) {
    this.frameBytesMax = frameBytesMax;
  }

  /** Whether a frame has begun and not ended. */
  get isWithinFrame(): boolean {
    return this.#prefixLength > 0;
  }

  /** The frames that this piece completes; each is to be dealt with before the next. @throws FrameFault */
  *push(chunk: Buffer): Generator<Buffer> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#frame === undefined) {
        at += this.#takePrefix(chunk, at);
        if (this.#frame === undefined) return;
      }
      at += this.#takeFrame(this.#frame, chunk, at);
      if (this.#frameLength < this.#frame.length) return;
      const whole = this.#frame;
      this.#frame = undefined;
      this.#prefixLength = 0;
      yield whole;
    }
  }

  #takePrefix(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#prefix, this.#prefixLength, at, at + prefixBytes - this.#prefixLength);
    this.#prefixLength += taken;
    if (this.#prefixLength < prefixBytes) return taken;
    const length = this.#prefix.readUInt32BE();
    if (length > this.frameBytesMax) throw new FrameFault(spopStatus.tooBig);
    if (length === 0) throw new FrameFault(spopStatus.invalid);
    this.#frame = Buffer.allocUnsafe(length);
    this.#frameLength = 0;
    return taken;
  }

  #takeFrame(frame: Buffer, chunk: Buffer, at: number): number {
    const taken = chunk.copy(frame, this.#frameLength, at, at + frame.length - this.#frameLength);
    this.#frameLength += taken;
    return taken;
  }
}
