import type { Socket } from 'node:net';
import {
  encodeDisconnect,
  encodeHello,
  type Frame,
  frameBytesMax,
  frameType,
  type Hello,
  type Message,
  parseFrame,
  parseHello,
  parseMessages,
} from './frame.ts';
import { FrameSplitter } from './frame-splitter.ts';
import { FrameFault, type SpopStatus, spopStatus } from './status.ts';

/** What one peer may take. Milliseconds and bytes. */
export interface SpoeLimits {
  /** From connecting to a whole HELLO. */
  readonly helloMs: number;
  /** From the first byte of a frame to its last. */
  readonly frameMs: number;
  /** Without a byte in either direction. Longer than HAProxy's own `timeout idle`. */
  readonly idleMs: number;
  /** For the peer to close once it was told to. */
  readonly closeMs: number;
  /** Questions that wait for an answer, before no more are read. */
  readonly inFlightMax: number;
  /** Answers that the peer has not taken, before no more questions are read. */
  readonly unsentBytesMax: number;
}

export const spoeLimitsDefault: SpoeLimits = {
  helloMs: 5000,
  frameMs: 10_000,
  idleMs: 300_000,
  closeMs: 1000,
  inFlightMax: 512,
  unsentBytesMax: 262_144,
};

/** No HELLO is longer; until there was one, nobody may make us keep more. */
const helloBytesMax = 4096;

/** A question of a peer that has said hello. */
export interface Notice {
  readonly ids: Buffer;
  readonly messages: readonly Message[];
  /** Of the answer. */
  readonly frameBytesMax: number;
  /** Where it comes from. */
  readonly address: string;
}

export interface SpoeConnectionOptions {
  readonly socket: Socket;
  readonly limits: SpoeLimits;
  /** Gives the ACK, framed. MUST NOT reject. */
  readonly answer: (notice: Notice) => Promise<Buffer>;
  /** Whether health checks are answered well. */
  readonly isHealthy: () => boolean;
  /** Told why the connection is ended by this side. */
  readonly onFault: (status: SpopStatus) => void;
}

/**
 * One connection of HAProxy, from HELLO to DISCONNECT (HAProxy, doc/SPOE.txt §3.2.3). Whatever comes that is no frame,
 * or not the one whose turn it is, ends this connection with its reason, and nothing else.
 */
export class SpoeConnection {
  readonly #options: SpoeConnectionOptions;
  readonly #splitter = new FrameSplitter(helloBytesMax);
  readonly #address: string;
  #state: 'greeting' | 'open' | 'closing' = 'greeting';
  #hello: Hello | undefined;
  #inFlight = 0;
  #draining = false;
  #corked = false;
  #frameTimer: NodeJS.Timeout | undefined;
  readonly #helloTimer: NodeJS.Timeout;

