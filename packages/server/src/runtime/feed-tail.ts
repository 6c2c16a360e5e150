import type { Change } from '../domain/change.ts';
import type { Acknowledgements } from '../ports/acknowledgement.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { ChangeFeed } from '../ports/store.ts';

/** Who follows. */
export interface FeedListener {
  /** Applies changes, in order. Where it rejects it is told of them again. */
  take(changes: readonly Change[]): Promise<void>;
  /** The log is another one: what was held says nothing any more. */
  startOver(): void;
  /**
   * All up to there is applied. Told before the log is looked at, and after what it had is applied: whoever takes a right
   * away once this resolves waits for this listener, and what was committed before is found in the log.
   */
  hear?(position: FeedPosition): Promise<void>;
}

export interface FeedPosition {
  readonly epoch: string;
  readonly sequence: number;
}

export interface FeedTailOptions {
  readonly feed: ChangeFeed;
  readonly clock: Clock;
  readonly log: Log;
  readonly listener: FeedListener;
  /** Tells when somebody waits for what was committed: then the log is looked at without a pause. */
  readonly acknowledgements?: Pick<Acknowledgements, 'onWait'> | undefined;
  /** Between polls that no bell asked for. */
  readonly pollMilliseconds?: number | undefined;
}

const pollMillisecondsDefault = 1000;
/** Between polls that a bell asked for and nobody waits for: under many writes one poll takes the changes of several. */
const gapMilliseconds = 10;
const changesMax = 500;

/** Follows the change log from where it stood at the first question: the log is the truth, a commit's bell the hurry. */
export class FeedTail {
  readonly #options: FeedTailOptions;
  readonly #unsubscribe: () => void;
  #position: FeedPosition | undefined;
  #beginning: Promise<void> | undefined;
  #polling: Promise<void> | undefined;
  #rung = false;
  #hurried = false;
  #timer: NodeJS.Timeout | undefined;
  #polledAt = Number.NEGATIVE_INFINITY;
  #heardAt = Number.NEGATIVE_INFINITY;
  #lag = 0;
  #failing = false;
  #stopped = false;

  constructor(options: FeedTailOptions) {
    this.#options = options;
    this.#unsubscribe = options.feed.onCommit(() => this.#ring());
    options.acknowledgements?.onWait(() => this.#hurry());
  }

  /** Up to where all is applied; undefined until it follows. */
  get position(): FeedPosition | undefined {
    return this.#position;
  }

  /** Monotonic: all that was committed before has been applied (G3). */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Changes that were known at the last poll and are not applied. */
  get lag(): number {
    return this.#lag;
  }

  /** Resolves once the tail follows: what is read from then on, and what it tells of, leave no change between them. */
  async begin(): Promise<void> {
    if (this.#position !== undefined) return;
    this.#beginning ??= this.#begin().finally(() => {
      this.#beginning = undefined;
    });
    await this.#beginning;
  }

  /** Resolves after a poll that began after this call. Whether it succeeded shows in `heardAt`. */
  async catchUp(): Promise<void> {
    await this.#polling;
    this.#polling ??= this.#pollAll();
    await this.#polling;
  }

  /** Waits for the poll under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#beginning?.catch(() => undefined);
    await this.#polling;
  }

  async #begin(): Promise<void> {
    const at = this.#options.clock.monotonic();
    const { epoch, last } = await this.#options.feed.head();
    const position = { epoch, sequence: last };
    await this.#options.listener.hear?.(position);
    this.#position = position;
    this.#heardAt = at;
    // At once, since a bell meanwhile was not heard.
    this.#schedule(0);
  }

  get #pollMilliseconds(): number {
    return this.#options.pollMilliseconds ?? pollMillisecondsDefault;
  }

  #ring(): void {
    if (this.#position === undefined) return;
    if (this.#polling !== undefined) this.#rung = true;
    else if (!this.#hurried) this.#schedule(Math.max(0, this.#polledAt + gapMilliseconds - performance.now()));
  }

  #hurry(): void {
    if (this.#position === undefined) return;
    this.#hurried = true;
    if (this.#polling === undefined) this.#schedule(0);
  }

  #schedule(milliseconds: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#polling ??= this.#pollAll();
    }, milliseconds);
    this.#timer.unref();
  }

  async #pollAll(): Promise<void> {
    this.#rung = false;
    this.#hurried = false;
    try {
      while (!this.#stopped && (await this.#pollOnce()));
      this.#failing = false;
    } catch (error) {
      // Once for each time that the store is gone: the age of what is held is in the metrics.
      if (!this.#failing)
        this.#options.log.warn({ err: error }, 'the change log can not be followed; it will be tried again');
      this.#failing = true;
      this.#rung = false;
      this.#hurried = false;
    }
    this.#polling = undefined;
    this.#polledAt = performance.now();
    if (this.#hurried) this.#schedule(0);
    else this.#schedule(this.#rung ? gapMilliseconds : this.#pollMilliseconds);
  }

  /** Resolves to whether the log went on. */
  async #pollOnce(): Promise<boolean> {
    const { feed, clock, listener } = this.#options;
    const from = this.#position;
    if (from === undefined) return false;
    const sentAt = clock.monotonic();
    // After a long silence nobody may wait for this listener any more.
    await listener.hear?.(from);
    const changes = await feed.after(from.sequence, changesMax);
    // Afterwards: a log that is still of this epoch was so when the changes were read.
    const { epoch, last } = await feed.head();
    if (epoch !== from.epoch || last < from.sequence) {
      listener.startOver();
      this.#position = { epoch, sequence: last };
      this.#lag = 0;
      await listener.hear?.(this.#position);
      this.#heardAt = sentAt;
      return false;
    }
    const reached = changes.at(-1)?.sequence ?? from.sequence;
    this.#lag = last - from.sequence;
    if (changes.length > 0) await listener.take(changes);
    this.#position = { epoch, sequence: reached };
    this.#lag = Math.max(0, last - reached);
    const more = changes.length === changesMax;
    if (more) return true;
    await listener.hear?.(this.#position);
    this.#heardAt = sentAt;
    return false;
  }
}
