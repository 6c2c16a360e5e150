import type { SqlResource } from '../../../domain/sql-resource.ts';
import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import type { Catalog, CatalogQueries, CatalogRunOptions, CatalogSession, DescribeOptions } from './catalog.ts';
import { type CatalogChild, CatalogChildEnded, startCatalogChild } from './catalog-child.ts';
import type { CatalogReply, QuestionRequest } from './catalog-message.ts';
import { catalogServerVersion } from './catalog-schema.ts';
import { isCatalogBeginning, isCatalogStatement } from './catalog-statement.ts';

export interface CatalogOptions {
  readonly resources: readonly SqlResource[];
  /** For one question, from when it runs. */
  readonly timeoutMilliseconds?: number | undefined;
  /** For the start of the process: on a busy machine it takes a while. */
  readonly startMilliseconds?: number | undefined;
  /** After so long without a question the process ends, and its memory is free. */
  readonly idleMilliseconds?: number | undefined;
  readonly waitingMax?: number | undefined;
  readonly memoryBytesMax?: number | undefined;
  readonly answerBytesMax?: number | undefined;
}

const defaults = {
  timeoutMilliseconds: 10_000,
  startMilliseconds: 60_000,
  idleMilliseconds: 300_000,
  waitingMax: 256,
  memoryBytesMax: 512 * 1024 * 1024,
  answerBytesMax: 16 * 1024 * 1024,
};

/** A catalog for all sessions of a plane. Its process starts with the first question. */
export function openCatalog(options: CatalogOptions): Catalog {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const queue = new CatalogQueue({ ...defaults, ...given, resources: options.resources });
  const names = new Set(
    options.resources.flatMap(({ name, aliases }) => [name, ...aliases]).map((name) => name.toLowerCase()),
  );
  return {
    serverVersion: catalogServerVersion,
    open: (session) => openQueries(queue, session, names),
    close: async () => queue.close(),
  };
}

function openQueries(queue: CatalogQueue, session: CatalogSession, names: ReadonlySet<string>): CatalogQueries {
  const ended = new AbortController();
  const ask = async (kind: 'describe' | 'run', text: string, options: CatalogRunOptions): Promise<CatalogReply> => {
    if (!isCatalogBeginning(text)) throw new SqlError(sqlStates.notSupported, 'the catalog is only read');
    const signals = [ended.signal, ...(options.signal === undefined ? [] : [options.signal])];
    const reply = await queue.ask(toQuestion(kind, session, text, options), AbortSignal.any(signals));
    if (reply.kind !== 'error') return reply;
    const { state, message, position, hint } = reply;
    throw new SqlError(state, message, { position: position === undefined ? undefined : position - 1, hint });
  };
  return {
    handles: (text) => isCatalogStatement(text, names),
    describe: async (text, options: DescribeOptions = {}) => {
      const reply = await ask('describe', text, options);
      if (reply.kind !== 'shape') throw new Error(`expected a shape, not ${reply.kind}`);
      return reply.shape;
    },
    run: async (text, options = {}) => {
      const reply = await ask('run', text, options);
      if (reply.kind !== 'answer') throw new Error(`expected an answer, not ${reply.kind}`);
      return reply.answer;
    },
    close: () => ended.abort(),
  };
}

/** Settings that change how values are written, and what tools look at; the session has checked their values. */
const passedSettings = [
  'application_name',
  'bytea_output',
  'datestyle',
  'extra_float_digits',
  'intervalstyle',
  'timezone',
];

function toQuestion(
  kind: 'describe' | 'run',
  session: CatalogSession,
  text: string,
  options: CatalogRunOptions,
): QuestionRequest {
  const settings = Object.entries(session.settings?.() ?? {}).filter(([key]) =>
    passedSettings.includes(key.toLowerCase()),
  );
  return {
    kind,
    session: {
      user: session.user,
      database: session.database,
      processId: session.processId,
      settings: Object.fromEntries(settings),
    },
    text,
    parameterTypes: options.parameterTypes ?? [],
    parameters: options.parameters ?? [],
    parameterFormats: options.parameterFormats ?? [],
    resultFormats: options.resultFormats ?? [],
  };
}

/** One question at a time; whoever waits too long in it is told by the signal that it gave. */
class CatalogQueue {
  readonly #options: typeof defaults & { resources: readonly SqlResource[] };
  #child: CatalogChild | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: typeof defaults & { resources: readonly SqlResource[] }) {
    this.#options = options;
  }

  /** @throws SqlError */
  ask(question: QuestionRequest, signal: AbortSignal): Promise<CatalogReply> {
    if (this.#waiting >= this.#options.waitingMax) {
      return Promise.reject(new SqlError(sqlStates.tooBusy, 'too many questions wait for the catalog'));
    }
    this.#waiting += 1;
    const answer = this.#last.then(() => this.#askNow(question, signal));
    this.#last = answer
      .catch(() => undefined)
      .finally(() => {
        this.#waiting -= 1;
      });
    return answer;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#idle);
    this.#child?.kill();
  }

  async #askNow(question: QuestionRequest, signal: AbortSignal): Promise<CatalogReply> {
    if (signal.aborted || this.#closed) throw cancelled();
    clearTimeout(this.#idle);
    try {
      const child = await this.#started();
      if (signal.aborted) throw cancelled();
      return await this.#timed(child, () => child.ask(question), this.#options.timeoutMilliseconds, signal);
    } finally {
      this.#idle = setTimeout(() => this.#child?.kill(), this.#options.idleMilliseconds).unref();
    }
  }

  async #started(): Promise<CatalogChild> {
    if (this.#child !== undefined && !this.#child.ended) return this.#child;
    const child = startCatalogChild();
    this.#child = child;
    const { resources, memoryBytesMax, answerBytesMax, startMilliseconds } = this.#options;
    const start = () => child.ask({ kind: 'start', resources, memoryBytesMax, answerBytesMax });
    const reply = await this.#timed(child, start, startMilliseconds, new AbortController().signal);
    if (reply.kind === 'ready') {
      child.lowerPriority();
      return child;
    }
    child.kill();
    throw new SqlError(sqlStates.internal, reply.kind === 'error' ? reply.message : 'the catalog did not start');
  }

  async #timed(
    child: CatalogChild,
    ask: () => Promise<CatalogReply>,
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<CatalogReply> {
    const stop = (): void => child.kill();
    const timer = setTimeout(stop, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await ask();
    } catch (error) {
      if (error instanceof CatalogChildEnded) throw cancelled();
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }
}

/** As PostgreSQL says it, of a statement that ran too long. */
function cancelled(): SqlError {
  return new SqlError(
    sqlStates.cancelled,
    'canceling statement: the catalog was asked for too much, or the session ended',
  );
}
