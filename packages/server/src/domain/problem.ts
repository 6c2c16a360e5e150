/**
 * What can go wrong for a reason that the caller can understand. The keys are the closed registry of codes
 * (docs/errors.md lists each); the values are the facts that go with a code. Every dialect answers every code
 * through a `{ [C in ProblemCode]: … }`, so a new code does not compile until each of them answers it.
 *
 * Facts are shown to callers: they MUST NOT hold a secret, key, password or token (G9).
 */
export interface ProblemFacts {
  /** The body can't be parsed as the media type it claims to be. */
  'request.malformed': { reason: string };
  /** A parameter or member has a value that is refused. `field` is the name on the wire, e.g. `attributes[2].name`. */
  'request.invalid': { field: string; reason: string };
  /** A required parameter or member is missing. */
  'request.missing': { field: string };
  /** Body members that the schema does not know, where the dialect refuses them (compat/x.md §1.0). */
  'request.unknown-fields': { fields: readonly string[] };
  'request.too-large': { limitBytes: number };
  'request.unsupported-media-type': { mediaType: string };
  /** The path exists, the verb does not. */
  'request.method-not-allowed': { method: string; allowed: readonly string[] };
  /** An `action` that this resource does not have. */
  'request.unknown-action': { action: string; allowed: readonly string[] };
  'route.not-found': { method: string; path: string };
  /** No credentials, or of a kind that is not spoken here. */
  'auth.missing': Record<never, never>;
  /** Unknown account, wrong password, expired or revoked token: never said which. */
  'auth.wrong-credentials': Record<never, never>;
  /** Too many wrong credentials for this account or from this address. */
  'auth.throttled': { retryAfterSeconds: number };
  /** The account has no role in the organization, or there is no such organization: never said which. */
  'auth.no-organization': { organization: string };
  /** The account's roles lack this permission. `path` is relative to the organization. */
  'auth.forbidden': { account: string; permission: string; path: string };
  'organization.not-found': { organization: string };
  'organization.exists': { organization: string };
  'environment.not-found': { environment: string; organization: string };
  'environment.exists': { environment: string; organization: string };
  /** `developer` is what the caller named: an e-mail or an id. */
  'developer.not-found': { developer: string; organization: string };
  'developer.exists': { email: string; organization: string };
  /** The e-mail in the body is not the one in the path, where the dialect refuses a rename. */
  'developer.email-mismatch': { path: string; body: string };
  'attribute.not-found': { attribute: string; owner: string };
  'attribute.too-many': { limit: number };
  'app.not-found': { app: string; owner: string };
  'app.exists': { app: string; owner: string };
  'app.invalid-name': { app: string };
  /** The organization wants every app to name a product (`features.keymanagement.disable.unbounded.permissions`). */
  'app.products-required': Record<never, never>;
  'app.too-many-credentials': { limit: number };
  /** The key is unknown, or not of this app: never said which, and the key is never repeated (G9). */
  'credential.not-found': Record<never, never>;
  /** A live key of the organization already has this consumer key. */
  'credential.exists': Record<never, never>;
  /** Another key took this one's place already, and is still there. */
  'credential.rotated': Record<never, never>;
  /** Only an approved key that has not expired can be rotated. */
  'credential.not-rotatable': { standing: 'revoked' | 'pending' | 'expired' };
  /** `offered` are the scopes of the key's products. */
  'credential.invalid-scopes': { offered: readonly string[] };
  /** The product is not on the key. */
  'credential.product-missing': { product: string };
  /** A body or filter names a product that does not exist. */
  'api-product.unknown': { product: string; organization: string };
  'api-product.not-found': { product: string; organization: string };
  'api-product.exists': { product: string; organization: string };
  'api-product.invalid-name': { product: string };
  'api-product.invalid-display-name': { displayName: string };
  /** The product is on a key, where the dialect refuses to delete it then. */
  'api-product.in-use': { product: string };
  'company.not-found': { company: string; organization: string };
  'company.exists': { company: string; organization: string };
  'company.invalid-name': { company: string };
  /** The company is inactive, and the dialect shows nothing of it then (compat/edge.md §7). */
  'company.inactive': { company: string };
  'company-member.not-found': { company: string; developer: string };
  'rate-plan.not-found': { ratePlan: string };
  'subscription.not-found': { subscription: string };
  /** It had ended before it was to be expired. */
  'subscription.expired': { subscription: string };
  /** A product can be subscribed to only while a rate plan of it is published and not over. */
  'subscription.no-rate-plan': { product: string };
  /** A credit of this id was made with another amount. */
  'balance.transaction-exists': { transactionId: string };
  'account.not-found': { account: string };
  'account.exists': { account: string };
  /** Nobody would be left who may manage organizations and accounts. */
  'account.last-sysadmin': { account: string };
  'account-token.not-found': { token: string };
  'role.not-found': { role: string; organization: string };
  'role.exists': { role: string; organization: string };
  /** A built-in role can't be deleted and its permissions can't be edited. */
  'role.built-in': { role: string };
  'role.in-use': { role: string };
  'role-member.not-found': { role: string; account: string };
  'permission.not-found': { role: string; path: string };
  'runtime-credential.not-found': { credential: string };
  /** The node serves as many snapshots, or organizations, to verifiers as it can at once. */
  'feed.busy': { retryAfterSeconds: number };
  /** The organization has as many verifiers with a lease as it may have. */
  'feed.crowded': { retryAfterSeconds: number };
  /** A later poll of the same verifier came, or it left. */
  'feed.superseded': Record<never, never>;
  /** Somebody else changed the entity first; the caller's `If-Match` no longer holds. */
  'entity.changed': { noun: string };
  /** The store does not answer, is full, or is too busy. Of a connection lost in a commit nobody knows whether it was done. */
  'store.unavailable': { retryAfterSeconds: number };
}

export type ProblemCode = keyof ProblemFacts;

/** A refusal with a code and its facts. Thrown by domain and operations, answered by each surface in its own shape. */
export class Problem<C extends ProblemCode = ProblemCode> extends Error {
  override readonly name = 'Problem';
  readonly code: C;
  readonly facts: ProblemFacts[C];

  constructor(code: C, facts: ProblemFacts[C]) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}

/** One answer for each code, told the facts of that code. */
export type ProblemTable<Answer> = { readonly [C in ProblemCode]: (facts: ProblemFacts[C]) => Answer };

/** Looks the problem's code up in a table and gives that entry the facts. */
export function answerProblem<Answer>(table: ProblemTable<Answer>, problem: Problem): Answer {
  const answer = table[problem.code] as (facts: ProblemFacts[ProblemCode]) => Answer;
  return answer(problem.facts);
}
