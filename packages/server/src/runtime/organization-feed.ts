import type { HeldNoun } from '@claviger/verify';
import type { Change } from '../domain/change.ts';
import type { ChangeFeed } from '../ports/store.ts';
import type { HeldName, RecordChange, VerificationReader, VerificationRule } from '../ports/verification.ts';
import type { FeedAnswer, FeedPoll, ToldChange } from '../ports/verifier-feed.ts';
import { isHeld } from './held-organization.ts';
import { RecordRing } from './record-ring.ts';

/** Writes a record as it goes over the wire: once, for all who are told of it. */
export type FeedEncoder = (change: RecordChange) => string;

export interface OrganizationFeedOptions {
  readonly id: string;
  readonly epoch: string;
  /** It is told of every change after this sequence. */
  readonly from: number;
  readonly log: Pick<ChangeFeed, 'after'>;
  readonly store: Pick<VerificationReader, 'findRule' | 'read'>;
  readonly encode: FeedEncoder;
}

/** What a poll is answered at the moment; `nothing`: it may be held. */
export type FeedLook = Exclude<FeedAnswer, { kind: 'refused' }> | { readonly kind: 'nothing' };

/** Of one answer. */
const changesMax = 1000;
const charactersMax = 4_000_000;
/** Entries of the log that are read for one answer to who is behind the ring, and how far behind he may be. */
const logEntriesMax = 200;
const logDistanceMax = 20_000;

/** A poll that waits, and what ends it before its time. */
export interface Waiting {
  readonly poll: FeedPoll;
  readonly end: (answer: FeedAnswer) => void;
}

/**
 * One organization's changes, for all its verifiers that ask this node: what changed is read once and kept in a ring. Who
 * is behind the ring is told out of the log, and who is far behind that starts over.
 */
export class OrganizationFeed {
  readonly #options: OrganizationFeedOptions;
  readonly #ring: RecordRing;
  #reached: number;
  /** Of the last change of this organization, told or not: polls before it are answered, for what they acknowledge. */
  #touched: number;
  /** Who has not applied this one has facts of the organization that may be old. */
  #startOver = 0;
  #rule: VerificationRule | undefined;
  readonly #bells = new Set<() => void>();
  /** By verifier. */
  readonly waiting = new Map<string, Waiting>();
  /** Verifiers that were let in. */
  readonly admitted = new Set<string>();
  usedAt = 0;

  constructor(options: OrganizationFeedOptions) {
    this.#options = options;
    this.#ring = new RecordRing(options.from);
    this.#reached = options.from;
    this.#touched = options.from;
  }

  get epoch(): string {
    return this.#options.epoch;
  }

  /** Up to here the log was read. */
  get reached(): number {
    return this.#reached;
  }

  /**
   * Takes changes of this organization, and that the log was read up to `end`. What it took before is passed over.
   * @throws where the store can't be read: then it has taken nothing
   */
  async take(changes: readonly Change[], end: number, ring: { changesMax: number; charactersMax: number }) {
    const fresh = changes.filter(({ sequence }) => sequence > this.#reached);
    const rule = fresh.findLast(({ noun }) => noun === 'organization');
    const told = await this.#read(fresh);
    const startOver = rule !== undefined && !(await this.#isSameRule(rule));
    if (startOver) {
      this.#startOver = rule.sequence;
      this.#ring.clear(rule.sequence);
    }
    for (const { sequence, text } of told) {
      if (!startOver || sequence > rule.sequence) this.#ring.push(sequence, text);
    }
    this.#ring.trim(ring.changesMax, ring.charactersMax);
    this.#touched = fresh.at(-1)?.sequence ?? this.#touched;
    this.#reached = Math.max(this.#reached, end);
    if (fresh.length > 0) for (const ringBell of this.#bells) ringBell();
  }

  /** What there is after a sequence. @throws where the store can't be read */
  async look(after: number): Promise<FeedLook> {
    if (after > this.#reached || after < this.#startOver) return { kind: 'start-over' };
    if (after < this.#ring.floor) return this.#lookInLog(after);
    const { changes, more } = this.#ring.after(after, changesMax, charactersMax);
    if (changes.length === 0 && after >= this.#touched) return { kind: 'nothing' };
    const to = more ? (changes.at(-1)?.sequence ?? after) : this.#reached;
    return { kind: 'changes', epoch: this.epoch, changes, to, more };
  }

  /** An answer without news. */
  tellNothing(): FeedAnswer {
    return { kind: 'changes', epoch: this.epoch, changes: [], to: this.#reached, more: false };
  }

  /** Resolves at the next change, after some time, or once `signal` is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#bells.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, milliseconds));
      this.#bells.add(done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  /** Ends every poll that waits; those alone that came with a credential, where one is named. */
  endAll(answer: FeedAnswer, credentialId?: string): void {
    for (const { poll, end } of this.waiting.values()) {
      if (credentialId === undefined || poll.credentialId === credentialId) end(answer);
    }
  }

  /** Records of these changes as they are now, each told at its last change. */
  async #read(changes: readonly Change[]): Promise<{ sequence: number; text: string }[]> {
    const named = new Map<string, HeldName & { sequence: number }>();
    for (const { noun, entityId: id, sequence } of changes) {
      if (isHeld(noun)) named.set(nameOf(noun, id), { noun, id, sequence });
    }
    if (named.size === 0) return [];
    const records = await this.#options.store.read(this.#options.id, [...named.values()]);
    return records
      .map((record) => ({
        sequence: named.get(nameOf(record.noun, record.id))?.sequence ?? 0,
        text: this.#options.encode(record),
      }))
      .sort((left, right) => left.sequence - right.sequence);
  }

  /**
   * Whether a change of the organization left alone what stands in a snapshot's head. Known only where the rule was read
   * at the version before and is read at the version after it: facts that changed there and back would look the same.
   */
  async #isSameRule({ version }: Change): Promise<boolean> {
    const before = this.#rule;
    const rule = await this.#options.store.findRule(this.#options.id);
    this.#rule = rule;
    return (
      before !== undefined &&
      rule !== undefined &&
      before.version === version - 1 &&
      rule.version === version &&
      before.organization === rule.organization &&
      before.productlessKeys === rule.productlessKeys &&
      before.lookupKey === rule.lookupKey
    );
  }

  /** A part of the log, for who is behind the ring. */
  async #lookInLog(after: number): Promise<FeedLook> {
    const { id, log } = this.#options;
    if (this.#reached - after > logDistanceMax) return { kind: 'start-over' };
    const entries = (await log.after(after, logEntriesMax)).filter(({ sequence }) => sequence <= this.#reached);
    const to = entries.at(-1)?.sequence;
    if (to === undefined) return { kind: 'start-over' };
    const own = entries.filter(({ organizationId }) => organizationId === id);
    if (own.some(({ noun }) => noun === 'organization')) return { kind: 'start-over' };
    const changes: ToldChange[] = [];
    for (const { sequence, text } of await this.#read(own)) {
      changes.push({ sequence, previous: changes.at(-1)?.sequence ?? after, text });
    }
    return { kind: 'changes', epoch: this.epoch, changes, to, more: to < this.#reached };
  }
}

function nameOf(noun: HeldNoun, id: string): string {
  return `${noun} ${id}`;
}
