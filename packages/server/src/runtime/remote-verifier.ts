import {
  type Question as Asked,
  Verifier as Decider,
  FeedClient,
  type FeedNotice,
  type Refused,
  refuse,
  type Survey,
} from '@claviger/verify';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Catalog, IsUsable, Question, Ruling, Verifier, VerifierState } from '../ports/verifier.ts';
import { fetchOverHttp } from './feed-fetch.ts';
import { Rulings } from './ruling.ts';

export interface RemoteVerifierOptions {
  /** Of the plane's runtime listener. */
  readonly url: string;
  /** Its runtime credential. */
  readonly token: string;
  /** For operators. */
  readonly name: string;
  /** Without word from the plane for longer than this, it refuses (G3). */
  readonly staleMillisecondsMax: number;
  /** Whether it goes on all the same, for ever. */
  readonly serveStale: boolean;
  /** Keys that are held at most; of an organization with more, those that are asked for. */
  readonly keysMax: number;
  /** What the credentials of this process name as their organization. */
  readonly organizationId: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Follows the feed of a plane elsewhere, for the one organization that its credential names. */
export class RemoteVerifier implements Verifier {
  readonly #options: RemoteVerifierOptions;
  readonly #decider: Decider;
  readonly #feed: FeedClient;
  readonly #rulings = new Rulings();
  /** What was last told of the feed's failing; undefined: it does not fail. */
  #fault: string | undefined;

  constructor(options: RemoteVerifierOptions) {
    const { url, token, name, keysMax, staleMillisecondsMax, serveStale, clock, log } = options;
    const monotonic = () => clock.monotonic();
    this.#options = options;
    this.#decider = new Decider({
      stalenessMsMax: staleMillisecondsMax,
      whenStale: serveStale ? 'serve' : 'refuse',
      monotonic,
      onFault: (error) => log.error({ err: error }, 'bug: a verdict failed; the key is refused'),
    });
    const onNotice = (notice: FeedNotice) => this.#tell(notice);
    const how = { fetch: fetchOverHttp, monotonic, onNotice };
    this.#feed = new FeedClient({ url, token, name, keysMax, verifier: this.#decider, ...how });
  }

  /** Fulfilled when all is applied that the plane knew; rejected where it is stopped before. */
  start(): Promise<void> {
    return this.#feed.start();
  }

  /** Answers nobody from now on, and tells the plane so: to be called when no question can come any more. */
  stop(): Promise<void> {
    return this.#feed.stop();
  }

  /** The sequence up to which all is applied; undefined: nothing is. */
  get applied(): number | undefined {
    return this.#feed.status.position?.sequence;
  }

  /** Whether the plane does not take its credential. */
  get isDenied(): boolean {
    return this.#fault === 'denied';
  }

  verify(organizationId: string, question: Question): Ruling | Promise<Ruling> {
    const waiting = this.#decider.prepare(question.key);
    if (waiting === undefined) return this.#rule(organizationId, question);
    return waiting.then(() => this.#rule(organizationId, question));
  }

  #rule(organizationId: string, question: Question): Ruling {
    const { policy, explain, path, ...call } = question;
    const organization = this.#decider.organization ?? '';
    if (organizationId !== this.#options.organizationId) {
      return this.#rulings.rule(refuse('credential.unknown'), { checks: undefined, organization, policy });
    }
    const asked: Asked = { ...call, target: path };
    const { verdict, checks } =
      explain === true ? this.#decider.explain(asked) : { verdict: this.#decider.verify(asked), checks: undefined };
    return this.#rulings.rule(verdict, { checks, organization, policy });
  }

  async survey(organizationId: string, key: string | undefined, isUsable: IsUsable): Promise<Survey | Refused> {
    await this.#decider.prepare(key);
    const isOurs = organizationId === this.#options.organizationId;
    const found = isOurs ? this.#decider.survey(key, isUsable) : refuse('credential.unknown');
    this.#rulings.count(found);
    return found;
  }

  async catalog(organizationId: string): Promise<Catalog | undefined> {
    if (organizationId !== this.#options.organizationId) return undefined;
    const products = this.#decider.listProducts();
    return products && { organization: this.#decider.organization ?? '', listProducts: () => products };
  }

  state(): VerifierState {
    const { freshness, ageMs, size } = this.#decider;
    const complete = freshness !== 'unready';
    return {
      verdicts: this.#rulings.counts,
      staleMilliseconds: ageMs,
      fresh: complete && (freshness === 'fresh' || this.#options.serveStale),
      lag: 0,
      organizations: complete ? 1 : 0,
      keys: size,
      bytes: this.#decider.bytes,
    };
  }

  #tell(notice: FeedNotice): void {
    const { log } = this.#options;
    if (notice.kind === 'fault') this.#tellFault(notice.fault, notice.message);
    else if (notice.kind === 'heard') this.#tellHeard();
    else if (notice.kind === 'unreadable') {
      log.error({ records: notice.records }, 'records of the feed can not be read; their keys are refused');
    } else if (notice.kind === 'adopted') {
      log.info({ keys: notice.keys, ms: Math.round(notice.milliseconds) }, 'the organization is read');
    } else if (notice.kind === 'reads-through') {
      log.warn({ keysMax: notice.keysMax }, 'more keys than keys-max: only those that are asked for are held');
    } else log.debug(notice, 'feed');
  }

  /** Each kind of failing once until it is over: the age of what is held is in the metrics. */
  #tellFault(fault: string, message: string): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    const { log, url } = this.#options;
    if (fault === 'denied') {
      log.error({ url, reason: message }, 'the plane does not take the runtime credential; it will be tried again');
    } else log.warn({ url, fault, reason: message }, 'the feed can not be followed; it will be tried again');
  }

  #tellHeard(): void {
    if (this.#fault !== undefined) this.#options.log.info({ url: this.#options.url }, 'the feed is followed again');
    this.#fault = undefined;
  }
}
