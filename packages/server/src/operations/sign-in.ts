import type { Account } from '../domain/account.ts';
import { Problem } from '../domain/problem.ts';
import { RecentMap } from '../domain/recent-map.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digests } from '../ports/digest.ts';
import { Backoff, type BackoffRule } from './backoff.ts';

/** Who tries to sign in. */
export interface SignInParty {
  /** Key of the e-mail that was named, whether or not there is such an account. */
  readonly emailKey: string;
  /** What one party can be held to of its address (domain/address.ts). */
  readonly address: string;
}

const minute = 60_000;
const common = { delayMaxMilliseconds: 5 * minute, forgetMilliseconds: 15 * minute, partiesMax: 20_000 };
/** Wrong passwords for one account from addresses that never succeeded with it. */
const accountRule: BackoffRule = { ...common, free: 5 };
/** Wrong passwords from one address, for whichever account: an office or a proxy may stand behind it. */
const addressRule: BackoffRule = { ...common, free: 50 };
/** Wrong passwords for one account from an address that succeeded with it: enough for a client that was forgotten. */
const knownRule: BackoffRule = { ...common, free: 100 };
/** From this many on, a wrong password from a known address is answered as throttled, though it was looked at. */
const knownWarning = 5;
/** How long a password is admitted without a full hash. From the last full one: it does not slide. */
const rememberMilliseconds = 5 * minute;

/**
 * What sign-ins leave in this process's memory: who failed too often, which addresses succeeded before, and which
 * passwords were right a moment ago. Every node has its own.
 *
 * An account is throttled for addresses that it never succeeded from; an address that did is judged by its own
 * failures. So nobody locks somebody else out, and a forgotten client with an old password throttles itself alone.
 */
export class SignInMemory {
  readonly #clock: Clock;
  readonly #digests: Digests;
  readonly #accounts: Backoff;
  readonly #addresses: Backoff;
  readonly #knownPairs: Backoff;
  readonly #known = new RecentMap<string, true>(20_000);
  readonly #passwords = new RecentMap<string, { version: number; fingerprint: string; until: number }>(5000);
  readonly #tries = new Map<string, Promise<boolean>>();

  constructor(clock: Clock, digests: Digests) {
    this.#clock = clock;
    this.#digests = digests;
    this.#accounts = new Backoff(accountRule, clock);
    this.#addresses = new Backoff(addressRule, clock);
    this.#knownPairs = new Backoff(knownRule, clock);
  }

  /**
   * Whether the party may try at all. Costs no hash.
   * @throws Problem auth.throttled
   */
  admit(party: SignInParty): void {
    const wait = this.#isKnown(party)
      ? this.#knownPairs.waitMilliseconds(pairOf(party))
      : Math.max(this.#accounts.waitMilliseconds(party.emailKey), this.#addresses.waitMilliseconds(party.address));
    if (wait > 0) throw throttled(wait);
  }

  /** Whether this very password was right for the account, as it is now, a moment ago. One fast hash. */
  remembers(account: Account, password: string): boolean {
    const entry = this.#passwords.get(account.id);
    if (entry === undefined || entry.version !== account.passwordVersion) return false;
    if (entry.until <= this.#clock.monotonic()) return false;
    return entry.fingerprint === this.#digests.fingerprint(passwordText(account, password));
  }

  /** Notes that the password was right. */
  remember(party: SignInParty, account: Account, password: string): void {
    this.#passwords.set(account.id, {
      version: account.passwordVersion,
      fingerprint: this.#digests.fingerprint(passwordText(account, password)),
      until: this.#clock.monotonic() + rememberMilliseconds,
    });
    this.welcome(party);
  }

  /** Notes that the account signed in from this address. */
  welcome(party: SignInParty): void {
    this.#known.set(pairOf(party), true);
  }

  /** Forgets the failures that hold up an account, from wherever they came. Addresses keep their own. */
  forgive(emailKey: string): void {
    this.#accounts.forget(emailKey);
  }

  /**
   * Runs a full check. Counts it as failed until it turns out right, so that guesses made at once are counted too;
   * the same password for the same account at the same time is one guess and shares one check, so that many clients
   * that start together are not taken for an attack.
   */
  try(party: SignInParty, password: string, check: () => Promise<boolean>): Promise<boolean> {
    const mark = this.#digests.fingerprint(JSON.stringify([party.emailKey, password]));
    const running = this.#tries.get(mark);
    if (running !== undefined) return running;
    const started = this.#count(party, check).finally(() => this.#tries.delete(mark));
    this.#tries.set(mark, started);
    return started;
  }

  /** What a wrong password is answered with. */
  refusal(party: SignInParty): Problem {
    const warned = this.#isKnown(party) && this.#knownPairs.count(pairOf(party)) > knownWarning;
    return warned
      ? throttled(this.#knownPairs.waitMilliseconds(pairOf(party)))
      : new Problem('auth.wrong-credentials', {});
  }

  async #count(party: SignInParty, check: () => Promise<boolean>): Promise<boolean> {
    const takeBack = [
      this.#addresses.fail(party.address),
      this.#isKnown(party) ? this.#knownPairs.fail(pairOf(party)) : this.#accounts.fail(party.emailKey),
    ];
    let counts = false;
    try {
      const right = await check();
      counts = !right;
      return right;
    } finally {
      if (!counts) for (const undo of takeBack) undo();
    }
  }

  #isKnown(party: SignInParty): boolean {
    return this.#known.get(pairOf(party)) === true;
  }
}

// An address holds no space, so no two pairs share a key.
function pairOf({ address, emailKey }: SignInParty): string {
  return `${address} ${emailKey}`;
}

// An id has one length, so no two accounts share a text.
function passwordText(account: Account, password: string): string {
  return `${account.id} ${password}`;
}

function throttled(waitMilliseconds: number): Problem {
  return new Problem('auth.throttled', { retryAfterSeconds: Math.max(1, Math.ceil(waitMilliseconds / 1000)) });
}
