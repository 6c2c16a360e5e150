import type { PlanOfProduct } from '../../domain/rate-plan.ts';
import {
  createRatePlan,
  deleteRatePlan,
  getRatePlan,
  listRatePlans,
  type RatePlanRef,
  updateRatePlan,
} from '../../operations/rate-plan.ts';
import type { Answer } from '../http/answer.ts';
import type { Visit } from '../http/visit.ts';
import { type ProductParams, productRefOf } from './api-product.ts';
import type { MessageOutput } from './message.ts';
import { ratePlanMethods } from './method/rate-plan.ts';
import { answer, type BodyOf, createRoutes, type Handlers, visit, type XRoute } from './route.ts';
import { listRatePlansMessage, ratePlanMessage } from './schema/rate-plan.ts';

interface One extends ProductParams {
  readonly rateplansId: string;
}

interface ListQuery {
  readonly count?: number;
  readonly expand?: boolean;
  readonly orderBy?: string;
  readonly startKey?: string;
  readonly state?: string;
}

type PlanBody = BodyOf<typeof ratePlanMessage>;

function encodePlan({ plan, productName }: PlanOfProduct): MessageOutput<typeof ratePlanMessage> {
  return { ...plan, name: plan.id, apiproduct: productName };
}

function answerPlan(at: Visit, plan: PlanOfProduct): Answer {
  return answer(at, ratePlanMessage, encodePlan(plan));
}

function refOf({ params }: Visit<One>): RatePlanRef {
  return { product: productRefOf(params), id: params.rateplansId };
}

/** `-` stands for all products, as Google has it. */
const list = visit(async (at: Visit<ProductParams, ListQuery>) => {
  const { expand, ...query } = at.query;
  const ref = at.params.apiproductsId === '-' ? undefined : productRefOf(at.params);
  const { plans, nextStartKey } = await listRatePlans(at.plane, at.call, ref, query);
  const ratePlans = plans.map((plan) => (expand === true ? encodePlan(plan) : { name: plan.plan.id }));
  return answer(at, listRatePlansMessage, { ratePlans, nextStartKey });
});

const create = visit(async (at: Visit<ProductParams, unknown, PlanBody>) =>
  answerPlan(at, await createRatePlan(at.plane, at.call, productRefOf(at.params), at.body)),
);

const get = visit(async (at: Visit<One>) => answerPlan(at, await getRatePlan(at.plane, at.call, refOf(at))));

const update = visit(async (at: Visit<One, unknown, PlanBody>) =>
  answerPlan(at, await updateRatePlan(at.plane, at.call, refOf(at), at.body)),
);

const remove = visit(async (at: Visit<One>) => answerPlan(at, await deleteRatePlan(at.plane, at.call, refOf(at))));

const handlers: Handlers = {
  'apigee.organizations.apiproducts.rateplans.list': list,
  'apigee.organizations.apiproducts.rateplans.create': create,
  'apigee.organizations.apiproducts.rateplans.get': get,
  'apigee.organizations.apiproducts.rateplans.update': update,
  'apigee.organizations.apiproducts.rateplans.delete': remove,
};

export const ratePlanRoutes: readonly XRoute[] = createRoutes(ratePlanMethods, handlers);
