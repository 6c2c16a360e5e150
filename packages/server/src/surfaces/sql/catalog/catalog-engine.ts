import type { SqlResource } from '../../../domain/sql-resource.ts';
import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import { type CatalogChild, CatalogChildEnded, startCatalogChild } from './catalog-child.ts';
import type { CatalogReply, QuestionRequest } from './catalog-message.ts';

export interface CatalogEngineOptions {
  readonly resources: readonly SqlResource[];
  /** For one question, from when it runs. */
  readonly timeoutMilliseconds: number;
  /** For the start of the process: on a busy machine it takes a while. */
  readonly startMilliseconds: number;
  /** After so long without a question the process ends, and its memory is free. */
  readonly idleMilliseconds: number;
  readonly memoryBytesMax: number;
  readonly answerBytesMax: number;
}

/** Answers one question at a time, by a process that it starts with the first, and anew where it had to be killed. */
export class CatalogEngine {
  readonly #options: CatalogEngineOptions;
  #child: CatalogChild | undefined;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: CatalogEngineOptions) {
    this.#options = options;
  }

  /** @throws SqlError */
  async ask(question: QuestionRequest, signal: AbortSignal): Promise<CatalogReply> {
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

  close(): void {
    this.#closed = true;
    clearTimeout(this.#idle);
    this.#child?.kill();
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
export function cancelled(): SqlError {
  return new SqlError(
    sqlStates.cancelled,
    'canceling statement: the catalog was asked for too much, or the session ended',
  );
}
