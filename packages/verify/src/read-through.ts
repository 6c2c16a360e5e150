import { ChangeMemory } from './change-memory.ts';
import type { HeldKey } from './decide.ts';
import type { FeedPosition } from './feed-state.ts';
import type { HeldNoun, Holding, RecordChange } from './holding.ts';
import { KeyCache, type KeyRecords } from './key-cache.ts';
import { type KeyEvent, type KeyState, keyUnknown, stepKey } from './key-state.ts';

/** What the plane knew of a key when it was at `position`. */
export interface FoundKey {
  readonly position: FeedPosition;
  /** Credential, app and owner: those that there are. */
  readonly records: readonly RecordChange[];
}

export interface ReadThroughOptions {
  /** Asks the plane for the key of a lookup hash. Rejects where it can't be asked. */
  readonly ask: (hash: string) => Promise<FoundKey>;
  /** Keys that are held at most. */
  readonly keysMax: number;
  readonly monotonic: () => number;
  /** For how long a key that does not exist is not asked for again. */
  readonly absentMsMax?: number;
  /** How many of these are remembered. */
  readonly absentMax?: number;
  /** How many names of changes are remembered. */
  readonly namesMax?: number;
  /** How many keys are asked for at once; more are refused meanwhile. */
  readonly askingMax?: number;
}

const defaults = { absentMsMax: 60_000, absentMax: 100_000, namesMax: 100_000, askingMax: 1024 };

interface Asking {
  readonly state: KeyState;
  readonly settled: PromiseWithResolvers<void>;
}

interface Absence {
  /** Of the monotonic clock. */
  readonly until: number;
  /** What there is of the key nevertheless: when that changes it may exist. */
  readonly names: readonly string[];
}

/**
 * Holds of an organization what is asked for, and knows what it does not hold. An answer of the plane that what is
 * applied has outrun is asked for again (G5): a key is never held as it was before a change that was applied.
 */
export class ReadThrough {
  readonly #options: ReadThroughOptions & typeof defaults;
  #cache: KeyCache;
  readonly #memory: ChangeMemory;
  readonly #asking = new Map<string, Asking>();
  /** In the order in which they were told. */
  readonly #absent = new Map<string, Absence>();
  /** Of these, those with names. */
  #partlyAbsent = 0;
  #epoch: string | undefined;
  #ticket = 0;

  constructor(options: ReadThroughOptions) {
    this.#options = { ...defaults, ...options };
    this.#cache = new KeyCache(options.keysMax);
    this.#memory = new ChangeMemory(this.#options.namesMax);
  }

  /** Keys that are held. */
  get size(): number {
    return this.#cache.size;
  }

  get bytes(): number {
    return this.#cache.bytes;
  }

