import type { ApiProduct } from '../domain/api-product.ts';
import type { Verb } from '../domain/permission.ts';
import { Problem } from '../domain/problem.ts';
import {
  createRatePlanFrom,
  type PlanOfProduct,
  parseRatePlanOrder,
  parseRatePlanProfile,
  parseRatePlanState,
  type RatePlanDraft,
  replaceRatePlanProfile,
} from '../domain/rate-plan.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
import { type ApiProductRef, loadProduct } from './api-product.ts';
import { authorize, authorship, type Call, commit, recordChange } from './call.ts';
import { parseCount } from './page-count.ts';
import type { Plane } from './plane.ts';

/** Plans of one page: at most, and where no count is given (compat/x.md §1.0). */
const pageMax = 1000;
const pageDefault = 100;

/** @throws Problem auth.forbidden, api-product.not-found, request.missing, request.invalid */
export async function createRatePlan(
  plane: Plane,
  call: Call,
  ref: ApiProductRef,
  draft: RatePlanDraft,
): Promise<PlanOfProduct> {
  const id = plane.random.rowId();
  return commit(plane, call, async (transaction) => {
    const product = await loadProduct(transaction, call, { verb: 'put', ref, below: ['rateplans'] });
    requireSameProduct(draft, product);
    const profile = parseRatePlanProfile(draft);
    const identity = { id, organizationId: product.organizationId, productId: product.id };
    const plan = createRatePlanFrom(profile, identity, authorship(plane, call));
    await transaction.ratePlans.insert(plan);
    const planOfProduct = { plan, productName: product.name };
    recordPlan(transaction, call, planOfProduct, { request: profile });
    return planOfProduct;
  });
}

/** @throws Problem auth.forbidden, api-product.not-found, rate-plan.not-found */
export function getRatePlan(plane: Plane, call: Call, target: RatePlanRef): Promise<PlanOfProduct> {
  return loadPlan(plane.store, call, 'get', target);
}

/** @throws Problem auth.forbidden, api-product.not-found, rate-plan.not-found, request.missing, request.invalid */
export async function updateRatePlan(
  plane: Plane,
  call: Call,
  target: RatePlanRef,
  draft: RatePlanDraft,
): Promise<PlanOfProduct> {
  return commit(plane, call, async (transaction) => {
    const { plan, productName } = await loadPlan(transaction, call, 'put', target);
    requireSameProduct(draft, { name: productName });
    const profile = parseRatePlanProfile(draft);
    const next = { plan: replaceRatePlanProfile(plan, profile, authorship(plane, call)), productName };
    await transaction.ratePlans.update(next.plan);
    recordPlan(transaction, call, next, { request: profile });
    return next;
  });
}

/**
 * @returns the plan as it was
 * @throws Problem auth.forbidden, api-product.not-found, rate-plan.not-found
 */
export async function deleteRatePlan(plane: Plane, call: Call, target: RatePlanRef): Promise<PlanOfProduct> {
  return commit(plane, call, async (transaction) => {
    const planOfProduct = await loadPlan(transaction, call, 'delete', target);
    await transaction.ratePlans.delete(planOfProduct.plan);
    recordPlan(transaction, call, planOfProduct, { kind: 'delete', at: plane.clock.now() });
    return planOfProduct;
  });
}

export interface RatePlanListQuery {
  readonly count?: number | undefined;
  /** Name of the first plan of the page, inclusive. */
  readonly startKey?: string | undefined;
  readonly state?: string | undefined;
  readonly orderBy?: string | undefined;
}

export interface RatePlanList {
  readonly plans: readonly PlanOfProduct[];
  /** Name of the first plan that did not find place. */
  readonly nextStartKey: string | undefined;
}

/**
 * Plans of one product, or of all.
 * @param ref absent: all products of the organization
 * @throws Problem auth.forbidden, api-product.not-found, rate-plan.not-found for an unknown `startKey`, request.invalid
 */
export async function listRatePlans(
  plane: Plane,
  call: Call,
  ref: ApiProductRef | undefined,
  query: RatePlanListQuery,
): Promise<RatePlanList> {
  const productId = await enterProducts(plane.store, call, ref);
  const { startKey } = query;
  const count = parseCount(query.count, { most: pageMax, standard: pageDefault });
  const filter = { productId, state: parseRatePlanState(query.state) };
  const order = parseRatePlanOrder(query.orderBy);
  const from = startKey === undefined ? undefined : await plane.store.ratePlans.find(call.organization.id, startKey);
  if (startKey !== undefined && from === undefined) throw new Problem('rate-plan.not-found', { ratePlan: startKey });
  const found = await plane.store.ratePlans.list(call.organization.id, filter, { order, from, limit: count + 1 });
  return { plans: found.slice(0, count), nextStartKey: found[count]?.plan.id };
}

async function enterProducts(view: StoreView, call: Call, ref: ApiProductRef | undefined): Promise<string | undefined> {
  if (ref !== undefined) return (await loadProduct(view, call, { verb: 'get', ref, below: ['rateplans'] })).id;
  authorize(call, 'get', ['apiproducts']);
  return undefined;
}

export interface RatePlanRef {
  readonly product: ApiProductRef;
  readonly id: string;
}

async function loadPlan(
  view: StoreView,
  call: Call,
  verb: Verb,
  { product: ref, id }: RatePlanRef,
): Promise<PlanOfProduct> {
  const product = await loadProduct(view, call, { verb, ref, below: ['rateplans', id] });
  const plan = await view.ratePlans.find(product.organizationId, id);
  if (plan?.productId !== product.id) throw new Problem('rate-plan.not-found', { ratePlan: id });
  return { plan, productName: product.name };
}

function requireSameProduct({ apiproduct }: RatePlanDraft, { name }: Pick<ApiProduct, 'name'>): void {
  if (apiproduct === undefined || apiproduct === '' || apiproduct === name) return;
  throw new Problem('request.invalid', { field: 'apiproduct', reason: 'is not the product in the path' });
}

interface PlanRecord {
  readonly kind?: 'put' | 'delete';
  readonly request?: object;
  readonly at?: number;
}

function recordPlan(
  transaction: StoreTransaction,
  call: Call,
  { plan, productName }: PlanOfProduct,
  { kind = 'put', request, at = plan.lastModifiedAt }: PlanRecord,
): void {
  const { id, organizationId, version } = plan;
  recordChange(transaction, call, {
    organizationId,
    change: { noun: 'rate-plan', entityId: id, kind, version },
    takesAway: false,
    resource: `/apiproducts/${productName}/rateplans/${id}`,
    request,
    at,
  });
}
