import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { Log } from '../../ports/log.ts';
import type { Conversation } from './conversation.ts';
import { cancelled, guard } from './deadline.ts';
import { type Asked, type AskedText, Errand } from './errand.ts';
import type { End } from './frame.ts';
import { PoolProcess } from './pool-process.ts';
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

/**
 * The processes that queries run in. One is made when it is needed; each runs one query at a time. Queries that are
 * known to be short are put to a process together: waking it for each costs more than they do.
 */
export class QueryPool {
  readonly #options: PoolOptions;
  readonly #processes = new Set<PoolProcess>();
  /** The one that was used last stands last. */
  readonly #idle = new Map<PoolProcess, NodeJS.Timeout>();
  #line: Errand[] = [];
  #dealing: NodeJS.Immediate | undefined;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Begins a query as soon as a process is free; the time that the process takes to start does not count. Its
   * conversation fails with SqlError 53300 or 57014 where it takes too long.
   * @throws SqlError 53300, 57014
   */
  ask(text: AskedText, asked: Asked, options: AskOptions): Conversation {
    if (this.#closed) throw new SqlError('57P03', 'the server is closing');
    if (options.signal?.aborted) throw cancelled();
    if (this.#line.length >= lineMaxEach * this.#options.processesMax) this.#deal();
    if (this.#line.length >= lineMaxEach * this.#options.processesMax) {
      throw new SqlError(sqlStates.tooBusy, 'too many queries are waiting', { hint: 'Try again in a while.' });
    }
    const errand = new Errand(text, asked, (spoken, word) => this.#say(spoken, word));
    const stallMilliseconds = options.mayRest === true ? Number.POSITIVE_INFINITY : this.#options.stallMilliseconds;
    guard(errand, { ...options, stallMilliseconds }, (error) => this.#end(errand, error));
    this.#line.push(errand);
    this.#dealSoon();
    return errand.conversation;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const closing = new SqlError('57P01', 'the server is closing');
    for (const { conversation } of this.#line.splice(0)) conversation.fail(closing);
    const ends = [...this.#processes].map((process) => process.end(closing));
    await Promise.all(ends);
  }

  /** Once all that came in with this one is in line. */
  #dealSoon(): void {
    this.#dealing ??= setImmediate(() => this.#deal());
  }

  #deal(): void {
    clearImmediate(this.#dealing);
    this.#dealing = undefined;
    const given = new Set<PoolProcess>();
    let dealt = 0;
    for (const errand of this.#line) {
      // Who may not go yet keeps those behind from going first.
      // What ended the process that it was with may have ended others that are idle, too.
      const fresh = errand.isAgain ? this.#start() : undefined;
      const process = fresh ?? this.#findCompany(errand) ?? this.#takeIdle(errand) ?? this.#start();
      if (process === undefined) break;
      process.give(errand);
      given.add(process);
      dealt += 1;
    }
    this.#line.splice(0, dealt);
    for (const process of given) process.send();
  }

  #findCompany(errand: Errand): PoolProcess | undefined {
    for (const process of this.#processes) if (process.admits(errand)) return process;
    return undefined;
  }

  #takeIdle({ text }: Errand): PoolProcess | undefined {
    const idle = [...this.#idle.keys()];
    const chosen = idle.findLast((process) => process.knows(text.id)) ?? idle.at(-1);
    if (chosen !== undefined) this.#wake(chosen);
    return chosen;
  }

  #wake(process: PoolProcess): void {
    clearTimeout(this.#idle.get(process));
    this.#idle.delete(process);
  }

  #start(): PoolProcess | undefined {
    if (this.#closed || this.#processes.size >= this.#options.processesMax) return undefined;
    const { entry, place, memoryMegabytes } = this.#options;
    const process = new PoolProcess({
      entry,
      place,
      memoryMegabytes,
      onFree: (free, end) => this.#free(free, end),
      onReturn: (errands) => this.#takeBack(errands),
      onExit: (gone, reason) => this.#forget(gone, reason),
    });
    this.#processes.add(process);
    return process;
  }

  #free(process: PoolProcess, { rss = 0 }: End): void {
    // What a large query leaves behind would count against the next one.
    if (rss > (this.#options.memoryMegabytes * 1024 * 1024) / 2) {
      process.dismiss();
      return;
    }
    const end = () => {
      this.#wake(process);
      process.dismiss();
    };
    const timer = setTimeout(end, idleMilliseconds);
    timer.unref();
    this.#idle.set(process, timer);
    this.#dealSoon();
  }

  #takeBack(errands: readonly Errand[]): void {
    if (errands.length === 0) return;
    this.#line.unshift(...errands);
    this.#dealSoon();
  }

  #forget(process: PoolProcess, reason: string): void {
    this.#wake(process);
    this.#processes.delete(process);
    this.#options.log.debug({ pid: process.pid, reason }, 'a query process ended');
    this.#dealSoon();
  }

  #say(errand: Errand, word: 'more' | 'stop'): void {
    if (errand.process !== undefined) errand.process.say(errand, word);
    else if (word === 'stop') this.#drop(errand, new SqlError(sqlStates.cancelled, 'the query was closed'));
  }

  #end(errand: Errand, error: SqlError): void {
    if (errand.process !== undefined) errand.process.abandon(errand, error);
    else this.#drop(errand, error);
  }

  /** Of the line. */
  #drop(errand: Errand, error: SqlError): void {
    this.#line = this.#line.filter((each) => each !== errand);
    errand.conversation.fail(error);
  }
}
