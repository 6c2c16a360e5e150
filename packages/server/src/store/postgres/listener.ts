import type pg from 'pg';
import type { Log } from '../../ports/log.ts';
import { clientConfig, connect } from './connection.ts';
import { commitChannel } from './outbox.ts';

/** Milliseconds between two attempts to listen again. */
const reconnectDelay = 1_000;

/** Rings when another node committed. Rings also after a gap in listening, since something may have passed in it. */
export class CommitListener {
  readonly #url: string;
  readonly #log: Log;
  readonly #ring: () => void;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string, log: Log, ring: () => void) {
    this.#url = url;
    this.#log = log;
    this.#ring = ring;
  }

  /** Resolves once it listens, or once it is clear that it has to try again later. */
  async start(): Promise<void> {
    if (this.#closed) return;
    try {
      const client = await connect(clientConfig(this.#url), this.#log);
      this.#client = client;
      client.on('notification', () => this.#ring());
      client.once('end', () => this.#retry());
      if (this.#closed) await client.end();
      else await client.query(`listen ${commitChannel}`);
      this.#ring();
    } catch {
      this.#retry();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  #retry(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.start(), reconnectDelay);
    this.#timer.unref();
  }
}
