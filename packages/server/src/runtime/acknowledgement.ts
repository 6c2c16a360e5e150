import type {
  AcknowledgedVerifiers,
  Acknowledgement,
  Acknowledgements,
  OutstandingVerifier,
  SettledWait,
} from '../ports/acknowledgement.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { VerifierLease, VerifierLeases } from '../ports/verifier-lease.ts';
import { LeaseWatch, type Look } from './lease-watch.ts';

export interface AcknowledgerOptions {
  readonly leases: VerifierLeases;
  readonly clock: Clock;
  readonly log: Log;
  /** How long one call waits at most. 0: it looks once, and waits for nobody. */
  readonly millisecondsMax: number;
}

/** A store that says nothing for so long is not waited for: neither to look once, nor to note who missed it. */
const storeMillisecondsMax = 1000;
/** What a process that ends leaves to who waits. */
const farewellMilliseconds = 1000;

/**
 * Waits until verifiers have applied a change (G4), by looking at their leases: when one of them says something, and now
 * and then. What is known lies in the store, so that a node that starts anew waits for the same verifiers.
 */
export class Acknowledger implements Acknowledgements {
  readonly #options: AcknowledgerOptions;
  readonly #watch: LeaseWatch;
  readonly #listeners: ((settled: SettledWait) => void)[] = [];
  readonly #begun: (() => void)[] = [];
  readonly #waits = new Set<() => void>();

  constructor(options: AcknowledgerOptions) {
    this.#options = options;
    this.#watch = new LeaseWatch(options);
  }

  onWait(listener: () => void): void {
    this.#begun.push(listener);
  }

  onSettled(listener: (settled: SettledWait) => void): void {
    this.#listeners.push(listener);
  }

  stop(): void {
    const sayFarewell = () => {
      for (const end of this.#waits) end();
    };
    setTimeout(sayFarewell, farewellMilliseconds).unref();
  }

  async wait(organizationId: string, sequence: number, signal?: AbortSignal): Promise<Acknowledgement> {
    const { clock, millisecondsMax } = this.#options;
    const since = clock.monotonic();
    for (const listener of this.#begun) listener();
    const { look, end } = await this.#watchFor(organizationId, sequence, signal);
    if (end === 'deadline' && millisecondsMax > 0 && look !== undefined) {
      await this.#noteMissed(listWaitedFor(look.leases, sequence), sequence);
    }
    const acknowledgement = { sequence, verifiers: look && tell(look, sequence) };
    if (end !== 'called-off') this.#settle(acknowledgement, clock.monotonic() - since);
    return acknowledgement;
  }

  /** The last look at the leases, and why there is no further one. */
  #watchFor(organizationId: string, sequence: number, signal: AbortSignal | undefined): Promise<Watched> {
    const { millisecondsMax } = this.#options;
    return new Promise((resolve) => {
      let latest: Look | undefined;
      const finish = (end: Watched['end']) => {
        clearTimeout(timer);
        this.#waits.delete(endEarly);
        signal?.removeEventListener('abort', callOff);
        leaveWatch();
        resolve({ look: latest, end });
      };
      const callOff = () => finish('called-off');
      const endEarly = () => finish('done');
      this.#waits.add(endEarly);
      const timer = setTimeout(() => finish('deadline'), millisecondsMax || storeMillisecondsMax);
      const leaveWatch = this.#watch.join(organizationId, (look) => {
        latest = look;
        if (millisecondsMax === 0 || listWaitedFor(look.leases, sequence).length === 0) finish('done');
      });
      if (signal?.aborted === true) callOff();
      else signal?.addEventListener('abort', callOff, { once: true });
    });
  }

  async #noteMissed(missed: readonly VerifierLease[], sequence: number): Promise<void> {
    const { leases, log } = this.#options;
    const verifiers = missed.map(({ id, name }) => ({ id, name }));
    log.warn(
      { sequence, verifiers },
      'a revocation was not acknowledged in time; these are not waited for until they are',
    );
    const ids = missed.map(({ id }) => id);
    // Unnoted, they slow the next call too.
    const noted = leases.miss(ids, sequence).catch((err: unknown) => log.warn({ err }, 'who missed it is not noted'));
    await endWithin(storeMillisecondsMax, noted);
  }

  #settle({ verifiers }: Acknowledgement, milliseconds: number): void {
    const outcome = verifiers === undefined ? 'unknown' : verifiers.outstanding.length > 0 ? 'outstanding' : 'applied';
    for (const listener of this.#listeners) listener({ outcome, milliseconds });
  }
}

/** Resolves when `work` does, or the time is up. */
function endWithin(milliseconds: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

interface Watched {
  /** Undefined: the store never answered. */
  readonly look: Look | undefined;
  readonly end: 'done' | 'deadline' | 'called-off';
}

function isBehind({ applied }: VerifierLease, sequence: number): boolean {
  return applied < sequence;
}

/** Who was waited for in vain, and has not caught up, is not waited for. */
function listWaitedFor(leases: readonly VerifierLease[], sequence: number): VerifierLease[] {
  return leases.filter((lease) => isBehind(lease, sequence) && lease.applied >= lease.missed);
}

function tell({ leases, at }: Look, sequence: number): AcknowledgedVerifiers {
  const behind = leases.filter((lease) => isBehind(lease, sequence));
  return { total: leases.length, outstanding: behind.map((lease) => tellOutstanding(lease, at)) };
}

function tellOutstanding({ id, name, remainingMilliseconds }: VerifierLease, at: number): OutstandingVerifier {
  const until = remainingMilliseconds === undefined ? undefined : Math.ceil(at + remainingMilliseconds);
  return { id, name, until };
}
