import {
  type Check,
  decide,
  type Facts,
  normalizePath,
  type Refused,
  refuse,
  type Survey,
  stripBasePath,
  survey,
  type Verdict,
} from '@claviger/verify';
import type { Change } from '../domain/change.ts';
import type { Acknowledgements } from '../ports/acknowledgement.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { VerificationRule } from '../ports/verification.ts';
import type {
  Catalog,
  IsUsable,
  Question,
  Ruling,
  RuntimeCredentials,
  Verifier,
  VerifierState,
} from '../ports/verifier.ts';
import type { VerifierLeases } from '../ports/verifier-lease.ts';
import { CredentialMemory } from './credential-memory.ts';
import { type FeedPosition, FeedTail } from './feed-tail.ts';
import { HeldOrganization } from './held-organization.ts';
import { Rulings } from './ruling.ts';

export interface LocalVerifierOptions {
  readonly store: Pick<Store, 'feed' | 'verification' | 'runtimeCredentials'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Under which it is waited for (G4); absent: nobody waits for it. */
  readonly lease?: { readonly leases: VerifierLeases; readonly id: string; readonly name: string } | undefined;
  /** Without word from the store for longer than this, it refuses (G3). */
  readonly staleMillisecondsMax: number;
  readonly acknowledgements?: Pick<Acknowledgements, 'onWait'> | undefined;
  readonly pollMilliseconds?: number | undefined;
  /** Held at once; the one that nobody asked about for longest makes room. */
  readonly organizationsMax?: number | undefined;
  /** Of an organization with more keys only those that are asked for are held. */
  readonly keysMax?: number | undefined;
}

const organizationsMaxDefault = 1000;
const keysMaxDefault = 10_000_000;
/** After a load that failed. */
const retryMilliseconds = 1000;

interface Slot {
  live: HeldOrganization | undefined;
  /** Takes the place of the one that lives, or of none. */
  next: HeldOrganization | undefined;
  loading: Promise<void> | undefined;
  /** Monotonic. */
  usedAt: number;
  retryAt: number;
}

/** The server's own verifier: holds each organization that it is asked about, and follows the change log for all of them. */
export class LocalVerifier implements Verifier {
  readonly #options: LocalVerifierOptions;
  readonly #tail: FeedTail;
  readonly #credentials: CredentialMemory;
  readonly #slots = new Map<string, Slot>();
  readonly #rulings = new Rulings();
  #stopped = false;

