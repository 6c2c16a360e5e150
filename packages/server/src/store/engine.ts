import type { AuditDraft } from '../domain/audit.ts';
import type { ChangeDraft } from '../domain/change.ts';
import type { Noun } from '../domain/noun.ts';
import { Problem } from '../domain/problem.ts';
import type { Committed } from '../ports/store.ts';
import type { SchemaEditor } from './migrations/migration.ts';
import type { StoredRow } from './row.ts';
import type { Statement } from './statement.ts';

/** Runs statements on one connection, or in one transaction. */
export interface Executor {
  rows<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row[]>;
  first<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row | undefined>;
  /** Resolves to the number of rows written. */
  run<Args extends object>(statement: Statement<Args, unknown>, args: Args): Promise<number>;
}

/** What a work appended: written by the engine with the rest of its transaction. */
export interface Outbox {
  readonly changes: ChangeDraft[];
  readonly entries: AuditDraft[];
}

export type Work<T> = (executor: Executor, outbox: Outbox) => Promise<T>;

/** All in which SQLite and PostgreSQL differ. */
export interface Engine {
  /** For reads outside of a transaction: committed rows only. */
  readonly reader: Executor;
  /**
   * Runs the work in a transaction, together with others.
   * @throws Rerun where another transaction came first
   */
  transact<T>(work: Work<T>): Promise<Committed<T>>;
  /** One unchanging snapshot, until it is closed. Holds up nobody. */
  openSnapshot(): Promise<Snapshot>;
  /** Changes the schema or replaces all content, in one transaction that nobody else shares. */
  rebuild<T>(work: (rebuilder: Rebuilder) => Promise<T>): Promise<T>;
  onCommit(listener: () => void): () => void;
  /** Tells other nodes what need not outlive a crash; undefined where there are none. */
  readonly sideline: Sideline | undefined;
  /** Waits for writes under way. */
  close(): Promise<void>;
}

/** Beside the groups of writes, so that none of them waits for it. */
export interface Sideline {
  /** Runs a statement that a crash may undo, and rings. Resolves to what it answers. */
  rows<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row[]>;
  /** Rings on every node. */
  ring(): Promise<void>;
  onRing(listener: () => void): () => void;
}

export interface Snapshot {
  readonly executor: Executor;
  /** All rows of a table, in the order of its key. */
  scan(table: string): AsyncIterable<StoredRow>;
  close(): Promise<void>;
}

export interface Rebuilder extends SchemaEditor {
  /** Names the place where the change log lives; another one after the engine's own tools restored a dump. */
  origin(): Promise<string>;
  /** Writes a row as it is. */
  insert(table: string, row: StoredRow): Promise<void>;
  /** Waits until inserted rows are in, and lets numbers that the engine draws go on after those in the tables. */
  finish(): Promise<void>;
}

/**
 * Inside of the store only: the work has to run once more, because a row was no longer as it was read. Names what
 * changed, where it is known.
 */
export class Rerun extends Error {
  override readonly name = 'Rerun';
  readonly noun: Noun | undefined;

  constructor(noun?: Noun) {
    super('the work has to run once more');
    this.noun = noun;
  }
}

/** Seconds after which a client may try again while the store is out of reach. */
const retryAfterSeconds = 1;

export function unavailable(): Problem<'store.unavailable'> {
  return new Problem('store.unavailable', { retryAfterSeconds });
}

/** Works that run in one commit, at most: above this a commit gains little and the last in line waits longer. */
export const groupMax = 64;

/** Works in line, at most: past this the store says that it is too busy, rather than let a client wait for minutes. */
export const queueMax = 10_000;

/** One work in line for a group, and how it went. */
export interface Job {
  readonly work: Work<unknown>;
  readonly resolve: (committed: Committed<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

export type Outcome = { readonly committed: Committed<unknown> } | { readonly error: unknown };

export function settle(job: Job, outcome: Outcome): void {
  if ('committed' in outcome) job.resolve(outcome.committed);
  else job.reject(outcome.error);
}

/** The bell of `onCommit`: rings after the write that caused it was answered. Listeners don't throw. */
export class Bell {
  readonly #listeners = new Set<() => void>();

  add(listener: () => void): () => void {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  ring(): void {
    for (const listener of this.#listeners) queueMicrotask(listener);
  }
}
