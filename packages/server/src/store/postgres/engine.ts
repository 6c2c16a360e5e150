import pg from 'pg';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Committed } from '../../ports/store.ts';
import { Bell, type Engine, type Executor, type Rebuilder, type Snapshot, type Work } from '../engine.ts';
import type { StatementWatch } from '../explain.ts';
import type { Compiler } from '../statement.ts';
import { clientConfig, connect, PostgresExecutor } from './connection.ts';
import { requireDurability } from './durability.ts';
import { Explainer } from './explainer.ts';
import { createPostgresCompiler } from './grammar.ts';
import { GroupQueue } from './group-queue.ts';
import { Lane } from './lane.ts';
import { CommitListener } from './listener.ts';
import { rebuildWith } from './rebuilder.ts';
import { SharedReader } from './shared-reader.ts';
import { PostgresSideline } from './sideline.ts';
import { beginSnapshot } from './snapshot.ts';

export interface PostgresEngineOptions {
  readonly url: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Connections for reads, at most. */
  readonly readers: number;
  /** Connections on which groups of writes run side by side. */
  readonly lanes: number;
  readonly groupMax: number;
  readonly watch?: StatementWatch | undefined;
}

/** PostgreSQL through pg: a pool for reads, lanes for groups of writes, one connection that listens. */
export class PostgresEngine implements Engine {
  readonly #options: PostgresEngineOptions;
  readonly #compiler: Compiler;
  readonly #explainer: Explainer | undefined;
  readonly #bell = new Bell();
  readonly #pool: pg.Pool;
  readonly #queue: GroupQueue;
  readonly #listener: CommitListener;
  readonly reader: Executor;
  readonly sideline: PostgresSideline;

  constructor(options: PostgresEngineOptions) {
    const { url, log, clock, readers, lanes, groupMax } = options;
    this.#options = options;
    this.#explainer = options.watch && new Explainer(url, log, options.watch);
    this.#compiler = createPostgresCompiler((compiled) => this.#explainer?.explain(compiled));
    this.#pool = new pg.Pool({ ...clientConfig(url), max: readers });
    this.#pool.on('error', (error) => log.warn({ error: error.message }, 'store connection lost'));
    this.reader = new SharedReader(new PostgresExecutor(this.#pool, this.#compiler), this.#compiler);
    const ring = () => this.#bell.ring();
    const lane = { url, log, compiler: this.#compiler, now: () => clock.now() };
    this.#queue = new GroupQueue(
      Array.from({ length: lanes }, () => new Lane(lane)),
      ring,
      groupMax,
    );
    this.sideline = new PostgresSideline({ url, log, compiler: this.#compiler });
    this.#listener = new CommitListener(url, log, { commit: ring, lease: () => this.sideline.bell.ring() });
  }

  /**
   * Looks whether this server may hold a store, and begins to listen.
   * @throws Error where it may not; Problem store.unavailable
   */
  async start(): Promise<void> {
    const client = await connect(clientConfig(this.#options.url), this.#options.log);
    try {
      await requireDurability(client);
    } finally {
      await client.end();
    }
    await this.#listener.start();
  }

  transact<T>(work: Work<T>): Promise<Committed<T>> {
    return this.#queue.transact(work);
  }

  async openSnapshot(): Promise<Snapshot> {
    const client = await this.#connectPatiently();
    try {
      return await beginSnapshot(client, this.#compiler);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  async rebuild<T>(work: (rebuilder: Rebuilder) => Promise<T>): Promise<T> {
    const client = await this.#connectPatiently();
    try {
      return await rebuildWith(client, work);
    } finally {
      // The end of the connection rolls back what was not committed.
      await client.end().catch(() => undefined);
      this.#bell.ring();
    }
  }

  onCommit(listener: () => void): () => void {
    return this.#bell.add(listener);
  }

  async close(): Promise<void> {
    await this.#queue.close();
    await this.#listener.close();
    await this.sideline.close();
    await this.#pool.end();
    await this.#explainer?.close();
  }

  #connectPatiently(): Promise<pg.Client> {
    return connect(clientConfig(this.#options.url, 'unbounded'), this.#options.log);
  }
}
