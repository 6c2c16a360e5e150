import type pg from 'pg';
import type { Log } from '../../ports/log.ts';
import { clientConfig, connect } from './connection.ts';
import { commitChannel } from './outbox.ts';
import { leaseChannel } from './sideline.ts';

/** Milliseconds between two attempts to listen again. */
const reconnectDelay = 1_000;

/** What rings. */
interface CommitRings {
  readonly commit: () => void;
  readonly lease: () => void;
}

/** Rings when another node committed, or told of a lease. Rings also after a gap in listening, since something may have passed in it. */
export class CommitListener {
  readonly #url: string;
  readonly #log: Log;
  readonly #ring: CommitRings;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string, log: Log, ring: CommitRings) {
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
      client.on('notification', ({ channel }) => this.#ring[channel === leaseChannel ? 'lease' : 'commit']());
      client.once('end', () => this.#retry());
      if (this.#closed) await client.end();
      else await client.query(`listen ${commitChannel}; listen ${leaseChannel}`);
      this.#ring.commit();
      this.#ring.lease();
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
