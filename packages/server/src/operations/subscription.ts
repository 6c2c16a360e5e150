import type { ApiProduct } from '../domain/api-product.ts';
import type { Verb } from '../domain/permission.ts';
import { Problem } from '../domain/problem.ts';
import type { RatePlan } from '../domain/rate-plan.ts';
import {
  createSubscriptionFrom,
  expireSubscription as expire,
  isPlanOnOffer,
  parsePeriod,
  parseSubscribedProduct,
  type Subscription,
  type SubscriptionDraft,
} from '../domain/subscription.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
import { type AppOwnerRef, type LoadedOwner, loadAppOwner } from './app-owner.ts';
import { authorship, type Call, commit, recordChange } from './call.ts';
import { parseCount } from './page-count.ts';
import { cutPage, parsePageSize, type TokenPage, type TokenQuery } from './page-token.ts';
import type { Plane } from './plane.ts';

/** Subscriptions of one page: at most, and where no number is given (compat/x.md §1.2). */
const pageMax = 1000;
const pageDefault = 100;

export interface SubscriptionRef {
  readonly owner: AppOwnerRef;
  readonly id: string;
}

/**
 * @throws Problem auth.forbidden, developer.not-found, company.not-found, company.inactive, request.missing,
 *   request.invalid, api-product.unknown, subscription.no-rate-plan
 */
export async function createSubscription(
  plane: Plane,
  call: Call,
  ownerRef: AppOwnerRef,
  draft: SubscriptionDraft,
): Promise<Subscription> {
  const id = plane.random.rowId();
  return commit(plane, call, async (transaction) => {
    const { owner, path } = await enter(transaction, call, 'put', ownerRef);
    const by = authorship(plane, call);
    const period = parsePeriod(draft, by.at);
    const product = await getProductOnOffer(transaction, call, parseSubscribedProduct(draft), by.at);
    const organizationId = call.organization.id;
    const names = { id, organizationId, owner, productId: product.id, productName: product.name };
    const subscription = createSubscriptionFrom({ ...names, ...period }, by);
    await transaction.subscriptions.insert(subscription);
    recordSubscription(transaction, call, subscription, {
      path: [...path, id],
      request: { apiproduct: product.name, ...period },
    });
    return subscription;
  });
}

/** @throws Problem auth.forbidden, developer.not-found, company.not-found, company.inactive, subscription.not-found */
export async function getSubscription(plane: Plane, call: Call, ref: SubscriptionRef): Promise<Subscription> {
  return (await loadSubscription(plane.store, call, 'get', ref)).subscription;
}

/**
 * Ends a subscription now.
 * @throws Problem auth.forbidden, developer.not-found, company.not-found, company.inactive, subscription.not-found,
 *   subscription.expired
 */
export async function expireSubscription(plane: Plane, call: Call, ref: SubscriptionRef): Promise<Subscription> {
  return commit(plane, call, async (transaction) => {
    const { subscription, path } = await loadSubscription(transaction, call, 'put', ref);
    const next = expire(subscription, authorship(plane, call));
    await transaction.subscriptions.update(next);
    recordSubscription(transaction, call, next, { path, request: { action: 'expire' } });
    return next;
  });
}

export interface SubscriptionListQuery {
  readonly count?: number | undefined;
  /** Name of the first subscription of the page, inclusive. */
  readonly startKey?: string | undefined;
}

export interface SubscriptionList {
  readonly subscriptions: readonly Subscription[];
  /** Name of the first subscription that did not find place. */
  readonly nextStartKey: string | undefined;
}

/**
 * By name, bytewise.
 * @throws Problem auth.forbidden, developer.not-found, company.not-found, company.inactive, request.invalid,
 *   subscription.not-found for an unknown `startKey`
 */
export async function listSubscriptions(
  plane: Plane,
  call: Call,
  ownerRef: AppOwnerRef,
  query: SubscriptionListQuery,
): Promise<SubscriptionList> {
  const { owner } = await enter(plane.store, call, 'get', ownerRef);
  const count = parseCount(query.count, { most: pageMax, standard: pageDefault });
  const { startKey: from } = query;
  if (from !== undefined && (await plane.store.subscriptions.find(owner, from)) === undefined) {
    throw new Problem('subscription.not-found', { subscription: from });
  }
  const found = await plane.store.subscriptions.list(owner, { from, limit: count + 1 });
  return { subscriptions: found.slice(0, count), nextStartKey: found[count]?.id };
}

/**
 * The same, walked by tokens.
 * @throws Problem auth.forbidden, developer.not-found, company.not-found, company.inactive, request.invalid
 */
export async function pageSubscriptions(
  plane: Plane,
  call: Call,
  ownerRef: AppOwnerRef,
  query: TokenQuery,
): Promise<TokenPage<Subscription>> {
  const { owner } = await enter(plane.store, call, 'get', ownerRef);
  const pageSize = parsePageSize(query.pageSize || pageDefault, pageMax);
  const page = { from: query.pageToken || undefined, limit: pageSize + 1 };
  return cutPage(await plane.store.subscriptions.list(owner, page), pageSize, ({ id }) => id);
}

function enter(view: StoreView, call: Call, verb: Verb, owner: AppOwnerRef): Promise<LoadedOwner> {
  return loadAppOwner(view, call, { verb, owner, below: ['subscriptions'] });
}

interface LoadedSubscription {
  readonly subscription: Subscription;
  readonly path: readonly string[];
}

/** Under its owner alone: another's subscription does not exist here. */
async function loadSubscription(
  view: StoreView,
  call: Call,
  verb: Verb,
  { owner: ownerRef, id }: SubscriptionRef,
): Promise<LoadedSubscription> {
  const below = ['subscriptions', id];
  const { owner, path } = await loadAppOwner(view, call, { verb, owner: ownerRef, below });
  const subscription = await view.subscriptions.find(owner, id);
  if (subscription === undefined) throw new Problem('subscription.not-found', { subscription: id });
  return { subscription, path };
}

async function getProductOnOffer(view: StoreView, call: Call, name: string, now: number): Promise<ApiProduct> {
  const product = await view.products.find(call.organization.id, name);
  if (product === undefined) {
    throw new Problem('api-product.unknown', { product: name, organization: call.organization.name });
  }
  const filter = { productId: product.id, state: 'PUBLISHED' } as const;
  let from: RatePlan | undefined;
  do {
    const page = await view.ratePlans.list(call.organization.id, filter, { order: 'name', from, limit: pageMax + 1 });
    if (page.some(({ plan }) => isPlanOnOffer(plan, now))) return product;
    from = page[pageMax]?.plan;
  } while (from !== undefined);
  throw new Problem('subscription.no-rate-plan', { product: name });
}

function recordSubscription(
  transaction: StoreTransaction,
  call: Call,
  { id, organizationId, version, lastModifiedAt }: Subscription,
  { path, request }: { readonly path: readonly string[]; readonly request: object },
): void {
  recordChange(transaction, call, {
    organizationId,
    change: { noun: 'subscription', entityId: id, kind: 'put', version },
    takesAway: false,
    resource: `/${path.join('/')}`,
    request,
    at: lastModifiedAt,
  });
}
