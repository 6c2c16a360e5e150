import { type Check, decide, type HeldKey, refuse, survey, type Witness } from './decide.ts';
import type { FeedPosition } from './feed-state.ts';
import { Holding, type RecordChange } from './holding.ts';
import { hashKey, keyLengthMax } from './key-hash.ts';
import { normalizePath, stripBasePath } from './path.ts';
import type { Product } from './product.ts';
import type { ReadThrough } from './read-through.ts';
import type { OrganizationFacts, ProductRecord } from './record.ts';
import type { CallOperation } from './request.ts';
import type { Refused, Survey, Verdict } from './verdict.ts';

/** One call as it arrived: nothing decoded, nothing cut off. */
export interface Question {
  /** Undefined: the request has none, or several that differ. */
  readonly key: string | undefined;
  readonly environment?: string | undefined;
  readonly proxy?: string | undefined;
  /** The request's target, from its `/` on. Absent: the gateway knows of no paths. */
  readonly target?: string | undefined;
  /** Where the API begins. A target that is not beneath it is refused, since it is none of this API's. */
  readonly basePath?: string | undefined;
  readonly method?: string | undefined;
  readonly operation?: CallOperation | undefined;
}

export interface VerifierOptions {
  /** How long to answer after the plane was heard last, in milliseconds (G3). */
  readonly stalenessMsMax?: number;
  /** `serve` goes on for ever, with what was true once. */
  readonly whenStale?: 'refuse' | 'serve';
  /** A clock that never steps, in milliseconds. */
  readonly monotonic?: () => number;
  /** Told of an exception inside a decision, which refused the key. A bug of ours. */
  readonly onFault?: (error: unknown) => void;
}

/** `unready`: nothing complete was heard yet. */
export type Freshness = 'unready' | 'fresh' | 'stale';

/** Looked up once: the global is a getter. */
const clock = performance;
const readClock = () => clock.now();

const stalenessMsDefault = 180_000;
/** Of a key: it takes a question to the plane. */
const unknown = Symbol('unknown');

/**
 * Answers for one organization, from what it holds: no I/O, and no exception. A feed's client fills it; it does not
 * answer before all that the plane knew when it was asked has arrived, and not later than its age allows.
 */
export class Verifier {
  readonly stalenessMsMax: number;
  readonly whenStale: 'refuse' | 'serve';
  readonly #monotonic: () => number;
  readonly #onFault: ((error: unknown) => void) | undefined;
  #holding = new Holding();
  #facts: OrganizationFacts | undefined;
  /** Undefined: all keys are held. */
  #through: ReadThrough | undefined;
  #hashOf: (key: string) => string = () => '';
  /** When the last complete answer was asked for. */
  #heardAt = Number.NEGATIVE_INFINITY;
  /** What the plane's clock shows where the monotonic one shows 0. */
  #planeOffset = 0;
  /** Of the decision that is being made: decisions follow one another, and none keeps these. */
  readonly #scratch: Scratch;

  constructor(options: VerifierOptions = {}) {
    this.stalenessMsMax = readStaleness(options.stalenessMsMax ?? stalenessMsDefault);
    this.whenStale = options.whenStale ?? 'refuse';
    this.#monotonic = options.monotonic ?? readClock;
    this.#onFault = options.onFault;
    this.#scratch = newScratch(this.#holding.findProduct);
  }

  /** Undefined before the first snapshot. */
  get organization(): string | undefined {
    return this.#facts?.organization;
  }

  /** Keys that are held. */
  get size(): number {
    return this.#through?.size ?? this.#holding.size;
  }

  /** Whether it holds only what is asked for. */
  get readsThrough(): boolean {
    return this.#through !== undefined;
  }

  /** Bytes of the buffers that they and what they hang on lie in. */
  get bytes(): number {
    return this.#holding.bytes + (this.#through?.bytes ?? 0);
  }

  /** Milliseconds since the last complete answer was asked for; infinite before the first. */
  get ageMs(): number {
    return this.#monotonic() - this.#heardAt;
  }