  /** Follows the feed from here on. @param held what is held of this very position */
  begin({ epoch, sequence }: FeedPosition, held?: Holding): void {
    this.#epoch = epoch;
    this.#cache = new KeyCache(this.#options.keysMax, held);
    this.#memory.begin(sequence);
    this.#absent.clear();
    this.#partlyAbsent = 0;
    for (const hash of [...this.#asking.keys()]) this.#send(hash, { type: 'started-over', next: ++this.#ticket });
  }

  /**
   * Takes a change in; products are held elsewhere, and whole. A record that can't be read is taken out, and the exception goes on.
   * @param sequence of the change, or a later one that is applied together with it
   */
  apply(change: RecordChange, sequence: number): void {
    const name = nameOf(change);
    this.#memory.note(name, sequence);
    if (change.record !== undefined && 'hash' in change) {
      this.#memory.note(nameOfHash(change.hash), sequence);
      this.#send(change.hash, { type: 'may-exist' });
    }
    if (this.#partlyAbsent > 0) this.#wake(name);
    this.#cache.apply(change);
  }

  /** Notes that it changed before the change itself is known: what was asked for before is not believed. */
  note(noun: HeldNoun, id: string, sequence: number): void {
    this.#memory.note(nameOf({ noun, id }), sequence);
  }

  findKey(key: string, hashOf: (key: string) => string): HeldKey | undefined {
    return this.#cache.findKey(key, hashOf);
  }

  /** Whether it is known that there is no such key. */
  isAbsent(hash: string): boolean {
    const absence = this.#absent.get(hash);
    if (absence === undefined) return false;
    if (this.#options.monotonic() <= absence.until) return true;
    this.#send(hash, { type: 'expired' });
    return false;
  }

  /**
   * Undefined where the key is held, or known not to exist, or where too many are asked for. Else fulfilled, and never
   * rejected, when the plane has answered or can't be asked.
   */
  prepare(key: string, hashOf: (key: string) => string): Promise<void> | undefined {
    if (this.#cache.findKey(key, hashOf) !== undefined) return undefined;
    const hash = hashOf(key);
    if (this.isAbsent(hash)) return undefined;
    if (!this.#asking.has(hash)) {
      if (this.#asking.size >= this.#options.askingMax) return undefined;
      this.#send(hash, { type: 'wanted', next: ++this.#ticket });
    }
    return this.#asking.get(hash)?.settled.promise;
  }

  #stateOf(hash: string): KeyState {
    const asking = this.#asking.get(hash);
    if (asking !== undefined) return asking.state;
    return this.#absent.has(hash) ? { name: 'absent' } : this.#cache.find(hash) ? { name: 'held' } : keyUnknown;
  }

  #send(hash: string, event: KeyEvent, answer?: Answer): void {
    const { state, effects } = stepKey(this.#stateOf(hash), event);
    const settled = this.#asking.get(hash)?.settled;
    this.#keep(hash, state, answer);
    for (const { type, ...effect } of effects) {
      if (type === 'settle') settled?.resolve();
      else if (type === 'take') this.#take(answer?.key);
      else if ('ticket' in effect) void this.#ask(hash, effect.ticket);
    }
  }

  /** One that can't be held is taken out, and the next who wants it asks again: it lets nobody in (G6). */
  #take(key: KeyRecords | undefined): void {
    if (key === undefined) return;
    try {
      this.#cache.take(key);
    } catch {
      // Told by its absence.
    }
  }

  /** What is held needs no note: it is found. */
  #keep(hash: string, state: KeyState, answer: Answer | undefined): void {
    const settled = this.#asking.get(hash)?.settled ?? Promise.withResolvers<void>();
    if (state.name === 'asking') this.#asking.set(hash, { state, settled });
    else this.#asking.delete(hash);
    if (state.name !== 'absent') this.#forgetAbsence(hash);
    else if (answer !== undefined) this.#noteAbsence(hash, answer.names);
  }

  #noteAbsence(hash: string, names: readonly string[]): void {
    this.#forgetAbsence(hash);
    const { monotonic, absentMsMax, absentMax } = this.#options;
    this.#absent.set(hash, { until: monotonic() + absentMsMax, names });
    if (names.length > 0) this.#partlyAbsent += 1;
    if (this.#absent.size <= absentMax) return;
    const [oldest] = this.#absent.keys();
    if (oldest !== undefined) this.#send(oldest, { type: 'evicted' });
  }

  #forgetAbsence(hash: string): void {
    const names = this.#absent.get(hash)?.names.length ?? 0;
    if (this.#absent.delete(hash) && names > 0) this.#partlyAbsent -= 1;
  }

  /** Keys of which something was missing may exist once any part of them changes. They are few. */
  #wake(name: string): void {
    for (const [hash, { names }] of this.#absent) {
      if (names.includes(name)) this.#send(hash, { type: 'may-exist' });
    }
  }

  async #ask(hash: string, ticket: number): Promise<void> {
    let found: FoundKey;
    try {
      found = await this.#options.ask(hash);
    } catch {
      this.#send(hash, { type: 'failed', ticket });
      return;
    }
    const { epoch, sequence } = found.position;
    const answer = readAnswer(hash, found.records);
    const names = [...answer.names, nameOfHash(hash)];
    const outrun = epoch !== this.#epoch || this.#memory.mayHaveChanged(names, sequence);
    const isFound = answer.key !== undefined;
    this.#send(hash, { type: 'answered', ticket, found: isFound, outrun, next: ++this.#ticket }, answer);
  }
}

interface Answer {
  /** Undefined where a part of it is missing. */
  readonly key: KeyRecords | undefined;
  /** Of what the answer tells, and of what it should tell besides. */
  readonly names: readonly string[];
}

function readAnswer(hash: string, records: readonly RecordChange[]): Answer {
  const names = new Set(records.map(nameOf));
  const find = (noun: HeldNoun, id: string) => {
    names.add(nameOf({ noun, id }));
    return records.find((each) => each.noun === noun && each.id === id);
  };
  const told = records.find((each) => each.noun === 'credential' && each.record !== undefined && each.hash === hash);
  const credential = told?.noun === 'credential' ? told.record : undefined;
  const named = credential && find('app', credential.appId);
  const app = named?.noun === 'app' ? named.record : undefined;
  const owned = app && find(app.owner.kind, app.owner.id);
  const owner = owned?.noun === 'developer' || owned?.noun === 'company' ? owned.record : undefined;
  const key = credential && app && owner && { hash, held: { credential, app, owner } };
  return { key, names: [...names] };
}

function nameOf({ noun, id }: Pick<RecordChange, 'noun' | 'id'>): string {
  return `${noun} ${id}`;
}

function nameOfHash(hash: string): string {
  return `hash ${hash}`;
}
