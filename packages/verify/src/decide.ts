import type { Product, ProductMatch } from './product.ts';
import type { AppRecord, CredentialRecord, OwnerRecord, ProductRecord } from './record.ts';
import type { CallRequest } from './request.ts';
import type { Allowed, RefusalReason, Refused, Survey, Verdict } from './verdict.ts';

/** All that a verdict depends on. */
export interface Facts {
  /** Of the presented key. Undefined where no live key is like it. */
  readonly held: HeldKey | undefined;
  /** Undefined where there is no such product (any more). */
  readonly findProduct: (name: string) => Product | undefined;
  /**
   * Another number after each change of what {@link findProduct} gives, and of no other set of products; absent: what
   * follows of a key's products is looked up each time.
   */
  readonly productsVersion?: number | undefined;
  /** Whether a key without any product works (compat/edge.md §11.1, "Key with no product at all"). */
  readonly productlessKeys: 'work' | 'refused';
  /** The plane's time. A key that expires now has expired. */
  readonly now: number;
}

/** A key with its app and the app's owner; one whose app or owner is gone is not held. */
export interface HeldKey extends Partial<KeyNotes> {
  readonly credential: CredentialRecord;
  readonly app: AppRecord;
  readonly owner: OwnerRecord;
}

/**
 * What decisions note of a key. It lies with the key itself and not in objects of its own: among many keys, waiting for
 * memory is most of what a decision takes.
 */
export interface KeyNotes {
  /** What was given last: the same again is the same value, so that who formats verdicts can remember his work. */
  lastAllowed: Allowed | undefined;
  /**
   * The products that all below was made of, which holds whatever the call is and whenever it comes; the records are
   * those of the key, and never change.
   */
  plannedVersion: number | undefined;
  /** Told before a look at the clock, and after it. */
  early: RefusalReason | undefined;
  expiresAt: number | undefined;
  late: RefusalReason | undefined;
  /** Products that are approved and exist, in the key's order. */
  first: Product | undefined;
  others: readonly Product[];
}

/** One step of a decision, for an operator's eyes: never the key, never the secret. */
export interface Check {
  readonly check: 'key' | 'status' | 'expiry' | 'app' | 'owner' | 'products' | 'product';
  readonly passed: boolean;
  readonly facts: Readonly<Record<string, string | number | readonly string[] | undefined>>;
}

/** Told of every step that was taken. */
export type Witness = (check: Check) => void;

/**
 * Whether the key may make this call now: the one decision of every adapter (G8). Looks in the order of compat/edge.md
 * §11.1, and the first check that fails is the reason.
 * @param witness is told of each step with its facts; costs nothing where it is absent
 */
export function decide(request: CallRequest, facts: Facts, witness?: Witness): Verdict {
  const { held } = facts;
  witness?.({ check: 'key', passed: held !== undefined, facts: { id: held?.credential.id } });
  if (held === undefined) return refuse('credential.unknown');
  const { productsVersion } = facts;
  if (held.lastAllowed !== undefined && productsVersion !== undefined && witness === undefined) {
    if (held.plannedVersion !== productsVersion) plan(held, facts, productsVersion);
    return decideByPlan(request, held, facts);
  }
  // A look at the clock costs as much as the rest; most keys never expire.
  const now = held.credential.expiresAt === undefined && witness === undefined ? 0 : facts.now;
  const reason = findStandingReason(held, now, witness);
  if (reason !== undefined) return refuse(reason);
  return decideProduct(request, held, facts, witness);
}

function plan(held: HeldKey, { findProduct }: Facts, version: number): void {
  const { expiresAt, products } = held.credential;
  const reason = findStandingReason(held, Number.NEGATIVE_INFINITY);
  const isEarly = held.credential.status !== 'approved';
  held.early = isEarly ? reason : undefined;
  held.expiresAt = expiresAt;
  held.late = isEarly ? undefined : reason;
  const usable = products.flatMap(({ name, status }) => (status === 'approved' && findProduct(name)) || []);
  [held.first, ...held.others] = usable;
  held.plannedVersion = version;
}

/** As {@link decide} without one. */
function decideByPlan(request: CallRequest, held: HeldKey, facts: Facts): Verdict {
  if (held.early !== undefined) return refuse(held.early);
  if (held.expiresAt !== undefined && held.expiresAt <= facts.now) return refuse('credential.expired');
  if (held.late !== undefined) return refuse(held.late);
  const { first, others } = held;
  if (first === undefined) return decideProduct(request, held, facts, undefined);
  const match = first.match(request);
  if (match !== undefined) return allow(held, first.record, match);
  for (const product of others ?? []) {
    const found = product.match(request);
    if (found !== undefined) return allow(held, product.record, found);
  }
  return refuse('product.no-match');
}

