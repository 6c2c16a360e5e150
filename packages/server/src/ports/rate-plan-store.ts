import type { ApiProduct } from '../domain/api-product.ts';
import type { PlanOfProduct, RatePlan, RatePlanOrder, RatePlanState } from '../domain/rate-plan.ts';

/** Which rate plans of an organization. Members that are given all have to hold. */
export interface RatePlanFilter {
  readonly productId?: string | undefined;
  readonly state?: RatePlanState | undefined;
}

export interface RatePlanPage {
  /** Plans that are equal in it are ordered by id. */
  readonly order: RatePlanOrder;
  /** First plan of the page, itself included. */
  readonly from?: RatePlan | undefined;
  readonly limit: number;
}

/** Plans of products that are there. Those of a deleted one MUST be invisible at once. */
export interface RatePlanReader {
  find(organizationId: string, id: string): Promise<RatePlan | undefined>;
  /** Which of these ids no new plan may have: another has it, in whichever organization, or waits to be swept. */
  takenIds(ids: readonly string[]): Promise<ReadonlySet<string>>;
  list(organizationId: string, filter: RatePlanFilter, page: RatePlanPage): Promise<PlanOfProduct[]>;
}

export interface RatePlanWriter {
  /** Reruns the work where the product is gone. */
  insert(plan: RatePlan): Promise<void>;
  update(plan: RatePlan): Promise<void>;
  delete(plan: RatePlan): Promise<void>;
  /** Before the product itself is deleted. */
  deleteOfProduct(product: ApiProduct): Promise<void>;
}
