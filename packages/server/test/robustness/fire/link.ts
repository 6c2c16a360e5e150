import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How a link does. `cut`: every connection breaks, and new ones do at once. `stalled`: connections stay, and new ones
 * are taken, but nothing passes.
 */
export type LinkState = 'open' | 'cut' | 'stalled';

/** A line between a verifier and a node, that a test can cut, stall, slow down and lay elsewhere. */
export class Link {
  #state: LinkState = 'open';
  /** Of each piece, on each way, in milliseconds. */
  delayMs = 0;
  /** Where new connections go; undefined: nowhere, they break. */
  target: () => number | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #opened = Promise.withResolvers<void>();

  private constructor(server: Server, target: () => number | undefined) {
    this.#server = server;
    this.target = target;
    server.on('connection', (socket) => void this.#join(socket));
  }

  /** @param target the port on the loopback to go to, asked for each connection */
  static async open(target: () => number | undefined): Promise<Link> {
    const server = createServer({ noDelay: true });
    const link = new Link(server, target);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return link;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the link is closed');
    return `http://127.0.0.1:${address.port}`;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Connections of both ends that are there. */
  get connections(): number {
    return this.#sockets.size;
  }

  set(state: LinkState): void {
    this.#state = state;
    if (state === 'cut') this.#breakAll();
    if (state === 'stalled') return;
    this.#opened.resolve();
    this.#opened = Promise.withResolvers();
  }

  /** Every connection breaks; new ones are taken. */
  restart(): void {
    this.#breakAll();
  }

  async close(): Promise<void> {
    this.set('cut');
    this.#server.close();
    await once(this.#server, 'close');
  }

  #breakAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async #join(near: Socket): Promise<void> {
    this.#keep(near);
    await this.#untilPassable();
    const port = this.target();
    if (this.#state === 'cut' || port === undefined || near.destroyed) return void near.resetAndDestroy();
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#keep(far);
    far.once('close', () => near.destroy());
    near.once('close', () => far.destroy());
    void this.#carry(near, far);
    void this.#carry(far, near);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // Told by 'close', too.
    socket.on('error', () => undefined);
  }

  async #carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from) {
        if (this.delayMs > 0) await sleep(this.delayMs);
        await this.#untilPassable();
        if (!to.write(chunk)) await once(to, 'drain');
      }
      to.end();
    } catch {
      to.destroy();
    }
  }

  async #untilPassable(): Promise<void> {
    while (this.#state === 'stalled') await this.#opened.promise;
  }
}
