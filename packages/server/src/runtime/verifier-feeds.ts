import type { Change } from '../domain/change.ts';
import type { Acknowledgements } from '../ports/acknowledgement.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { FeedAnswer, FeedPoll, FeedRefusal, VerifierFeeds } from '../ports/verifier-feed.ts';
import { FeedTail } from './feed-tail.ts';
import { type FeedEncoder, type FeedLook, OrganizationFeed } from './organization-feed.ts';

export interface OrganizationFeedsOptions {
  readonly store: Pick<Store, 'feed' | 'verification' | 'leases'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly encode: FeedEncoder;
  readonly acknowledgements?: Pick<Acknowledgements, 'onWait'> | undefined;
  /** Between looks at the log that no bell asked for. */
  readonly pollMilliseconds?: number | undefined;
  /** Changes of one organization that are kept at hand. */
  readonly ringMax?: number | undefined;
  /** With a lease, of one organization. */
  readonly verifiersMax?: number | undefined;
}

const ringMaxDefault = 5000;
const verifiersMaxDefault = 1000;
/** Characters that the rings may hold, all together and one at least. */
const charactersMax = 64_000_000;
const charactersMin = 256_000;
const organizationsMax = 1000;
/** A feed that nobody asked for so long is dropped. */
const unusedMilliseconds = 300_000;

/** One poll under way. */
interface Turn {
  readonly poll: FeedPoll;
  /** Monotonic. */
  readonly arrivedAt: number;
  readonly over: AbortController;
}

/** What verifiers elsewhere are told of, by this node. One look at the log serves all organizations and all verifiers. */
export class OrganizationFeeds implements VerifierFeeds {
  readonly #options: OrganizationFeedsOptions;
  readonly #tail: FeedTail;
  readonly #feeds = new Map<string, OrganizationFeed>();
  /** Last sequence of the batch that is being taken, or was: a feed that begins meanwhile is not told of that one. */
  #takenTo = 0;
  #stopped = false;

  constructor(options: OrganizationFeedsOptions) {
    this.#options = options;
    const { store, clock, log, acknowledgements, pollMilliseconds } = options;
    const listener = { take: (changes: readonly Change[]) => this.#take(changes), startOver: () => this.#startOver() };
    this.#tail = new FeedTail({ feed: store.feed, clock, log, acknowledgements, pollMilliseconds, listener });
  }

  async poll(poll: FeedPoll): Promise<FeedAnswer> {
    const arrivedAt = this.#options.clock.monotonic();
    try {
      await this.#tail.begin();
      // The log may have been replaced by the one that the verifier knows already.
      if (poll.epoch !== this.#tail.position?.epoch) await this.#tail.catchUp();
      const feed = this.#stopped ? refuse('unavailable') : this.#open(poll.organizationId);
      return feed instanceof OrganizationFeed ? await this.#takeTurn(feed, poll, arrivedAt) : feed;
    } catch (error) {
      return this.#explain(error);
    }
  }

  async leave(organizationId: string, verifier: string): Promise<FeedRefusal | undefined> {
    const feed = this.#feeds.get(organizationId);
    feed?.waiting.get(verifier)?.end(refuse('superseded'));
    try {
      const { leases } = this.#options.store;
      const known = await leases.list(organizationId);
      const isOurs = known.some((lease) => lease.id === verifier && lease.organizationId === organizationId);
      if (isOurs) await leases.leave(verifier);
      feed?.admitted.delete(verifier);
      return undefined;
    } catch {
      return 'unavailable';
    }
  }

  prepare(organizationId: string): void {
    if (this.#tail.position !== undefined) this.#open(organizationId);
    else void this.#tail.begin().catch(() => undefined);
  }

  /** Answers all who wait. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const feed of this.#feeds.values()) feed.endAll(refuse('unavailable'));
    await this.#tail.stop();
  }

  #open(organizationId: string): OrganizationFeed | FeedAnswer {
    const now = this.#options.clock.monotonic();
    const position = this.#tail.position;
    if (position === undefined) return refuse('unavailable');
    let feed = this.#feeds.get(organizationId);
    if (feed === undefined) {
      if (this.#feeds.size >= organizationsMax) this.#dropUnused(now - unusedMilliseconds);
      if (this.#feeds.size >= organizationsMax) return refuse('busy');
      const { store, encode } = this.#options;
      const { epoch, sequence } = position;
      const from = Math.max(sequence, this.#takenTo);
      feed = new OrganizationFeed({
        id: organizationId,
        epoch,
        from,
        log: store.feed,
        store: store.verification,
        encode,
      });
      this.#feeds.set(organizationId, feed);
    }
    feed.usedAt = now;
    return feed;
  }

  #dropUnused(before: number): void {
    for (const [id, feed] of this.#feeds) {
      if (feed.usedAt < before && feed.waiting.size === 0) this.#feeds.delete(id);
    }
  }

  /** One poll of a verifier at a time: the later one stands for the earlier one. */
  async #takeTurn(feed: OrganizationFeed, poll: FeedPoll, arrivedAt: number): Promise<FeedAnswer> {
    const { verifier, signal } = poll;
    const ended = Promise.withResolvers<FeedAnswer>();
    const over = new AbortController();
    const end = (answer: FeedAnswer) => {
      ended.resolve(answer);
      over.abort();
    };
    const gone = () => end(refuse('superseded'));
    feed.waiting.get(verifier)?.end(refuse('superseded'));
    const waiting = { poll, end };
    feed.waiting.set(verifier, waiting);
    signal.addEventListener('abort', gone);
    if (signal.aborted) gone();
    try {
      const answer = this.#answer(feed, { poll, arrivedAt, over }).catch((error: unknown) => this.#explain(error));
      return await Promise.race([ended.promise, answer]);
    } finally {
      over.abort();
      signal.removeEventListener('abort', gone);
      if (feed.waiting.get(verifier) === waiting) feed.waiting.delete(verifier);
    }
  }

  async #answer(feed: OrganizationFeed, turn: Turn): Promise<FeedAnswer> {
    const { poll } = turn;
    if (!(await this.#admit(feed, poll))) return refuse('crowded');
    const isOurs = poll.epoch === feed.epoch;
    if (isOurs && poll.after > feed.reached) await this.#tail.catchUp();
    // What no log has is not acknowledged, whoever says so.
    const applied = isOurs && poll.after > feed.reached ? 0 : poll.after;
    // Before the log is looked at: what is committed once the lease is seen waits for this verifier, all else is found.
    await this.#hold(poll, applied);
    const heldAt = this.#options.clock.monotonic();
    return isOurs ? this.#find(feed, turn, heldAt) : { kind: 'start-over' };
  }

  #hold({ verifier, organizationId, name, epoch, forMilliseconds }: FeedPoll, applied: number): Promise<void> {
    return this.#options.store.leases.hold({ id: verifier, organizationId, name, epoch, applied, forMilliseconds });
  }

  /** @param heldAt what the log had then has to be in a complete answer */
  async #find(feed: OrganizationFeed, { poll, arrivedAt, over }: Turn, heldAt: number): Promise<FeedAnswer> {
    const { clock } = this.#options;
    const heard = () => this.#tail.heardAt >= heldAt;
    const until = arrivedAt + poll.holdMilliseconds;
    for (;;) {
      if (poll.holdMilliseconds === 0 && !heard()) await this.#tail.catchUp();
      const look = await feed.look(poll.after);
      if (over.signal.aborted) return refuse('superseded');
      if (look.kind !== 'nothing') {
        const complete = completeness(look, heard());
        if (complete !== undefined) return complete;
      }
      const left = until - clock.monotonic();
      if (look.kind === 'nothing' && left > 0) {
        await feed.wait(left, over.signal);
        continue;
      }
      if (!heard()) await this.#tail.catchUp();
      if (!heard()) return refuse('unavailable');
      const last = await feed.look(poll.after);
      return last.kind === 'nothing' ? feed.tellNothing() : last;
    }
  }

  /** A bound for clients that draw another id with every poll. */
  async #admit(feed: OrganizationFeed, { organizationId, verifier }: FeedPoll): Promise<boolean> {
    if (feed.admitted.has(verifier)) return true;
    const { store, verifiersMax = verifiersMaxDefault } = this.#options;
    const own = (await store.leases.list(organizationId)).filter((lease) => lease.organizationId === organizationId);
    if (own.length >= verifiersMax && !own.some(({ id }) => id === verifier)) return false;
    if (feed.admitted.size >= 2 * verifiersMax) feed.admitted.clear();
    feed.admitted.add(verifier);
    return true;
  }

