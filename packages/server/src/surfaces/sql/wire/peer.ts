import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { MessageSplitter, type RawMessage } from './message-splitter.ts';
import { MessageWriter } from './message-writer.ts';

/** What one client may make this side hold and wait for. Bytes and milliseconds. */
export interface PeerLimits {
  /** Of messages until somebody is signed in: PostgreSQL's own bound of a start-up packet. */
  readonly openingBytesMax: number;
  /** Of messages that were received and wait for their turn, before no more are read. */
  readonly inboxBytesMax: number;
  /** For the peer to close once it was told to. */
  readonly closeMs: number;
  /** For the peer to take something of an answer, once what is on its way to it fills the line. */
  readonly stallMs: number;
}

/** The peer has left, or was cut off. Nobody is told. */
export class PeerGone extends Error {
  override readonly name = 'PeerGone';
}

const outboxBytes = 65_536;
const tlsFirstByte = 0x16;
const alpn = 'postgresql';

/** One client's connection: whole messages in, messages out, and no more of either than its bounds allow. */
export class Peer {
  readonly address: string;
  readonly writer = new MessageWriter();
  /** Aborted once the peer has left. */
  readonly #gone = new AbortController();
  readonly #limits: PeerLimits;
  readonly #splitter: MessageSplitter;
  #socket: Socket;
  readonly #inbox: RawMessage[] = [];
  #inboxBytes = 0;
  #fault: unknown;
  #wake: (() => void) | undefined;
  #unstall: (() => void) | undefined;
  #isFirst = true;
  #isHeld = false;

  constructor(socket: Socket, limits: PeerLimits) {
    this.#socket = socket;
    this.#limits = limits;
    this.#splitter = new MessageSplitter(limits.openingBytesMax);
    this.address = socket.remoteAddress ?? '';
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    this.#attach();
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  get isEncrypted(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  /** Whether the peer began with TLS itself rather than a message. Resolves with its first bytes. */
  async beginsWithTls(): Promise<boolean> {
    while (this.#isFirst) await this.#wait();
    return this.#isHeld;
  }

  /** Something beyond the last message that was read is there already. */
  get hasMore(): boolean {
    return this.#inbox.length > 0 || this.#splitter.isWithin;
  }

  allowMessages(bytesMax: number): void {
    this.#splitter.messageBytesMax = bytesMax;
  }

  /** The next message. @throws PeerGone, WireFault */
  async read(): Promise<RawMessage> {
    for (;;) {
      const message = this.readNow();
      if (message !== undefined) return message;
      if (this.#fault !== undefined) throw this.#fault;
      await this.#wait();
    }
  }

  /** The next message, where it is there already. */
  readNow(): RawMessage | undefined {
    const message = this.#inbox.shift();
    if (message === undefined) return undefined;
    this.#inboxBytes -= message.body.length;
    if (this.#socket.isPaused() && this.#inboxBytes < this.#limits.inboxBytesMax) this.#socket.resume();
    return message;
  }

  /** Sends what was written, and waits for as long as the peer takes no more. @throws PeerGone */
  async flush(): Promise<void> {
    if (this.gone.aborted) throw new PeerGone();
    if (this.writer.length === 0) return;
    if (this.#socket.write(this.writer.take())) return;
    await this.#drained();
  }

  /** What was written is worth sending. */
  get isLaden(): boolean {
    return this.writer.length >= outboxBytes;
  }

  /** One byte that is no message. */
  sendByte(byte: string): void {
    this.#socket.write(byte);
  }

  /**
   * Goes on over TLS. @param isDirect it began with TLS, which then has to name the protocol
   * @throws PeerGone where the handshake fails
   */
  async secure(context: SecureContext, isDirect: boolean): Promise<void> {
    const plain = this.#socket;
    this.#detach();
    const socket = new TLSSocket(plain, { isServer: true, secureContext: context, ALPNProtocols: [alpn] });
    this.#socket = socket;
    this.#isFirst = false;
    this.#isHeld = false;
    const secured = new Promise<void>((resolve) => socket.once('secure', () => resolve()));
    this.#attach();
    await Promise.race([secured, onceAborted(this.gone)]);
    if (isDirect && socket.alpnProtocol !== alpn) this.cut();
    if (this.gone.aborted) throw new PeerGone();
  }

  /** Sends what was written, and closes. What still comes is thrown away, so that the last word arrives. */
  end(): void {
    const socket = this.#socket;
    if (this.writer.length > 0 && !socket.destroyed) socket.write(this.writer.take());
    this.#splitter.messageBytesMax = 0;
    socket.removeAllListeners('data');
    socket.on('data', () => {});
    socket.resume();
    socket.end();
    const timer = setTimeout(() => this.cut(), this.#limits.closeMs);
    if (socket.destroyed) clearTimeout(timer);
    else socket.once('close', () => clearTimeout(timer));
  }

  cut(): void {
    this.#socket.destroy();
    this.#leave();
  }

  #attach(): void {
    const socket = this.#socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => this.#leave());
    socket.on('close', () => this.#leave());
    socket.on('drain', () => this.#unstall?.());
    // A peer that breaks off is gone: there is nobody to tell.
    socket.on('error', () => this.cut());
  }

  #detach(): void {
    const socket = this.#socket;
    socket.removeAllListeners('data');
    socket.removeAllListeners('end');
    socket.pause();
  }

  #receive(chunk: Buffer): void {
    if (this.#fault !== undefined) return;
    if (this.#isFirst && chunk[0] === tlsFirstByte) {
      this.#isHeld = true;
      this.#detach();
      this.#socket.unshift(chunk);
    } else {
      this.#split(chunk);
    }
    this.#isFirst = false;
    this.#awake();
  }

  #split(chunk: Buffer): void {
    try {
      for (const message of this.#splitter.push(chunk)) {
        this.#inbox.push(message);
        this.#inboxBytes += message.body.length;
        if (message.type === 0 && isStartup(message.body)) this.#splitter.isTyped = true;
      }
    } catch (error) {
      this.#fault = error;
    }
    if (this.#inboxBytes >= this.#limits.inboxBytesMax) this.#socket.pause();
  }

  #leave(): void {
    this.#fault ??= new PeerGone();
    this.#gone.abort();
    this.#awake();
    this.#unstall?.();
  }

  #awake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  async #wait(): Promise<void> {
    if (this.gone.aborted && this.#inbox.length === 0) throw new PeerGone();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  async #drained(): Promise<void> {
    const timer = setTimeout(() => this.cut(), this.#limits.stallMs);
    await new Promise<void>((resolve) => {
      this.#unstall = resolve;
    });
    clearTimeout(timer);
    this.#unstall = undefined;
    if (this.gone.aborted) throw new PeerGone();
  }
}

/** Behind the message that asks for a session, and names the protocol's version 3, all have a type. */
function isStartup(body: Buffer): boolean {
  return body.length >= 4 && body.readUInt16BE(0) === 3;
}

function onceAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
