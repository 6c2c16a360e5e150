import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { type Errand, noteDuration } from './errand.ts';
import { type End, encodeFrames, type Frame, FrameReader, frameKinds, type Question } from './frame.ts';
import { type StorePlace, tellPlace } from './store-place.ts';

export interface PoolProcessOptions {
  /** The program (serve-query.ts). */
  readonly entry: string;
  readonly place: StorePlace;
  readonly memoryMegabytes: number;
  /** It is free again. */
  readonly onFree: (process: PoolProcess, end: End) => void;
  /** It does not answer these: they are to be asked elsewhere. */
  readonly onReturn: (errands: readonly Errand[]) => void;
  /** It is gone, for whatever reason. */
  readonly onExit: (process: PoolProcess, reason: string) => void;
}

/** A question that was put to the process. It answers them in order. */
interface Turn {
  readonly serial: number;
  /** Microseconds. */
  expected: number;
  /** Undefined: nobody waits for the answer any more. */
  errand: Errand | undefined;
}

/** Of JavaScript in the process: rows on their way, and nothing else. */
const heapMegabytes = 96;
/** A process that was told to stop and does not is ended. */
const stopMilliseconds = 100;
/** Who stands behind another one in a process leaves it where that one takes longer than this. */
const patienceMilliseconds = 10;
/** Questions with a process at once, and the time that the last of them is expected to wait for the others. */
const turnsMax = 16;
const waitMicrosecondsMax = 2000;
/** Where the process has its end of the socket (serve-query.ts). */
const descriptor = 3;

/** A query process as the plane sees it. */
export class PoolProcess {
  readonly #options: PoolProcessOptions;
  readonly #child: ChildProcess;
  readonly #socket: Duplex;
  readonly #reader = new FrameReader();
  readonly #known = new Set<number>();
  /** The first is being answered. */
  #turns: Turn[] = [];
  readonly #given: Question[] = [];
  #lastSerial = 0;
  #patience: NodeJS.Timeout | undefined;
  #fate: SqlError | undefined;
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

  knows(id: number): boolean {
    return this.#known.has(id);
  }

