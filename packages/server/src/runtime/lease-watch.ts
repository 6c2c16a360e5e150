import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { VerifierLease, VerifierLeases } from '../ports/verifier-lease.ts';

/** The leases of an organization as they were found at one time. */
export interface Look {
  readonly leases: readonly VerifierLease[];
  /** Milliseconds since 1970 UTC, not before they were found. */
  readonly at: number;
}

type Watcher = (look: Look) => void;

/** Between looks that no bell asked for: a bell of another node may be lost. */
const pollMilliseconds = 100;
/** After each look a rest, of a millisecond for so many leases: the next one hears several verifiers. */
const leasesPerMillisecond = 50;

interface LeaseWatchOptions {
  readonly leases: VerifierLeases;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Looks at leases for as long as somebody wants to know: once for all who watch one organization, however many they
 * are, and never where nobody does.
 */
export class LeaseWatch {
  readonly #options: LeaseWatchOptions;
  readonly #rooms = new Map<string, Room>();
  #unsubscribe: (() => void) | undefined;

  constructor(options: LeaseWatchOptions) {
    this.#options = options;
  }

  /**
   * Looks at once, and again whenever there may be news. Who joins is told of looks that began afterwards alone: a
   * lease that was taken before, and not found by a look under way, may be one that has to be waited for.
   * @returns to be called when nobody watches any more
   */
  join(organizationId: string, watcher: Watcher): () => void {
    this.#unsubscribe ??= this.#options.leases.onAcknowledge(() => {
      for (const room of this.#rooms.values()) room.look();
    });
    const room = this.#rooms.get(organizationId) ?? new Room(organizationId, this.#options);
    this.#rooms.set(organizationId, room);
    // By itself, so that one watcher may join twice.
    const own: Watcher = (look) => watcher(look);
    room.watchers.add(own);
    room.look();
    return () => this.#leave(organizationId, room, own);
  }

  #leave(organizationId: string, room: Room, watcher: Watcher): void {
    room.watchers.delete(watcher);
    if (room.watchers.size > 0) return;
    room.close();
    if (this.#rooms.get(organizationId) === room) this.#rooms.delete(organizationId);
    if (this.#rooms.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }
}

/** All who watch one organization. */
class Room {
  readonly watchers = new Set<Watcher>();
  readonly #organizationId: string;
  readonly #options: LeaseWatchOptions;
  #state: 'idle' | 'looking' | 'resting' = 'idle';
  #rung = false;
  #failing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(organizationId: string, options: LeaseWatchOptions) {
    this.#organizationId = organizationId;
    this.#options = options;
  }

  look(): void {
    this.#rung = true;
    if (this.#state === 'idle') this.#start();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#state = 'looking';
    this.#rung = false;
    void this.#lookOnce().then((leases) => this.#goOn(leases));
  }

  /** @returns how many leases there are */
  async #lookOnce(): Promise<number> {
    const { leases: port, clock, log } = this.#options;
    const present = [...this.watchers];
    try {
      const leases = await port.list(this.#organizationId);
      this.#failing = false;
      for (const watcher of present) if (this.watchers.has(watcher)) watcher({ leases, at: clock.now() });
      return leases.length;
    } catch (err) {
      if (!this.#failing) log.warn({ err }, 'leases of verifiers can not be read; it will be tried again');
      this.#failing = true;
      // No sooner than the next poll.
      this.#rung = false;
      return 0;
    }
  }

  #goOn(leases: number): void {
    this.#state = 'resting';
    if (this.watchers.size === 0) return;
    const rest = Math.min(Math.ceil(leases / leasesPerMillisecond), pollMilliseconds);
    this.#timer = setTimeout(() => this.#wake(), rest);
  }

  #wake(): void {
    if (this.#rung) {
      this.#start();
      return;
    }
    this.#state = 'idle';
    this.#timer = setTimeout(() => this.#start(), pollMilliseconds);
  }
}
