import type { ApiProduct } from './api-product.ts';
import type { App } from './app.ts';
import type { Company } from './company.ts';
import type { Credential } from './credential.ts';
import type { Developer } from './developer.ts';
import { type Organization, requiresProducts } from './organization.ts';
import type { Stamp } from './stamp.ts';

/**
 * Whether a change takes a right away: whether some key may do less after it than before (G4). Every rule looks at the
 * entity before and after the change, and in doubt says yes, which costs a wait and no more.
 *
 * A change that says nothing new of what is without the right already counts too: who revokes once more, because the
 * first time not all verifiers had heard, wants to know whether they have now.
 */
interface Rule<E> {
  /** Whether a key may do less. */
  narrows(before: E, after: E): boolean;
  /** Whether the entity keeps some key from something. */
  withholds(after: E): boolean;
}

/** @param before absent: it was just made @param after absent: it was deleted */
function takes<E extends object>(before: E | undefined, after: E | undefined, rule: Rule<E>): boolean {
  if (before === undefined) return false;
  if (after === undefined) return true;
  return rule.narrows(before, after) || (rule.withholds(after) && isSame(before, after));
}

const stamps: ReadonlySet<string> = new Set<keyof Stamp>(['version', 'lastModifiedAt', 'lastModifiedBy']);

function isSame(before: object, after: object): boolean {
  const withoutStamps = (name: string, value: unknown) => (stamps.has(name) ? undefined : value);
  return JSON.stringify(before, withoutStamps) === JSON.stringify(after, withoutStamps);
}

function losesOne(before: readonly string[], after: readonly string[]): boolean {
  return before.some((each) => !after.includes(each));
}

/** A developer or a company: all keys of an inactive one are refused. */
export function takesFromOwner<E extends Developer | Company>(before: E | undefined, after: E | undefined): boolean {
  const withholds = ({ status }: E) => status === 'inactive';
  return takes(before, after, { withholds, narrows: (old, now) => !withholds(old) && withholds(now) });
}

export function takesFromApp(before: App | undefined, after: App | undefined): boolean {
  const withholds = ({ status }: App) => status !== 'approved';
  return takes(before, after, {
    withholds,
    narrows: (old, now) => (!withholds(old) && withholds(now)) || losesOne(old.scopes, now.scopes),
  });
}

export function takesFromCredential(before: Credential | undefined, after: Credential | undefined): boolean {
  return takes(before, after, {
    withholds: ({ status, products }) =>
      status !== 'approved' || products.some((product) => product.status !== 'approved'),
    narrows: narrowsCredential,
  });
}

function narrowsCredential(before: Credential, after: Credential): boolean {
  const never = Number.POSITIVE_INFINITY;
  return (
    (before.status === 'approved' && after.status !== 'approved') ||
    (after.expiresAt ?? never) < (before.expiresAt ?? never) ||
    // A key without products may do all that any product allows, so that the first one takes the rest away.
    (before.products.length === 0 && after.products.length > 0) ||
    losesProduct(before.products, after.products) ||
    losesOne(before.scopes, after.scopes)
  );
}

function losesProduct(before: Credential['products'], after: Credential['products']): boolean {
  return before.some(({ name, status }) => {
    const kept = after.find((product) => product.name === name);
    return kept === undefined || (status === 'approved' && kept.status !== 'approved');
  });
}

/** Whether what a key may do depends on the member. A new member of a product has to say. */
const productRights: Readonly<Record<Exclude<keyof ApiProduct, keyof Stamp>, boolean>> = {
  id: true,
  organizationId: true,
  name: true,
  displayName: false,
  description: false,
  // Says with which status a product comes onto a key, not what those may do that have it.
  approvalType: false,
  attributes: false,
  apiResources: true,
  environments: true,
  proxies: true,
  scopes: true,
  quota: true,
  quotaInterval: true,
  quotaTimeUnit: true,
  quotaCounterScope: true,
  llmQuota: true,
  llmQuotaInterval: true,
  llmQuotaTimeUnit: true,
  operationGroup: true,
  graphqlOperationGroup: true,
  grpcOperationGroup: true,
  llmOperationGroup: true,
  payloadOperationGroup: true,
  space: false,
};

const productMembers = (Object.keys(productRights) as (keyof typeof productRights)[]).filter(
  (member) => productRights[member],
);

/** Which of two lists or groups allows less is not judged: any other counts as narrower. */
export function takesFromProduct(before: ApiProduct | undefined, after: ApiProduct | undefined): boolean {
  return takes(before, after, {
    withholds: () => true,
    narrows: (old, now) => productMembers.some((member) => JSON.stringify(old[member]) !== JSON.stringify(now[member])),
  });
}

/** Keys without products are refused from now on, or all are, with the organization. */
export function takesFromOrganization(before: Organization | undefined, after: Organization | undefined): boolean {
  return takes(before, after, {
    withholds: requiresProducts,
    narrows: (old, now) => !requiresProducts(old) && requiresProducts(now),
  });
}