  constructor(options: SpoeConnectionOptions) {
    this.#options = options;
    const { socket, limits } = options;
    this.#address = socket.remoteAddress ?? '';
    socket.setNoDelay(true);
    this.#helloTimer = setTimeout(() => this.#disconnect(spopStatus.timeout), limits.helloMs);
    socket.setTimeout(limits.idleMs, () => this.#disconnect(spopStatus.timeout));
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('drain', () => this.#resume());
    // A peer that breaks off is gone: there is nobody to tell.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#clearTimers());
  }

  /** Answers what is under way, says goodbye and closes. */
  drain(): void {
    this.#draining = true;
    if (this.#inFlight === 0) this.#disconnect(spopStatus.normal);
  }

  #clearTimers(): void {
    clearTimeout(this.#helloTimer);
    clearTimeout(this.#frameTimer);
  }

  #read(chunk: Buffer): void {
    try {
      for (const bytes of this.#splitter.push(chunk)) {
        if (this.#state === 'closing') return;
        clearTimeout(this.#frameTimer);
        this.#frameTimer = undefined;
        this.#take(parseFrame(bytes));
      }
    } catch (error) {
      this.#disconnect(error instanceof FrameFault ? error.status : spopStatus.invalid);
      return;
    }
    if (this.#state === 'closing') return;
    this.#watchFrame();
    const { socket, limits } = this.#options;
    if (this.#inFlight >= limits.inFlightMax || socket.writableLength > limits.unsentBytesMax) socket.pause();
  }

  /** A frame that has begun has so long to end, however slowly its bytes come. */
  #watchFrame(): void {
    if (this.#state !== 'open' || !this.#splitter.isWithinFrame) return;
    this.#frameTimer ??= setTimeout(() => this.#disconnect(spopStatus.timeout), this.#options.limits.frameMs);
  }

  /** @throws FrameFault */
  #take(frame: Frame): void {
    if (frame.type === frameType.haproxyDisconnect) {
      this.#disconnect(spopStatus.normal);
      return;
    }
    if (this.#state === 'greeting') {
      this.#greet(frame);
      return;
    }
    if (frame.type === frameType.unset || !frame.isWhole) throw new FrameFault(spopStatus.fragmented);
    if (frame.type === frameType.notify) this.#notice(frame);
    else if (frame.type === frameType.haproxyHello) throw new FrameFault(spopStatus.invalid);
    // Of any other type: skipped, as the protocol allows, so that a newer HAProxy may say more.
  }

  /** @throws FrameFault */
  #greet(frame: Frame): void {
    if (frame.type !== frameType.haproxyHello) throw new FrameFault(spopStatus.invalid);
    if (!frame.isWhole) throw new FrameFault(spopStatus.fragmented);
    const hello = parseHello(frame.payload);
    if (hello.healthcheck && !this.#options.isHealthy()) throw new FrameFault(spopStatus.stale);
    clearTimeout(this.#helloTimer);
    this.#send(encodeHello(hello));
    this.#hello = hello;
    this.#splitter.frameBytesMax = hello.frameBytesMax;
    this.#state = 'open';
    if (hello.healthcheck) this.#close();
    else if (this.#draining) this.#disconnect(spopStatus.normal);
  }

  /** @throws FrameFault */
  #notice({ ids, payload }: Frame): void {
    const messages = parseMessages(payload);
    // Who did not agree to pipelining asks one thing at a time.
    if (this.#hello?.pipelining !== true && this.#inFlight > 0) throw new FrameFault(spopStatus.invalid);
    this.#inFlight++;
    const size = this.#hello?.frameBytesMax ?? frameBytesMax;
    void this.#options.answer({ ids, messages, frameBytesMax: size, address: this.#address }).then((ack) => {
      this.#inFlight--;
      if (this.#state !== 'open') return;
      this.#send(ack);
      if (this.#draining && this.#inFlight === 0) this.#disconnect(spopStatus.normal);
      else this.#resume();
    });
  }

  /** All answers of one turn go out together. */
  #send(bytes: Buffer): void {
    const { socket } = this.#options;
    if (!this.#corked) {
      this.#corked = true;
      socket.cork();
      setImmediate(() => {
        this.#corked = false;
        socket.uncork();
      });
    }
    socket.write(bytes);
  }

  #resume(): void {
    const { socket, limits } = this.#options;
    if (!socket.isPaused()) return;
    if (this.#inFlight < limits.inFlightMax && socket.writableLength <= limits.unsentBytesMax) socket.resume();
  }

  #disconnect(status: SpopStatus): void {
    if (this.#state === 'closing') return;
    if (status !== spopStatus.normal) this.#options.onFault(status);
    this.#send(encodeDisconnect(status));
    this.#close();
  }

  /** What still comes is thrown away, so that the last word arrives before the connection is torn down. */
  #close(): void {
    const { socket, limits } = this.#options;
    this.#state = 'closing';
    this.#clearTimers();
    socket.removeAllListeners('data');
    socket.resume();
    socket.end();
    const timer = setTimeout(() => socket.destroy(), limits.closeMs);
    socket.once('close', () => clearTimeout(timer));
  }
}
