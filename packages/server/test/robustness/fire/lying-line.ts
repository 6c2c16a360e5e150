import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type FeedCall = 'snapshot' | 'poll';

/** What a verifier is told in the place of an honest answer; undefined: the honest one. */
export type Lie = (honest: string, call: FeedCall) => string | Uint8Array | undefined;

/** A way to a plane's feed that hands answers on, and lies where a test says so. */
export class LyingLine implements AsyncDisposable {
  lie: Lie | undefined;
  /** Answers that were not handed on as they came. */
  lies = 0;
  /** Questions that were handed on and not answered yet. */
  underWay = 0;
  readonly #target: string;
  readonly #server: Server;
  #pass = Promise.resolve();

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      void this.#carry(request, response).catch(() => response.destroy());
    });
  }

  /** @param target of a runtime listener */
  static async open(target: string): Promise<LyingLine> {
    const line = new LyingLine(target);
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the line is closed');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Holds questions back until the returned function is called: what changes meanwhile comes in one answer. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pass = promise;
    return resolve;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await this.#pass;
    const headers = { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' };
    const body = request.method === 'POST' ? Buffer.concat(chunks) : null;
    const { method = 'GET' } = request;
    this.underWay += 1;
    const answer = fetch(this.#target + path, { method, headers, body, signal: gone.signal });
    const [status, honest] = await answer
      .then(async (response) => [response.status, await response.text()] as const)
      .finally(() => {
        this.underWay -= 1;
      });
    const told = status === 200 ? this.#distort(honest, path) : undefined;
    response.writeHead(status, { 'content-type': 'application/json' }).end(told ?? honest);
  }

  #distort(honest: string, path: string): string | Uint8Array | undefined {
    const call = path.includes('/feed/snapshot') ? 'snapshot' : path.includes('/feed/poll') ? 'poll' : undefined;
    const told = call === undefined ? undefined : this.lie?.(honest, call);
    if (told !== undefined) this.lies += 1;
    return told;
  }
}