/** What a key's own records say against it, whatever the call is; undefined: nothing. */
export function findStandingReason(
  { credential, app, owner }: HeldKey,
  now: number,
  witness?: Witness,
): RefusalReason | undefined {
  const { status, expiresAt } = credential;
  witness?.({ check: 'status', passed: status === 'approved', facts: { status } });
  if (status !== 'approved') return `credential.${status}`;
  const expired = expiresAt !== undefined && expiresAt <= now;
  witness?.({ check: 'expiry', passed: !expired, facts: { expiresAt, now } });
  if (expired) return 'credential.expired';
  witness?.({ check: 'app', passed: app.status === 'approved', facts: { id: app.id, status: app.status } });
  if (app.status !== 'approved') return 'app.revoked';
  // Not taken apart before: an id is unpacked when it is asked for, and only a witness asks.
  witness?.({ check: 'owner', passed: owner.status === 'active', facts: tellOwner(owner) });
  return owner.status === 'active' ? undefined : `${owner.kind}.inactive`;
}

/**
 * Whether the key may make any call at all, and with which products: for gateways that match calls with products by
 * themselves (compat/edge.md §12). The checks and their order are those of {@link decide}.
 * @param isUsable whether the gateway can match with this product as {@link decide} would
 */
export function survey(facts: Facts, isUsable: (product: ProductRecord) => boolean): Survey | Refused {
  const { held, findProduct, productlessKeys, now } = facts;
  if (held === undefined) return refuse('credential.unknown');
  const reason = findStandingReason(held, now);
  if (reason !== undefined) return refuse(reason);
  const { credential, app, owner } = held;
  const onKey = credential.products.filter(({ status }) => status === 'approved');
  const products = onKey.flatMap(({ name }) => findProduct(name)?.record ?? []);
  const usable = products.filter(isUsable);
  const works = usable.length > 0 || (credential.products.length === 0 && productlessKeys === 'work');
  if (works) return { allowed: true, credential, app, owner, products: usable };
  return refuse(products.length > 0 ? 'product.no-match' : 'product.none-approved');
}

function tellOwner({ kind, id, status }: OwnerRecord): Check['facts'] {
  return { kind, id, status };
}

/** The first product that is approved on the key and allows the call (compat/edge.md §11.1, step 7). */
function decideProduct(request: CallRequest, held: HeldKey, facts: Facts, witness: Witness | undefined): Verdict {
  const { products } = held.credential;
  if (products.length === 0) {
    const passed = facts.productlessKeys === 'work';
    witness?.({ check: 'products', passed, facts: { productlessKeys: facts.productlessKeys } });
    return passed ? allow(held, undefined, undefined) : refuse('product.none-approved');
  }
  let approved = false;
  for (const { name, status } of products) {
    const product = status === 'approved' ? facts.findProduct(name) : undefined;
    if (product === undefined) {
      const found = status === 'approved' ? 'no such product' : status;
      witness?.({ check: 'product', passed: false, facts: { product: name, status: found } });
      continue;
    }
    approved = true;
    const match = product.match(request);
    witness?.({ check: 'product', passed: match !== undefined, facts: tellProduct(product.record, status) });
    if (match !== undefined) return allow(held, product.record, match);
  }
  return refuse(approved ? 'product.no-match' : 'product.none-approved');
}

function tellProduct({ name, environments, proxies, apiResources }: ProductRecord, status: string): Check['facts'] {
  return { product: name, status, environments, proxies, apiResources };
}

function allow(held: HeldKey, product: ProductRecord | undefined, match: ProductMatch | undefined): Allowed {
  const last = held.lastAllowed;
  // A product or app that changed is another value.
  if (last !== undefined && last.product === product && last.match === match) return last;
  const { credential, app, owner } = held;
  held.lastAllowed = { allowed: true, credential, app, owner, product, match };
  return held.lastAllowed;
}

/** One value for each reason: a busy verifier refuses without making anything. */
const refusals = new Map<RefusalReason, Refused>();

export function refuse(reason: RefusalReason): Refused {
  let verdict = refusals.get(reason);
  if (verdict === undefined) {
    verdict = Object.freeze({ allowed: false, reason });
    refusals.set(reason, verdict);
  }
  return verdict;
}
