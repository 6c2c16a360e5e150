import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { Conversation } from './conversation.ts';
import { type End, encodeFrame, FrameReader, frameKinds, type Question, type RunQuestion } from './frame.ts';
import { type StorePlace, tellPlace } from './store-place.ts';

export interface PoolProcessOptions {
  /** The program (serve-query.ts). */
  readonly entry: string;
  readonly place: StorePlace;
  readonly memoryMegabytes: number;
  /** It is free again. */
  readonly onFree: (process: PoolProcess, end: End) => void;
  /** It is gone, for whatever reason. @param left what another process is to answer */
  readonly onExit: (process: PoolProcess, reason: string, left: Left | undefined) => void;
}

/** What a process was asked that died before it said a word. */
export interface Left {
  readonly asked: Asked;
  readonly conversation: Conversation;
}

/** A question with what has to be said where the process does not know its id. */
export interface Asked {
  readonly question: Omit<RunQuestion, 'kind' | 'definition'>;
  readonly definition: RunQuestion['definition'];
}

/** Of JavaScript in the process: rows on their way, and nothing else. */
const heapMegabytes = 96;
/** A process that was told to stop and does not is ended. */
const stopMilliseconds = 100;
/** Where the process has its end of the socket (serve-query.ts). */
const descriptor = 3;

/** A query process as the plane sees it. */
export class PoolProcess {
  readonly #options: PoolProcessOptions;
  readonly #child: ChildProcess;
  readonly #socket: Duplex;
  readonly #reader = new FrameReader();
  readonly #known = new Set<number>();
  #conversation: Conversation | undefined;
  #asked: Asked | undefined;
  #fate: SqlError | undefined;
  #ready = false;
  #gone = false;

  constructor(options: PoolProcessOptions) {
    this.#options = options;
    const { entry, place, memoryMegabytes } = options;
    const { args, env } = tellPlace(place);
    const nodeOptions = [`--max-old-space-size=${heapMegabytes}`, '--disable-warning=ExperimentalWarning'];
    this.#child = spawn(process.execPath, [...nodeOptions, entry, String(memoryMegabytes), ...args], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      // Nothing else of ours is for it to know: keys and passwords are among the settings.
      env,
    });
    this.#socket = this.#child.stdio[descriptor] as Duplex;
    this.#socket.on('data', (piece: Buffer) => this.#take(piece));
    // What follows is the end of the process, and told there.
    this.#socket.on('error', () => this.#child.kill('SIGKILL'));
    this.#child.on('error', () => this.#exit('it could not be started', undefined));
    this.#child.on('exit', (code, signal) => this.#exit(`code ${code ?? 'none'}, signal ${signal ?? 'none'}`, signal));
    this.#child.unref();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isBusy(): boolean {
    return this.#conversation !== undefined;
  }

  knows(id: number): boolean {
    return this.#known.has(id);
  }

  /** @param moved what another process was asked, which is gone */
  ask(asked: Asked, moved?: Conversation): Conversation {
    const speaker = {
      say: (word: 'more' | 'stop') => this.#say(word),
      repeat: () => this.#put(asked, true),
      finish: (end: End) => this.#finish(end),
      kill: (error: SqlError) => this.kill(error),
    };
    const conversation = moved ?? new Conversation(speaker);
    this.#conversation = conversation;
    this.#asked = asked;
    this.#hold(true);
    this.#put(asked, !this.#known.has(asked.question.id));
    moved?.move(speaker);
    if (this.#ready) conversation.begin();
    return conversation;
  }

  /** Ends it at once; what it was asked fails with this. */
  kill(error: SqlError): void {
    this.#fate ??= error;
    this.#conversation?.fail(this.#fate);
    this.#child.kill('SIGKILL');
  }

  /** Ends it when nothing is asked of it. */
  dismiss(): void {
    this.#socket.destroy();
    this.#child.kill('SIGKILL');
  }

  /** Ends it, whatever it does; resolves when it is gone. */
  async end(error: SqlError): Promise<void> {
    if (this.#gone) return;
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.ref();
    this.kill(error);
    await gone;
  }

  #put({ question, definition }: Asked, defines: boolean): void {
    this.#write({ kind: 'run', ...question, ...(defines && { definition }) });
  }

  #write(question: Question): void {
    if (!this.#socket.destroyed) this.#socket.write(encodeFrame(frameKinds.question, question));
  }

  #say(word: 'more' | 'stop'): void {
    this.#write({ kind: word });
    if (word !== 'stop') return;
    const conversation = this.#conversation;
    const timer = setTimeout(() => {
      if (conversation?.isOver === false) this.kill(new SqlError(sqlStates.cancelled, 'the query was closed'));
    }, stopMilliseconds);
    timer.unref();
  }

  #take(piece: Buffer): void {
    try {
      for (const frame of this.#reader.read(piece)) {
        if (frame.kind === frameKinds.ready) this.#begin();
        else this.#conversation?.take(frame);
      }
    } catch {
      this.kill(new SqlError(sqlStates.internal, 'the query failed'));
    }
  }

  #begin(): void {
    this.#ready = true;
    this.#conversation?.begin();
  }

  #finish(end: End): void {
    if (this.#asked !== undefined) this.#known.add(this.#asked.question.id);
    this.#conversation = undefined;
    this.#asked = undefined;
    if (this.#gone || this.#fate !== undefined) return;
    this.#hold(false);
    this.#options.onFree(this, end);
  }

  /** While nothing is asked, the plane's own process may end without it. */
  #hold(held: boolean): void {
    const socket = this.#socket as Duplex & { ref?(): void; unref?(): void };
    if (held) socket.ref?.();
    else socket.unref?.();
  }

  #exit(reason: string, signal: NodeJS.Signals | null | undefined): void {
    if (this.#gone) return;
    this.#gone = true;
    const error = this.#fate ?? explainEnd(signal, this.#options.memoryMegabytes);
    const left = error.state === sqlStates.internal ? this.#leave() : undefined;
    if (left === undefined) this.#conversation?.fail(error);
    this.#conversation = undefined;
    this.#socket.destroy();
    this.#options.onExit(this, reason, left);
  }

  /** Nobody is to suffer where something outside, as the kernel that is short of memory, ended an idle process. */
  #leave(): Left | undefined {
    const [asked, conversation] = [this.#asked, this.#conversation];
    return asked !== undefined && conversation?.mayMove === true ? { asked, conversation } : undefined;
  }
}

/** The watchdog says SIGTERM where memory ran out, and the JavaScript engine aborts for the same reason. */
function explainEnd(signal: NodeJS.Signals | null | undefined, memoryMegabytes: number): SqlError {
  if (signal === 'SIGTERM' || signal === 'SIGABRT' || signal === 'SIGTRAP') {
    return new SqlError(sqlStates.outOfMemory, `the query needs more than ${memoryMegabytes} megabytes of memory`);
  }
  return new SqlError(sqlStates.internal, 'the process that the query ran in ended');
}