  get freshness(): Freshness {
    if (this.#facts === undefined || this.#heardAt === Number.NEGATIVE_INFINITY) return 'unready';
    return this.ageMs > this.stalenessMsMax ? 'stale' : 'fresh';
  }

  /**
   * Answers from a snapshot from now on.
   * @param through where keys are; undefined: in the holding, all of them
   */
  adopt(holding: Holding, facts: OrganizationFacts, through?: ReadThrough): void {
    this.#holding = holding;
    this.#through = through;
    this.#facts = facts;
    this.#hashOf = (key) => hashKey(facts.lookupKey, key);
    this.#scratch.facts.findProduct = holding.findProduct;
    this.#scratch.facts.productlessKeys = facts.productlessKeys;
  }

  /** Holds from now on what is asked for, beginning with all that it holds of this position. */
  turn(through: ReadThrough, position: FeedPosition): void {
    if (this.#facts === undefined) return;
    const products = new Holding();
    for (const record of this.#holding.listProducts()) products.apply({ noun: 'api-product', id: record.id, record });
    through.begin(position, this.#holding);
    this.adopt(products, this.#facts, through);
  }

  /**
   * A record that can't be read is taken out, and the exception goes on.
   * @param sequence of the change, or of a later one that is applied together with it
   */
  apply(change: RecordChange, sequence = Number.POSITIVE_INFINITY): void {
    if (this.#through === undefined || change.noun === 'api-product') this.#holding.apply(change);
    else this.#through.apply(change, sequence);
  }

  /** All that the plane knew at this time of the monotonic clock is applied. */
  heard(at: number): void {
    this.#heardAt = Math.max(this.#heardAt, at);
  }

  /** Answers nobody until it hears anew, not even with what is stale. */
  retire(): void {
    this.#heardAt = Number.NEGATIVE_INFINITY;
  }

  /** The plane's clock showed this when the monotonic one showed `at`: expiry is judged by it. */
  tellTime(planeTime: number, at: number): void {
    this.#planeOffset = planeTime - at;
  }

  /**
   * Fetches what a verdict on this key takes. Undefined: nothing has to be fetched; else never rejected. Without it a
   * key that is not at hand is refused as `verifier.stale`, by a verifier that reads through.
   */
  prepare(key: string | undefined): Promise<void> | undefined {
    const through = this.#through;
    if (through === undefined || typeof key !== 'string' || key === '' || key.length > keyLengthMax) return undefined;
    return this.#mayAnswer(this.#monotonic()) ? through.prepare(key, this.#hashOf) : undefined;
  }

  /** May this call be made now? */
  verify(question: Question): Verdict {
    return this.#answer(question, undefined);
  }

  /** The same, with every step that led to it, for an operator's eyes: neither key nor secret. */
  explain(question: Question): { verdict: Verdict; checks: readonly Check[] } {
    const checks: Check[] = [];
    const verdict = this.#answer(question, (check) => checks.push(check));
    return { verdict, checks };
  }

  /** What does this key open, whatever the call is? For gateways that match calls with products by themselves. */
  survey(key: string | undefined, isUsable: (product: ProductRecord) => boolean): Survey | Refused {
    try {
      const now = this.#monotonic();
      if (!this.#mayAnswer(now)) return refuse('verifier.stale');
      if (typeof key !== 'string' || key === '') return refuse('credential.missing');
      const held = this.#find(key);
      if (held === unknown) return refuse('verifier.stale');
      return survey({ ...this.#scratch.facts, held, now: now + this.#planeOffset }, isUsable);
    } catch (error) {
      this.#onFault?.(error);
      return refuse('credential.unknown');
    }
  }

  /** All products of the organization, by name; undefined while the verifier may not answer. */
  listProducts(): ProductRecord[] | undefined {
    return this.#mayAnswer(this.#monotonic()) ? this.#holding.listProducts() : undefined;
  }

  #answer(question: Question, witness: Witness | undefined): Verdict {
    try {
      return this.#judge(question, witness);
    } catch (error) {
      this.#onFault?.(error);
      return refuse('credential.unknown');
    }
  }

  #judge(question: Question, witness: Witness | undefined): Verdict {
    const now = this.#monotonic();
    if (!this.#mayAnswer(now)) return refuse('verifier.stale');
    const { key, target } = question;
    if (typeof key !== 'string' || key === '') return refuse('credential.missing');
    let path: string | undefined;
    if (target !== undefined) {
      path = stripBasePath(normalizePath(target), question.basePath);
      if (path === undefined) return refuse('request.ambiguous-path');
    }
    const { request, facts } = this.#scratch;
    const held = this.#find(key);
    if (held === unknown) return refuse('verifier.stale');
    facts.held = held;
    facts.productsVersion = this.#holding.productsVersion;
    facts.now = now + this.#planeOffset;
    request.environment = question.environment;
    request.proxy = question.proxy;
    request.path = path;
    request.method = question.method;
    request.operation = question.operation;
    return decide(request, facts, witness);
  }

  /** {@link unknown}: neither held nor known to be none. */
  #find(key: string): HeldKey | undefined | typeof unknown {
    if (key.length > keyLengthMax) return undefined;
    const through = this.#through;
    if (through === undefined) return this.#holding.findKey(key, this.#hashOf);
    return through.findKey(key, this.#hashOf) ?? (through.isAbsent(this.#hashOf(key)) ? undefined : unknown);
  }

  #mayAnswer(now: number): boolean {
    if (this.#heardAt === Number.NEGATIVE_INFINITY || this.#facts === undefined) return false;
    return this.whenStale === 'serve' || now - this.#heardAt <= this.stalenessMsMax;
  }
}

interface Scratch {
  readonly request: {
    environment: string | undefined;
    proxy: string | undefined;
    path: string | undefined;
    method: string | undefined;
    operation: CallOperation | undefined;
  };
  readonly facts: {
    held: HeldKey | undefined;
    findProduct: (name: string) => Product | undefined;
    productsVersion: number | undefined;
    productlessKeys: 'work' | 'refused';
    now: number;
  };
}

function newScratch(findProduct: (name: string) => Product | undefined): Scratch {
  const request = {
    environment: undefined,
    proxy: undefined,
    path: undefined,
    method: undefined,
    operation: undefined,
  };
  return {
    request,
    facts: { held: undefined, findProduct, productsVersion: undefined, productlessKeys: 'refused', now: 0 },
  };
}

function readStaleness(milliseconds: number): number {
  if (Number.isFinite(milliseconds) && milliseconds > 0) return milliseconds;
  throw new RangeError(`the longest staleness must be milliseconds above 0, not ${milliseconds}`);
}
