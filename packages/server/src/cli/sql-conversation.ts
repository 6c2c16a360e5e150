import type { IncomingMessage } from 'node:http';
import { createInterface, type Interface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { NativeClient } from './client.ts';
import { CommandRefusal } from './failure.ts';

export interface AnsweredColumn {
  readonly name: string;
  /** `text`, `integer`, `real`, `boolean` or `json`. */
  readonly type: string;
}

export interface StatementError {
  /** SQLSTATE. */
  readonly state: string;
  readonly message: string;
  /** In the text that was asked, in characters from 0. */
  readonly position?: number;
  readonly hint?: string;
}

/** What comes back, in the order in which it happens (docs/sql.md, "Over HTTP"). */
export type SqlAnswer =
  | { readonly kind: 'columns'; readonly columns: readonly AnsweredColumn[] }
  | { readonly kind: 'row'; readonly values: readonly unknown[] }
  | { readonly kind: 'end'; readonly tag: string; readonly notices: readonly string[] }
  | { readonly kind: 'error'; readonly error: StatementError };

interface Line {
  readonly columns?: readonly AnsweredColumn[];
  readonly tag?: string;
  readonly notices?: readonly string[];
  readonly error?: StatementError;
}

/** Shorter than the silence after which a plane takes a connection for dead. */
const keepAliveMilliseconds = 15_000;

interface Open {
  readonly questions: PassThrough;
  readonly answer: Promise<IncomingMessage>;
  reader?: Interface;
  lines?: AsyncIterator<string>;
  readonly timer: NodeJS.Timeout;
}

/** Questions to a plane and their answers, all in one session of it. */
export class SqlConversation {
  readonly #client: NativeClient;
  #open: Open | undefined;

  constructor(client: NativeClient) {
    this.#client = client;
  }

  /** Asks, and tells what comes until all is answered, or `interrupt` was called. One question at a time. @throws CommandRefusal */
  async *ask(query: string): AsyncGenerator<SqlAnswer> {
    this.#open ??= this.#begin();
    const open = this.#open;
    let isAnswered = false;
    open.questions.write(`${JSON.stringify({ query })}\n`);
    try {
      open.reader ??= createInterface({ input: await open.answer, crlfDelay: Number.POSITIVE_INFINITY });
      open.lines ??= open.reader[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await open.lines.next();
        if (this.#open !== open) return;
        if (done === true) throw new CommandRefusal('The plane ended the conversation');
        const answer = readAnswer(value);
        if (answer === undefined) break;
        yield answer;
      }
      isAnswered = true;
    } finally {
      // What is left of an answer must not be taken for the next one's.
      if (!isAnswered && this.#open === open) this.interrupt();
    }
  }

  /** Ends what runs, and the session with it: the next question begins another. */
  interrupt(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    clearInterval(open.timer);
    open.questions.destroy();
    // Whoever reads would wait for ever: what is destroyed has no end.
    open.reader?.close();
    open.answer.then((answer) => answer.destroy()).catch(() => undefined);
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    clearInterval(open.timer);
    open.questions.end();
    await open.answer.then((answer) => answer.destroy()).catch(() => undefined);
  }

  #begin(): Open {
    const questions = new PassThrough();
    // Told to whoever asks; ended while nobody does, it is of no use to anybody.
    questions.on('error', () => undefined);
    const answer = this.#client.converse('/sql', undefined, questions);
    answer.then((message) => message.on('error', () => undefined)).catch(() => undefined);
    const timer = setInterval(() => questions.write('\n'), keepAliveMilliseconds);
    timer.unref();
    return { questions, answer, timer };
  }
}

/** Undefined: the question is answered. */
function readAnswer(line: string): SqlAnswer | undefined {
  const value = JSON.parse(line) as Line | readonly unknown[];
  if (Array.isArray(value)) return { kind: 'row', values: value };
  const { columns, tag, notices = [], error } = value as Line;
  if (columns !== undefined) return { kind: 'columns', columns };
  if (error !== undefined) return { kind: 'error', error };
  return tag === undefined ? undefined : { kind: 'end', tag, notices };
}
