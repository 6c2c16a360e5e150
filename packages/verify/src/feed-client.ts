import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type FeedEffect,
  type FeedEvent,
  type FeedFault,
  type FeedPosition,
  type FeedState,
  feedStart,
  stepFeed,
} from './feed-state.ts';
import { type FeedFetch, FeedTransport, type Timed, TransportError, type TransportFault } from './feed-transport.ts';
import type { RecordChange } from './holding.ts';
import { ReadThrough } from './read-through.ts';
import { type Snapshot, TooManyKeysError } from './snapshot.ts';
import type { Verifier } from './verifier.ts';

export interface FeedTiming {
  /** How long the plane may hold a poll while nothing changes. */
  readonly holdMs: number;
  /** An answer that is due, and each part of it, must come within this time. */
  readonly silenceMsMax: number;
  /** The pause after the first failure; it doubles with each. */
  readonly pauseMsMin: number;
  readonly pauseMsMax: number;
  /** How long stopping may wait for the plane to be told. */
  readonly leaveMsMax: number;
  /** How long who asks about a key that is not held may wait for the plane. */
  readonly findMsMax: number;
}

export interface FeedOptions {
  /** Where the plane's runtime listener is, as `https://plane.example:8090`. */
  readonly url: string;
  /** Its runtime credential, which names the organization. */
  readonly token: string;
  /** Filled and kept up to date. One feed a verifier. */
  readonly verifier: Verifier;
  /** What operators call this verifier. */
  readonly name?: string;
  /**
   * Keys that are held at most, from 1. Of an organization with more only those that are asked for are held, and a key
   * that is not is fetched with `Verifier.prepare`. Absent: all are held, however many.
   */
  readonly keysMax?: number;
  readonly timing?: Partial<FeedTiming>;
  /** Told of all that happens, for logs and metrics. What it throws is lost: it must not stop the feed. */
  readonly onNotice?: (notice: FeedNotice) => void;
  /** Another way to the plane than the global `fetch`. */
  readonly fetch?: FeedFetch;
  /** The clock that the verifier was given, too. */
  readonly monotonic?: () => number;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

export type FeedNotice =
  | { readonly kind: 'state'; readonly state: FeedState['name'] }
  | { readonly kind: 'adopted'; readonly keys: number; readonly milliseconds: number }
  /** There are more keys than may be held: from now on only those that are asked for are. */
  | { readonly kind: 'reads-through'; readonly keysMax: number }
  | { readonly kind: 'applied'; readonly changes: number }
  /** All that the plane knew is applied; `lagMs` since the poll was sent, in which the plane may have held it. */
  | { readonly kind: 'heard'; readonly lagMs: number }
  | { readonly kind: 'paused'; readonly milliseconds: number }
  | { readonly kind: 'fault'; readonly fault: FeedFault | TransportFault; readonly message: string }
  /** Records that can't be read: who hangs on them is refused (G6). */
  | { readonly kind: 'unreadable'; readonly records: number };

/** How it stands, for a health check or a metric. */
export interface FeedStatus {
  readonly state: FeedState['name'];
  /** Up to here all is applied, and acknowledged with the next poll. */
  readonly position: FeedPosition | undefined;
  /** Since all was heard last. */
  readonly failures: number;
}

const timingDefault: FeedTiming = {
  holdMs: 25_000,
  silenceMsMax: 15_000,
  pauseMsMin: 200,
  pauseMsMax: 15_000,
  leaveMsMax: 2_000,
  findMsMax: 2_000,
};

/** Follows the plane's feed: carries out what {@link stepFeed} says. */
export class FeedClient {
  readonly #verifier: Verifier;
  readonly #transport: FeedTransport;
  readonly #timing: FeedTiming;
  readonly #name: string;
  readonly #onNotice: (notice: FeedNotice) => void;
  readonly #monotonic: () => number;
  readonly #random: () => number;
  readonly #keysMax: number;
  /** Set once there were too many keys to be held. */
  #through: ReadThrough | undefined;
  #state: FeedState = feedStart;
  /** Of this run; another one is another verifier to the plane, since it has to apply all anew. */
  #id = '';
  #request = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #loaded: { readonly snapshot: Snapshot; readonly at: number } | undefined;
  #retryAfterMs = 0;
  #ready = Promise.withResolvers<void>();

