import type { DiscoveryMethod, QueryParameter, ResourceParameter } from '../discovery-method.ts';
import { listRatePlansMessage, ratePlanMessage, ratePlanState } from '../schema/rate-plan.ts';

const productTemplate = 'organizations/{organizationsId}/apiproducts/{apiproductsId}';

const ofProduct: ResourceParameter = {
  name: 'parent',
  template: productTemplate,
  doc: 'The product, as organizations/myorg/apiproducts/weather. In a list, - in place of its name stands for all.',
};

const ratePlan: ResourceParameter = {
  name: 'name',
  template: `${productTemplate}/rateplans/{rateplansId}`,
  doc: 'The plan by its id, as organizations/myorg/apiproducts/weather/rateplans/8e5c….',
};

const listQuery: Readonly<Record<string, QueryParameter>> = {
  count: { type: 'int32', doc: 'How many to answer with, 1 to 1000; 100 where it is not said.' },
  expand: { type: 'boolean', doc: 'Whether to show all of each plan, or the name alone.' },
  orderBy: { type: 'string', doc: 'Either name, which is the default, state, startTime or endTime.' },
  startKey: { type: 'string', doc: 'Name of the first plan to answer with.' },
  state: { type: 'string', choices: ratePlanState, doc: 'Shows only plans in this state.' },
};

export const ratePlanMethods: readonly DiscoveryMethod[] = [
  {
    id: 'apigee.organizations.apiproducts.rateplans.list',
    httpMethod: 'GET',
    doc: 'Tells of the rate plans of a product, or of all products.',
    resource: ofProduct,
    suffix: '/rateplans',
    query: listQuery,
    response: listRatePlansMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.rateplans.create',
    httpMethod: 'POST',
    doc: 'Makes a rate plan of a product.',
    resource: ofProduct,
    suffix: '/rateplans',
    request: ratePlanMessage,
    response: ratePlanMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.rateplans.get',
    httpMethod: 'GET',
    doc: 'Tells of one rate plan.',
    resource: ratePlan,
    response: ratePlanMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.rateplans.update',
    httpMethod: 'PUT',
    doc: 'Sets all that a client may set of a rate plan; what is not sent is gone.',
    resource: ratePlan,
    request: ratePlanMessage,
    response: ratePlanMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.rateplans.delete',
    httpMethod: 'DELETE',
    doc: 'Deletes a rate plan. Answers with the plan as it was.',
    resource: ratePlan,
    response: ratePlanMessage,
  },
];