  constructor(options: LocalVerifierOptions) {
    this.#options = options;
    const { store, clock, log, acknowledgements, pollMilliseconds } = options;
    const listener = {
      take: (changes: readonly Change[]) => this.#take(changes),
      startOver: () => this.#startOver(),
      hear: (position: FeedPosition) => this.#hold(position),
    };
    this.#tail = new FeedTail({ feed: store.feed, clock, log, acknowledgements, pollMilliseconds, listener });
    this.#credentials = new CredentialMemory({
      store: store.runtimeCredentials,
      follow: () => this.#tail.begin(),
      isFresh: () => this.#isFresh(),
    });
  }

  get credentials(): RuntimeCredentials {
    return this.#credentials;
  }

  verify(organizationId: string, question: Question): Ruling | Promise<Ruling> {
    const slot = this.#slots.get(organizationId);
    if (slot?.live === undefined) return this.#loadAndRule(organizationId, question);
    slot.usedAt = this.#options.clock.monotonic();
    const { live } = slot;
    const waiting = live.prepare(question.key);
    if (waiting !== undefined) return waiting.then(() => this.#rule(this.#slots.get(organizationId)?.live, question));
    return this.#rule(live, question, slot.usedAt);
  }

  async survey(organizationId: string, key: string | undefined, isUsable: IsUsable): Promise<Survey | Refused> {
    const live = await this.#reach(organizationId, key);
    const found = this.#guard<Survey | Refused>(() => this.#survey(live, key, isUsable));
    this.#rulings.count(found);
    return found;
  }

  async catalog(organizationId: string): Promise<Catalog | undefined> {
    const live = await this.#reach(organizationId);
    if (live?.rule === undefined || !this.#isFresh()) return undefined;
    const { rule, holding } = live;
    return { organization: rule.organization, listProducts: () => holding.listProducts() };
  }

  state(): VerifierState {
    const live = [...this.#slots.values()].flatMap((slot) => slot.live ?? []);
    const age = this.#options.clock.monotonic() - this.#tail.heardAt;
    return {
      verdicts: this.#rulings.counts,
      staleMilliseconds: live.length === 0 ? 0 : age,
      fresh: live.length === 0 || this.#isFresh(),
      lag: this.#tail.lag,
      organizations: live.length,
      keys: live.reduce((sum, { size }) => sum + size, 0),
      bytes: live.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** Waits for what it reads at the moment. Call when nobody asks it any more: nobody waits for it from then on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#tail.stop();
    await Promise.all([...this.#slots.values()].map(({ loading }) => loading));
    const { lease, log } = this.#options;
    if (lease === undefined || this.#tail.position === undefined) return;
    await lease.leases.leave(lease.id).catch((error: unknown) => {
      log.warn({ err: error }, 'the lease of this node was not given back, and runs out');
    });
  }

  /** Before what was heard counts: whoever takes a right away from then on knows whom to wait for. */
  async #hold({ epoch, sequence }: FeedPosition): Promise<void> {
    const { lease, staleMillisecondsMax } = this.#options;
    if (lease === undefined) return;
    const { leases, id, name } = lease;
    await leases.hold({
      id,
      organizationId: undefined,
      name,
      epoch,
      applied: sequence,
      forMilliseconds: staleMillisecondsMax,
    });
  }

  #isFresh(now = this.#options.clock.monotonic()): boolean {
    return !this.#stopped && now - this.#tail.heardAt <= this.#options.staleMillisecondsMax;
  }

  async #loadAndRule(organizationId: string, question: Question): Promise<Ruling> {
    return this.#rule(await this.#reach(organizationId, question.key), question);
  }

  /** Undefined where it can't be read. @param key what a verdict on it takes is fetched */
  async #reach(organizationId: string, key?: string): Promise<HeldOrganization | undefined> {
    const slot = this.#open(organizationId);
    if (slot.live === undefined) await this.#load(organizationId, slot);
    await slot.live?.prepare(key);
    return slot.live;
  }

  #open(organizationId: string): Slot {
    const now = this.#options.clock.monotonic();
    const known = this.#slots.get(organizationId);
    if (known !== undefined) {
      known.usedAt = now;
      return known;
    }
    const slot: Slot = { live: undefined, next: undefined, loading: undefined, usedAt: now, retryAt: now };
    if (this.#slots.size >= (this.#options.organizationsMax ?? organizationsMaxDefault)) this.#makeRoom();
    this.#slots.set(organizationId, slot);
    return slot;
  }

  #makeRoom(): void {
    const oldest = [...this.#slots].reduce((left, right) => (right[1].usedAt < left[1].usedAt ? right : left));
    this.#slots.delete(oldest[0]);
  }

  /** Never rejects: who asks is refused, and the next one tries again after a pause. */
  async #load(organizationId: string, slot: Slot): Promise<void> {
    if (slot.loading === undefined) {
      if (this.#options.clock.monotonic() < slot.retryAt) return;
      slot.loading = this.#loadNext(organizationId, slot).finally(() => {
        slot.loading = undefined;
        slot.next = undefined;
      });
    }
    await slot.loading;
  }

  async #loadNext(organizationId: string, slot: Slot): Promise<void> {
    const { store, log, keysMax = keysMaxDefault, clock } = this.#options;
    const next = new HeldOrganization({ id: organizationId, store: store.verification, clock, log, keysMax });
    // Told of changes from here on: before the tail begins, and so before the snapshot is taken.
    slot.next = next;
    try {
      await this.#tail.begin();
      await next.load();
      // Nothing is awaited between the last look and its taking the place: from there on the tail keeps it up.
      while (next.isBehind) await next.catchUp();
      // Taken away meanwhile: deleted, or of a log that is no more.
      if (slot.next === next && this.#slots.get(organizationId) === slot) slot.live = next;
    } catch (error) {
      slot.retryAt = clock.monotonic() + retryMilliseconds;
      log.warn(
        { err: error, organizationId },
        'an organization can not be read for verification; its keys are refused',
      );
    }
  }

  async #take(changes: readonly Change[]): Promise<void> {
    const touched = new Map<string, Slot>();
    for (const change of changes) {
      this.#credentials.note(change);
      const { organizationId, noun, kind } = change;
      const slot = organizationId === undefined ? undefined : this.#slots.get(organizationId);
      if (organizationId === undefined || slot === undefined) continue;
      if (noun === 'organization' && kind === 'delete') {
        this.#drop(organizationId, slot);
        continue;
      }
      slot.live?.note(change);
      slot.next?.note(change);
      touched.set(organizationId, slot);
    }
    for (const [organizationId, slot] of touched) await this.#refresh(organizationId, slot);
  }

  async #refresh(organizationId: string, slot: Slot): Promise<void> {
    const { live } = slot;
    if (live === undefined) return;
    await live.catchUp();
    if (live.isWasteful && slot.loading === undefined) void this.#load(organizationId, slot);
  }

  #drop(organizationId: string, slot: Slot): void {
    this.#slots.delete(organizationId);
    slot.live = undefined;
    slot.next = undefined;
  }

  #startOver(): void {
    for (const [organizationId, slot] of this.#slots) this.#drop(organizationId, slot);
    this.#credentials.clear();
  }

  /** @param now of the monotonic clock */
  #rule(live: HeldOrganization | undefined, question: Question, now = this.#options.clock.monotonic()): Ruling {
    const checks: Check[] | undefined = question.explain === true ? [] : undefined;
    const usable = this.#isFresh(now) ? live : undefined;
    const verdict = this.#guard<Verdict>(() => this.#decide(usable, question, checks));
    const organization = live?.rule?.organization ?? '';
    return this.#rulings.rule(verdict, { checks, organization, policy: question.policy });
  }

  /** A record that can't be read when it is asked for lets nobody in (G6). */
  #guard<T>(judge: () => T): T | Refused {
    try {
      return judge();
    } catch (error) {
      this.#options.log.error({ err: error }, 'bug: a verdict failed; the key is refused');
      return refuse('credential.unknown');
    }
  }

  /** @param live undefined: there is none, or it is not fresh */
  #decide(live: HeldOrganization | undefined, question: Question, checks: Check[] | undefined): Verdict {
    if (live === undefined) return refuse('verifier.stale');
    const { key, path: target, basePath } = question;
    if (key === undefined || key === '') return refuse('credential.missing');
    const path = target === undefined ? undefined : stripBasePath(normalizePath(target), basePath);
    if (target !== undefined && path === undefined) return refuse('request.ambiguous-path');
    // There is no such organization, so there are no keys.
    if (live.rule === undefined) return refuse('credential.unknown');
    const facts = this.#collectFacts(live, live.rule, key);
    if (facts === undefined) return refuse('verifier.stale');
    return decide({ ...question, path }, facts, checks && ((check) => void checks.push(check)));
  }

  #survey(live: HeldOrganization | undefined, key: string | undefined, isUsable: IsUsable): Survey | Refused {
    if (live === undefined || !this.#isFresh()) return refuse('verifier.stale');
    if (key === undefined || key === '') return refuse('credential.missing');
    if (live.rule === undefined) return refuse('credential.unknown');
    const facts = this.#collectFacts(live, live.rule, key);
    return facts === undefined ? refuse('verifier.stale') : survey(facts, isUsable);
  }

  /** Undefined where the key would have to be asked for, and could not be. */
  #collectFacts(live: HeldOrganization, rule: VerificationRule, key: string): Facts | undefined {
    const held = live.findKey(key, rule);
    if (held === 'unknown') return undefined;
    const { findProduct, productsVersion } = live.holding;
    const { productlessKeys } = rule;
    return new LateFacts(this.#options.clock, { held, findProduct, productsVersion, productlessKeys });
  }
}

/** Facts whose time is looked up when it is asked for: most keys never expire. */
class LateFacts implements Facts {
  readonly held: Facts['held'];
  readonly findProduct: Facts['findProduct'];
  readonly productsVersion: Facts['productsVersion'];
  readonly productlessKeys: Facts['productlessKeys'];
  readonly #clock: Clock;

  constructor(clock: Clock, { held, findProduct, productsVersion, productlessKeys }: Omit<Facts, 'now'>) {
    this.#clock = clock;
    this.held = held;
    this.findProduct = findProduct;
    this.productsVersion = productsVersion;
    this.productlessKeys = productlessKeys;
  }

  get now(): number {
    return this.#clock.now();
  }
}