  constructor(options: FeedOptions) {
    this.#verifier = options.verifier;
    this.#timing = { ...timingDefault, ...options.timing };
    this.#name = options.name ?? '';
    this.#onNotice = options.onNotice ?? (() => undefined);
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#random = options.random ?? Math.random;
    this.#keysMax = readKeysMax(options.keysMax);
    this.#transport = new FeedTransport({
      url: options.url,
      token: options.token,
      fetch: options.fetch ?? fetch,
      silenceMsMax: this.#timing.silenceMsMax,
      monotonic: this.#monotonic,
    });
  }

  get status(): FeedStatus {
    const { name: state, failures } = this.#state;
    return { state, failures, position: 'position' in this.#state ? this.#state.position : undefined };
  }

  /** @returns {@link FeedClient.ready} */
  start(): Promise<void> {
    if (this.#state.name === 'idle' || this.#state.name === 'stopped') {
      this.#id = randomUUID();
      this.#ready = Promise.withResolvers();
      // Nobody has to wait for it.
      this.#ready.promise.catch(() => undefined);
      this.#send({ type: 'start' });
    }
    return this.#ready.promise;
  }

  /** Fulfilled when all is applied that the plane knew; rejected where the feed is stopped before. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Ends the feed and tells the plane so: nobody waits for the verifier from now on, so it answers no more. */
  async stop(): Promise<void> {
    const before = this.#state.name;
    this.#send({ type: 'stop' });
    this.#verifier.retire();
    this.#ready.reject(new Error('the feed was stopped'));
    this.#ready.promise.catch(() => undefined);
    if (before === 'idle' || before === 'stopped') return;
    // A plane that is gone lets the lease run out.
    await this.#transport.leave(this.#id, AbortSignal.timeout(this.#timing.leaveMsMax)).catch(() => undefined);
  }

  #send(event: FeedEvent): void {
    const before = this.#state.name;
    const { state, effects } = stepFeed(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    if (state.name !== before) this.#notice({ kind: 'state', state: state.name });
  }

  #carryOut(effect: FeedEffect): void {
    if (effect.type === 'fetch-snapshot') void this.#fetchSnapshot(effect.ticket);
    else if (effect.type === 'adopt-snapshot') this.#adopt();
    else if (effect.type === 'apply') this.#apply(effect.changes);
    else if (effect.type === 'heard') this.#heard(effect.at);
    else if (effect.type === 'poll') void this.#poll(effect);
    else if (effect.type === 'pause') this.#pause(effect.ticket, effect.attempt);
    else if (effect.type === 'abandon') this.#abandon();
    else this.#notice({ kind: 'fault', fault: effect.fault, message: 'the feed is not believed' });
  }

  async #fetchSnapshot(ticket: number): Promise<void> {
    const began = this.#monotonic();
    try {
      const { value: snapshot, at } = await this.#loadSnapshot(ticket);
      if (ticket !== this.#state.ticket) return;
      this.#loaded = { snapshot, at };
      const { holding, head, unreadable } = snapshot;
      if (unreadable > 0) this.#notice({ kind: 'unreadable', records: unreadable });
      this.#send({ type: 'snapshotted', ticket, position: head.position });
      this.#notice({ kind: 'adopted', keys: holding.size, milliseconds: this.#monotonic() - began });
    } catch (error) {
      this.#fail(error, { type: 'snapshot-failed', ticket });
    }
  }

  async #loadSnapshot(ticket: number): Promise<Timed<Snapshot>> {
    const signal = this.#newSignal();
    if (this.#through !== undefined) return this.#transport.fetchSnapshot(signal, 'none');
    try {
      return await this.#transport.fetchSnapshot(signal, this.#keysMax);
    } catch (error) {
      if (!(error instanceof TooManyKeysError) || ticket !== this.#state.ticket) throw error;
      this.#through = this.#readThrough();
      return this.#transport.fetchSnapshot(this.#newSignal(), 'none');
    }
  }

  #readThrough(): ReadThrough {
    this.#notice({ kind: 'reads-through', keysMax: this.#keysMax });
    const ask = async (hash: string) => {
      const { position } = this.status;
      if (position === undefined) throw new TransportError('unavailable', 'nothing is followed');
      return this.#transport.find(position.epoch, hash, AbortSignal.timeout(this.#timing.findMsMax));
    };
    return new ReadThrough({ ask, keysMax: this.#keysMax, monotonic: this.#monotonic });
  }

  async #poll({ ticket, after, hold }: Extract<FeedEffect, { type: 'poll' }>): Promise<void> {
    const sentAt = this.#monotonic();
    const { stalenessMsMax, whenStale } = this.#verifier;
    const lease = {
      verifier: this.#id,
      name: this.#name,
      stalenessMsMax: whenStale === 'serve' ? null : stalenessMsMax,
    };
    try {
      const question = { after, holdMs: hold ? this.#timing.holdMs : 0, ...lease };
      const signal = this.#newSignal();
      const { value, at } = await this.#transport.poll(question, signal);
      // A plane that does not hold a poll with nothing to tell must not be asked as fast as it answers.
      const idle = value.answer.kind === 'changes' && !value.answer.more && value.answer.to === after.sequence;
      if (idle && hold) await rest(this.#timing.pauseMsMin - (at - sentAt), signal);
      if (ticket !== this.#state.ticket) return;
      if (value.planeTime !== undefined) this.#verifier.tellTime(value.planeTime, at);
      if (value.unreadable.length > 0) this.#notice({ kind: 'unreadable', records: value.unreadable.length });
      this.#send({ type: 'polled', ticket, answer: value.answer, sentAt });
    } catch (error) {
      const malformed = error instanceof TransportError && error.fault === 'malformed';
      // A feed of another shape can't be followed from here on, however often it is asked.
      const startOver: FeedEvent = { type: 'polled', ticket, answer: { kind: 'start-over' }, sentAt };
      this.#fail(error, malformed ? startOver : { type: 'poll-failed', ticket });
    }
  }

  #fail(error: unknown, event: FeedEvent & { readonly ticket: number }): void {
    if (event.ticket !== this.#state.ticket) return;
    const known = error instanceof TransportError ? error : new TransportError('unexpected', String(error));
    this.#retryAfterMs = known.retryAfterMs;
    this.#notice({ kind: 'fault', fault: known.fault, message: known.message });
    this.#send(event);
  }

  #adopt(): void {
    if (this.#loaded === undefined) return;
    const { snapshot, at } = this.#loaded;
    this.#loaded = undefined;
    this.#verifier.tellTime(snapshot.head.planeTime, at);
    this.#through?.begin(snapshot.head.position);
    this.#verifier.adopt(snapshot.holding, snapshot.head.facts, this.#through);
  }

  #apply(changes: readonly RecordChange[]): void {
    let unreadable = 0;
    // All of them are applied before anybody asks: the last one's place stands for each.
    const reached = this.status.position?.sequence;
    for (const change of changes) {
      try {
        this.#verifier.apply(change, reached);
      } catch {
        // It is taken out already.
        unreadable += 1;
      }
    }
    if (unreadable > 0) this.#notice({ kind: 'unreadable', records: unreadable });
    this.#notice({ kind: 'applied', changes: changes.length });
    if (this.#through === undefined && this.#verifier.size > this.#keysMax) this.#turn();
  }

  /** There are too many keys by now. */
  #turn(): void {
    const { position } = this.status;
    if (position === undefined) return;
    this.#through = this.#readThrough();
    this.#verifier.turn(this.#through, position);
  }

  #heard(at: number): void {
    this.#retryAfterMs = 0;
    this.#verifier.heard(at);
    this.#ready.resolve();
    this.#notice({ kind: 'heard', lagMs: this.#monotonic() - at });
  }

  /** Somewhere in the upper half of a bound that doubles, so that verifiers of one plane do not come back at once. */
  #pause(ticket: number, attempt: number): void {
    const { pauseMsMin, pauseMsMax } = this.#timing;
    const bound = Math.min(pauseMsMax, pauseMsMin * 2 ** Math.min(attempt - 1, 30));
    const milliseconds = Math.max(bound * (0.5 + this.#random() / 2), this.#retryAfterMs);
    this.#retryAfterMs = 0;
    this.#notice({ kind: 'paused', milliseconds });
    this.#timer = setTimeout(() => this.#send({ type: 'due', ticket }), milliseconds);
  }

  #abandon(): void {
    clearTimeout(this.#timer);
    this.#request.abort();
    this.#loaded = undefined;
  }

  #newSignal(): AbortSignal {
    this.#request = new AbortController();
    return this.#request.signal;
  }

  #notice(notice: FeedNotice): void {
    try {
      this.#onNotice(notice);
    } catch {
      // Documented: it must not stop the feed.
    }
  }
}

function readKeysMax(keysMax = Number.POSITIVE_INFINITY): number {
  if (keysMax >= 1) return keysMax;
  throw new RangeError(`the most keys that are held must be 1 or more, not ${keysMax}`);
}

async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { signal });
}