  /** Whether this may be put to it behind what it is answering. */
  admits({ expected, text }: Errand): boolean {
    if (!Number.isFinite(expected) || !this.#known.has(text.id) || this.#fate !== undefined || this.#gone) return false;
    const ahead = this.#turns.reduce((sum, turn) => sum + turn.expected, 0);
    return this.#turns.length > 0 && this.#turns.length < turnsMax && ahead <= waitMicrosecondsMax;
  }

  /** Puts a question to it that it admits, or the only one; it goes out with `send`. */
  give(errand: Errand): void {
    if (this.#turns.length === 0) this.#hold(true);
    this.#enter(errand, !this.#known.has(errand.text.id));
  }

  /** Sends what it was given, at once: it is woken once. */
  send(): void {
    const given = this.#given.splice(0);
    if (given.length > 0 && !this.#socket.destroyed) this.#socket.write(encodeFrames(frameKinds.question, given));
    this.#beginPatience();
  }

  /** Whoever asks for more of an answer, or no more. */
  say(errand: Errand, word: 'more' | 'stop'): void {
    const turn = this.#find(errand);
    if (turn === undefined) return;
    this.#say(word, turn);
    if (word !== 'stop') return;
    const abandon = () => {
      if (!errand.conversation.isOver) this.abandon(errand, new SqlError(sqlStates.cancelled, 'the query was closed'));
    };
    if (turn === this.#turns[0]) setTimeout(abandon, stopMilliseconds).unref();
    else abandon();
  }

  /** Ends what it does for an errand, and itself where that is what it is doing. */
  abandon(errand: Errand, error: SqlError): void {
    const turn = this.#find(errand);
    errand.conversation.fail(error);
    if (turn === undefined) return;
    leave(turn);
    if (turn !== this.#turns[0]) return;
    this.#fate = error;
    this.#child.kill('SIGKILL');
    this.#return();
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
    this.#kill(error);
    await gone;
  }

  /** Ends it at once; what it was asked fails with this. */
  #kill(error: SqlError): void {
    this.#fate ??= error;
    for (const turn of this.#turns) {
      turn.errand?.conversation.fail(error);
      leave(turn);
    }
    this.#child.kill('SIGKILL');
  }

  #find(errand: Errand): Turn | undefined {
    return this.#turns.find((turn) => turn.errand === errand);
  }

  #enter(errand: Errand, defines: boolean): void {
    const { text, asked } = errand;
    const serial = ++this.#lastSerial;
    errand.process = this;
    this.#turns.push({ serial, expected: errand.expected, errand });
    this.#given.push({ kind: 'run', serial, id: text.id, ...asked, definition: defines ? text.definition : undefined });
  }

  #say(word: 'more' | 'stop', { serial }: Turn): void {
    this.#given.push({ kind: word, serial });
    this.send();
  }

  #take(piece: Buffer): void {
    try {
      for (const frame of this.#reader.read(piece)) this.#hear(frame);
    } catch {
      this.#kill(new SqlError(sqlStates.internal, 'the query failed'));
    }
  }

  #hear(frame: Frame): void {
    const [turn] = this.#turns;
    if (turn === undefined) return;
    const { errand } = turn;
    const isLast = frame.kind === frameKinds.end || frame.kind === frameKinds.fault;
    if (frame.kind === frameKinds.unknown || isLast) this.#turns.shift();
    if (frame.kind === frameKinds.unknown && errand !== undefined) {
      this.#known.delete(errand.text.id);
      this.#enter(errand, true);
      this.send();
      return;
    }
    if (isLast && errand !== undefined) {
      this.#known.add(errand.text.id);
      if (errand.asked.values !== undefined) noteDuration(errand.text, (frame.body as End).microseconds);
    }
    if (errand !== undefined) errand.conversation.take(frame);
    else if (!isLast) this.#say('stop', turn);
    if (this.#turns.length > 0) this.#beginPatience();
    else this.#finish(frame.kind === frameKinds.end ? (frame.body as End) : {});
  }

  #finish(end: End): void {
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

  #beginPatience(): void {
    const [first, second] = this.#turns;
    if (this.#patience !== undefined || first === undefined) return;
    if (first.errand !== undefined && second === undefined) return;
    const { serial } = first;
    this.#patience = setTimeout(() => setImmediate(() => this.#endPatience(serial)), patienceMilliseconds);
    this.#patience.unref();
  }

  /** Called when all that had come in meanwhile was read. */
  #endPatience(serial: number): void {
    this.#patience = undefined;
    const [first, ...others] = this.#turns;
    if (first === undefined || this.#gone) return;
    if (first.serial !== serial) {
      this.#beginPatience();
    } else if (first.errand === undefined) {
      // It is at what nobody waits for.
      this.#fate = new SqlError(sqlStates.cancelled, 'the query was closed');
      this.#child.kill('SIGKILL');
    } else {
      first.expected = Number.POSITIVE_INFINITY;
      noteDuration(first.errand.text, undefined);
      this.#return(others);
    }
  }

  /** Sends back who has not been answered. */
  #return(turns: readonly Turn[] = this.#turns): void {
    const back = turns.flatMap(({ errand }) => errand ?? []);
    for (const turn of turns) leave(turn);
    for (const errand of back) errand.isAlone = true;
    this.#options.onReturn(back);
  }

  #exit(reason: string, signal: NodeJS.Signals | null | undefined): void {
    if (this.#gone) return;
    this.#gone = true;
    clearTimeout(this.#patience);
    const [first, ...others] = this.#turns;
    // In company it may have been another one, whose turn came when the answer to the first was on its way.
    const wasAlone = others.every(({ errand }) => errand === undefined);
    const isToBlame = wasAlone || first?.errand?.conversation.isUnanswered === false;
    if (isToBlame && first?.errand !== undefined) {
      first.errand.conversation.fail(this.#fate ?? explainEnd(signal, this.#options.memoryMegabytes));
      leave(first);
    }
    this.#return();
    this.#turns = [];
    this.#socket.destroy();
    this.#options.onExit(this, reason);
  }
}

function leave(turn: Turn): void {
  if (turn.errand !== undefined) turn.errand.process = undefined;
  turn.errand = undefined;
}

/** The watchdog says SIGTERM where memory ran out, and the JavaScript engine aborts for the same reason. */
function explainEnd(signal: NodeJS.Signals | null | undefined, memoryMegabytes: number): SqlError {
  if (signal === 'SIGTERM' || signal === 'SIGABRT' || signal === 'SIGTRAP') {
    return new SqlError(sqlStates.outOfMemory, `the query needs more than ${memoryMegabytes} megabytes of memory`);
  }
  return new SqlError(sqlStates.internal, 'the process that the query ran in ended');
}
