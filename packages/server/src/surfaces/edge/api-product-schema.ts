import { type TProperties, Type } from '@sinclair/typebox';
import { attribute, attributeDraft, component, organizationParams, stamps } from './schema.ts';

/** API products as JSON, in the order of their members on the wire, which is alphabetical (compat/edge.md §6). */

const text = Type.Optional(Type.String());
const texts = Type.Optional(Type.Array(Type.String()));

const quota = component(
  Type.Object(
    { interval: text, limit: text, timeUnit: text },
    { $id: 'EdgeProductQuota', description: '`limit` calls in `interval` `timeUnit`s.' },
  ),
);

/** Members of an operation group's entry, given what is its own. */
function group(id: string, config: TProperties) {
  const parts = { apiSource: text, attributes: Type.Optional(Type.Array(attributeDraft)) };
  const configs = Type.Optional(Type.Array(Type.Object({ ...parts, ...config })));
  const members = { operationConfigType: text, operationConfigs: configs };
  return Type.Optional(component(Type.Object(members, { $id: id, description: 'Operations, each with a quota.' })));
}

const ownQuota = { quota: Type.Optional(quota) };

const groups = {
  graphqlOperationGroup: group('EdgeGraphqlOperationGroup', {
    operations: Type.Optional(Type.Array(Type.Object({ operation: text, operationTypes: texts }))),
    ...ownQuota,
  }),
  grpcOperationGroup: group('EdgeGrpcOperationGroup', { methods: texts, service: text, ...ownQuota }),
  llmOperationGroup: group('EdgeLlmOperationGroup', {
    llmOperations: Type.Optional(Type.Array(Type.Object({ methods: texts, model: text, resource: text }))),
    llmTokenQuota: Type.Optional(quota),
  }),
  operationGroup: group('EdgeOperationGroup', {
    operations: Type.Optional(Type.Array(Type.Object({ methods: texts, resource: text }))),
    ...ownQuota,
  }),
  payloadOperationGroup: group('EdgePayloadOperationGroup', {
    operations: Type.Optional(Type.Array(Type.Object({ operation: text }))),
    ...ownQuota,
  }),
};

const quotaMembers = {
  llmQuota: text,
  llmQuotaInterval: text,
  llmQuotaTimeUnit: text,
  quota: Type.Optional(Type.String({ description: 'Calls, as text.' })),
  quotaCounterScope: text,
  quotaInterval: text,
  quotaTimeUnit: text,
};

export const apiProduct = component(
  Type.Object(
    {
      apiResources: Type.Array(Type.String()),
      approvalType: Type.Union([Type.Literal('auto'), Type.Literal('manual')]),
      attributes: Type.Array(attribute),
      createdAt: stamps.createdAt,
      createdBy: stamps.createdBy,
      description: text,
      displayName: text,
      environments: Type.Array(Type.String(), { description: 'None: all.' }),
      lastModifiedAt: stamps.lastModifiedAt,
      lastModifiedBy: stamps.lastModifiedBy,
      name: Type.String(),
      proxies: Type.Array(Type.String()),
      scopes: Type.Array(Type.String()),
      ...quotaMembers,
      ...groups,
    },
    { $id: 'EdgeApiProduct', description: 'A bundle of APIs that keys are given for.' },
  ),
);

/** Members that a client may set; everything else that it sends back is ignored. */
export const apiProductDraft = component(
  Type.Object(
    {
      apiResources: texts,
      approvalType: text,
      attributes: Type.Optional(Type.Array(attributeDraft)),
      description: text,
      displayName: text,
      environments: texts,
      name: text,
      proxies: texts,
      scopes: texts,
      ...quotaMembers,
      ...groups,
    },
    {
      $id: 'EdgeApiProductDraft',
      description: 'A product as a body carries it: name, displayName and approvalType are required.',
    },
  ),
);

export const apiProductList = component(
  Type.Object({ apiProduct: Type.Array(apiProduct) }, { $id: 'EdgeApiProductList' }),
);

export const apiProductParams = Type.Object({
  ...organizationParams.properties,
  apiproduct: Type.String({ description: 'Name of the API product.' }),
});
