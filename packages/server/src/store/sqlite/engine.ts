import type { Clock } from '../../ports/clock.ts';
import type { Committed } from '../../ports/store.ts';
import {
  Bell,
  type Engine,
  type Executor,
  groupMax as groupMaxDefault,
  type Rebuilder,
  type Snapshot,
  type Work,
} from '../engine.ts';
import type { StatementWatch } from '../explain.ts';
import { SqliteConnection } from './connection.ts';
import { createSqliteCompiler } from './grammar.ts';
import { SqliteReader } from './reader.ts';
import { createSqliteRebuilder } from './rebuilder.ts';
import { SqliteSnapshots } from './snapshot.ts';
import { SqliteWriter } from './writer.ts';

export interface SqliteEngineOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly watch?: StatementWatch | undefined;
  readonly groupMax?: number | undefined;
  /** Called when everything is closed. */
  readonly release: () => void;
}

/**
 * What the connections that stay may hold. With a million developers, the indexes that one page of a thousand expanded
 * developers probes at random are larger than SQLite's own default of 2 MB, and than half of this.
 */
const readerCacheKibibytes = 65_536;
const writerCacheKibibytes = 16_384;

/** SQLite through node:sqlite: one connection that writes, one for reads, and one for each snapshot under way. */
export class SqliteEngine implements Engine {
  readonly #bell = new Bell();
  readonly #writer: SqliteWriter;
  readonly #reader: SqliteReader;
  readonly #snapshots: SqliteSnapshots;
  readonly #release: () => void;
  readonly sideline = undefined;

  constructor({ file, clock, watch, groupMax = groupMaxDefault, release }: SqliteEngineOptions) {
    const compiler = createSqliteCompiler();
    const connect = (access: 'read' | 'write', cacheKibibytes?: number) =>
      new SqliteConnection({ file, access, compiler, cacheKibibytes, watch });
    this.#writer = new SqliteWriter({
      connect: () => connect('write', writerCacheKibibytes),
      now: () => clock.now(),
      ring: () => this.#bell.ring(),
      beforeCommit: () => this.#reader.rest(),
      groupMax,
    });
    this.#reader = new SqliteReader(connect('read', readerCacheKibibytes));
    this.#snapshots = new SqliteSnapshots(() => connect('read'));
    this.#release = release;
  }

  get reader(): Executor {
    return this.#reader;
  }

  transact<T>(work: Work<T>): Promise<Committed<T>> {
    return this.#writer.transact(work);
  }

  openSnapshot(): Promise<Snapshot> {
    return this.#snapshots.open();
  }

  async rebuild<T>(work: (rebuilder: Rebuilder) => Promise<T>): Promise<T> {
    const value = await this.#writer.exclusively((connection) => work(createSqliteRebuilder(connection)));
    this.#bell.ring();
    return value;
  }

  onCommit(listener: () => void): () => void {
    return this.#bell.add(listener);
  }

  async close(): Promise<void> {
    await this.#writer.close();
    this.#snapshots.close();
    this.#reader.close();
    this.#release();
  }
}
