import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { Log } from '../../ports/log.ts';
import type { Conversation } from './conversation.ts';
import { cancelled, guard } from './deadline.ts';
import type { End } from './frame.ts';
import { type Asked, type Left, PoolProcess } from './pool-process.ts';
import type { StorePlace } from './store-place.ts';

export interface PoolOptions {
  /** The program of a query process (serve-query.ts). */
  readonly entry: string;
  readonly place: StorePlace;
  readonly processesMax: number;
  readonly memoryMegabytes: number;
  /** How long rows may wait for somebody who reads them, before the query is ended. */
  readonly stallMilliseconds: number;
  readonly log: Log;
}

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMilliseconds: number;
  readonly mayRest?: boolean | undefined;
}

/** Queries in line for each process: past this, one more would only wait until its time is over. */
const lineMaxEach = 16;
/** A process that nobody needs for so long ends. */
const idleMilliseconds = 60_000;

interface Waiting {
  readonly asked: Asked;
  readonly start: (process: PoolProcess) => void;
  readonly fail: (error: SqlError) => void;
}

/** The processes that queries run in. One is made when it is needed; each runs one query at a time. */
export class QueryPool {
  readonly #options: PoolOptions;
  readonly #processes = new Set<PoolProcess>();
  /** The one that was used last stands last. */
  readonly #idle = new Map<PoolProcess, NodeJS.Timeout>();
  readonly #line: Waiting[] = [];
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Begins a query as soon as a process is free; the time runs from when that is ready.
   * @throws SqlError 53300, 57014
   */
  async ask(asked: Asked, { signal, timeoutMilliseconds, mayRest }: AskOptions): Promise<Conversation> {
    if (this.#closed) throw new SqlError('57P03', 'the server is closing');
    if (signal?.aborted) throw cancelled();
    const process =
      this.#takeIdle(asked) ?? this.#start() ?? (await this.#wait(asked, { signal, timeoutMilliseconds }));
    const conversation = process.ask(asked);
    const stallMilliseconds = mayRest === true ? Number.POSITIVE_INFINITY : this.#options.stallMilliseconds;
    guard(conversation, { signal, timeoutMilliseconds, stallMilliseconds });
    return conversation;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { fail } of this.#line.splice(0)) fail(closing());
    const ends = [...this.#processes].map((process) => process.end(closing()));
    await Promise.all(ends);
  }

  #takeIdle({ question }: Asked): PoolProcess | undefined {
    const idle = [...this.#idle.keys()];
    const chosen = idle.findLast((process) => process.knows(question.id)) ?? idle.at(-1);
    if (chosen !== undefined) this.#wake(chosen);
    return chosen;
  }

  #wake(process: PoolProcess): void {
    clearTimeout(this.#idle.get(process));
    this.#idle.delete(process);
  }

  #start(): PoolProcess | undefined {
    if (this.#processes.size >= this.#options.processesMax) return undefined;
    const { entry, place, memoryMegabytes } = this.#options;
    const process = new PoolProcess({
      entry,
      place,
      memoryMegabytes,
      onFree: (free, end) => this.#free(free, end),
      onExit: (gone, reason, left) => this.#forget(gone, reason, left),
    });
    this.#processes.add(process);
    return process;
  }

  #wait(asked: Asked, { signal, timeoutMilliseconds }: AskOptions): Promise<PoolProcess> {
    if (this.#line.length >= lineMaxEach * this.#options.processesMax) {
      throw new SqlError(sqlStates.tooBusy, 'too many queries are waiting', { hint: 'Try again in a while.' });
    }
    return new Promise((resolve, reject) => {
      const fail = (error: SqlError) => {
        clean();
        reject(error);
      };
      const leave = (error: SqlError) => {
        const at = this.#line.indexOf(waiting);
        if (at < 0) return;
        this.#line.splice(at, 1);
        fail(error);
      };
      const late = () =>
        leave(new SqlError(sqlStates.tooBusy, 'all query processes were busy until the time was over'));
      const abort = () => leave(cancelled());
      const timer = setTimeout(late, timeoutMilliseconds);
      const clean = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const start = (process: PoolProcess) => {
        clean();
        resolve(process);
      };
      const waiting: Waiting = { asked, start, fail };
      signal?.addEventListener('abort', abort);
      this.#line.push(waiting);
    });
  }

  #free(process: PoolProcess, { rss = 0 }: End): void {
    // What a large query leaves behind would count against the next one.
    if (rss > (this.#options.memoryMegabytes * 1024 * 1024) / 2) process.dismiss();
    else this.#give(process);
  }

  #give(process: PoolProcess): void {
    const next = this.#line.shift();
    if (next !== undefined) {
      next.start(process);
      return;
    }
    const timer = setTimeout(() => process.dismiss(), idleMilliseconds);
    timer.unref();
    this.#idle.set(process, timer);
  }

  #forget(process: PoolProcess, reason: string, left: Left | undefined): void {
    this.#wake(process);
    this.#processes.delete(process);
    this.#options.log.debug({ pid: process.pid, reason }, 'a query process ended');
    if (this.#closed) {
      left?.conversation.fail(closing());
      return;
    }
    // Of a new process: what ended the one may have ended others that are idle, too.
    if (left !== undefined) this.#start()?.ask(left.asked, left.conversation);
    const next = this.#line.shift();
    if (next === undefined) return;
    const fresh = this.#start();
    if (fresh === undefined) this.#line.unshift(next);
    else next.start(fresh);
  }
}

function closing(): SqlError {
  return new SqlError('57P01', 'the server is closing');
}
