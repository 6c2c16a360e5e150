import type pg from 'pg';
import { Problem } from '../../domain/problem.ts';
import type { Log } from '../../ports/log.ts';
import { Bell, type Sideline, unavailable } from '../engine.ts';
import type { Compiler, Statement } from '../statement.ts';
import { clientConfig, connect } from './connection.ts';
import { translatePostgresError } from './error.ts';

export const leaseChannel = 'claviger_lease';

const ringOthers = { name: 'lease.ring', text: `select pg_notify('${leaseChannel}', '')` };

interface SidelineOptions {
  readonly url: string;
  readonly compiler: Compiler;
  readonly log: Log;
}

/** A connection whose commits wait for no disk, and hold up none that do. One transaction at a time. */
export class PostgresSideline implements Sideline {
  readonly #options: SidelineOptions;
  readonly bell = new Bell();
  #client: Promise<pg.Client> | undefined;
  /** The transaction under way; never rejects. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: SidelineOptions) {
    this.#options = options;
  }

  rows<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row[]> {
    const { name, text, bind } = this.#options.compiler.compile(statement);
    return this.#enqueue(name, (client) => client.query({ name, text, values: bind(args) })) as Promise<Row[]>;
  }

  async ring(): Promise<void> {
    await this.#enqueue('ring', undefined);
  }

  onRing(listener: () => void): () => void {
    return this.bell.add(listener);
  }

  async close(): Promise<void> {
    await this.#last;
    this.#closed = true;
    const client = await this.#client?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  #enqueue(name: string, send: ((client: pg.Client) => Promise<pg.QueryResult>) | undefined): Promise<unknown[]> {
    const done = this.#last.then(() => this.#transact(send)).catch((error: unknown) => this.#fail(error, name));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** All in one round trip. */
  async #transact(send: ((client: pg.Client) => Promise<pg.QueryResult>) | undefined): Promise<unknown[]> {
    const client = await this.#connected();
    const [, , result] = await Promise.all([
      client.query('begin'),
      client.query('set local synchronous_commit = off'),
      send?.(client),
      client.query(ringOthers),
      client.query('commit'),
    ]);
    return result?.rows ?? [];
  }

  async #connected(): Promise<pg.Client> {
    if (this.#closed) throw unavailable();
    if (this.#client !== undefined) return this.#client;
    const connecting = connect(clientConfig(this.#options.url), this.#options.log);
    this.#client = connecting;
    const client = await connecting;
    client.once('end', () => {
      if (this.#client === connecting) this.#client = undefined;
    });
    return client;
  }

  /** Whatever state the connection is in: the next one is new. */
  async #fail(error: unknown, name: string): Promise<never> {
    const client = this.#client;
    this.#client = undefined;
    void client?.then((each) => each.end()).catch(() => undefined);
    throw error instanceof Problem ? error : translatePostgresError(error, name);
  }
}