  async #take(changes: readonly Change[]): Promise<void> {
    const end = changes.at(-1)?.sequence ?? 0;
    this.#takenTo = end;
    this.#endRevoked(changes);
    const byOrganization = Map.groupBy(changes, ({ organizationId }) => organizationId);
    const ring = {
      changesMax: this.#options.ringMax ?? ringMaxDefault,
      charactersMax: Math.max(charactersMin, charactersMax / Math.max(1, this.#feeds.size)),
    };
    const taken = await Promise.allSettled(
      [...this.#feeds].map(([id, feed]) => feed.take(byOrganization.get(id) ?? [], end, ring)),
    );
    for (const result of taken) if (result.status === 'rejected') throw result.reason;
    this.#dropUnused(this.#options.clock.monotonic() - unusedMilliseconds);
  }

  /** Polls end whose credential or organization is gone. */
  #endRevoked(changes: readonly Change[]): void {
    for (const { noun, kind, entityId, organizationId } of changes) {
      const feed = organizationId === undefined ? undefined : this.#feeds.get(organizationId);
      if (feed === undefined || organizationId === undefined || kind !== 'delete') continue;
      if (noun === 'runtime-credential') feed.endAll(refuse('denied'), entityId);
      if (noun !== 'organization') continue;
      feed.endAll(refuse('denied'));
      this.#feeds.delete(organizationId);
    }
  }

  #startOver(): void {
    for (const feed of this.#feeds.values()) feed.endAll({ kind: 'start-over' });
    this.#feeds.clear();
    this.#takenTo = 0;
  }

  #explain(error: unknown): FeedAnswer {
    if (error instanceof Error && error.name === 'Problem' && 'code' in error) {
      if (error.code === 'store.unavailable') return refuse('unavailable');
      if (error.code === 'request.invalid') return refuse('foreign');
    }
    this.#options.log.error({ err: error }, 'bug: a poll of a verifier failed');
    return refuse('unavailable');
  }
}

/** Undefined where it might lack a change that was committed before the poll came, and has nothing to go on from. */
function completeness(look: Exclude<FeedLook, { kind: 'nothing' }>, heard: boolean): FeedAnswer | undefined {
  if (look.kind === 'start-over' || look.more || heard) return look;
  // Applied at once, and not believed to be all: the verifier asks again.
  return look.changes.length > 0 ? { ...look, more: true } : undefined;
}

function refuse(reason: FeedRefusal): FeedAnswer {
  return { kind: 'refused', reason };
}
