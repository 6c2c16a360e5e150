import { defineEnum, defineMessage } from '../message.ts';
import { attributeMessage } from './attribute.ts';
import {
  graphqlOperationGroupMessage,
  grpcOperationGroupMessage,
  llmOperationGroupMessage,
  operationGroupMessage,
  payloadOperationGroupMessage,
} from './operation-group.ts';

const quotaCounterScope = defineEnum({
  QUOTA_COUNTER_SCOPE_UNSPECIFIED: 'Not said.',
  PROXY: 'All operations of a proxy count together.',
  OPERATION: 'Each operation counts by itself.',
  PRODUCT: 'All operations count together.',
});

/** compat/x.md §1.1, "ApiProduct". The times are no output-only members at Google, but a client's are not heeded. */
export const apiProductMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ApiProduct',
  doc: 'A bundle of APIs that keys are given for.',
  fields: {
    name: { type: 'string', doc: 'The name that paths use; it never changes.' },
    displayName: { type: 'string', doc: 'The name that people read.' },
    description: { type: 'string', doc: 'A sentence on what it is for.' },
    approvalType: { type: 'string', doc: 'Whether a key may use it at once: auto, which is the default, or manual.' },
    attributes: {
      type: attributeMessage,
      repeated: true,
      doc: 'Up to 18 attributes, in the order in which they were set.',
    },
    apiResources: { type: 'string', repeated: true, doc: 'Paths. None beside an operation group.' },
    environments: { type: 'string', repeated: true, doc: 'Names of environments. None: all.' },
    proxies: { type: 'string', repeated: true, doc: 'Names of proxies.' },
    scopes: { type: 'string', repeated: true, doc: 'OAuth scopes that it offers.' },
    quota: { type: 'string', doc: 'Calls that an app may make in the interval, as text.' },
    quotaInterval: { type: 'string', doc: 'The interval in time units, as text.' },
    quotaTimeUnit: { type: 'string', doc: 'Either second, minute, hour, day, week or month.' },
    createdAt: {
      type: 'int64',
      doc: 'When it was made, in milliseconds since 1970 UTC. What a client sends is not heeded.',
    },
    lastModifiedAt: {
      type: 'int64',
      doc: 'When it last changed, in milliseconds since 1970 UTC. What a client sends is not heeded.',
    },
    operationGroup: { type: operationGroupMessage, doc: 'Operations by path and method.' },
    graphqlOperationGroup: { type: graphqlOperationGroupMessage, doc: 'GraphQL operations.' },
    grpcOperationGroup: { type: grpcOperationGroupMessage, doc: 'gRPC operations.' },
    quotaCounterScope: { type: quotaCounterScope, doc: 'Which operations count together.' },
    space: {
      type: 'string',
      doc: 'The space that it is in. None: the organization itself. A call of its own changes it.',
    },
    llmOperationGroup: { type: llmOperationGroupMessage, doc: 'Uses of language models.' },
    llmQuota: { type: 'string', doc: 'Tokens that an app may use in the interval, as text.' },
    llmQuotaInterval: { type: 'string', doc: 'The interval of the tokens in time units, as text.' },
    llmQuotaTimeUnit: { type: 'string', doc: 'Either second, minute, hour, day, week or month.' },
    payloadOperationGroup: { type: payloadOperationGroupMessage, doc: 'Operations that bodies name.' },
  },
});

export const listApiProductsMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ListApiProductsResponse',
  doc: 'A page of products. Without expansion, each has nothing but its name.',
  fields: { apiProduct: { type: apiProductMessage, repeated: true, doc: 'The products, ordered by name.' } },
});

export const moveApiProductMessage = defineMessage({
  name: 'GoogleCloudApigeeV1MoveApiProductRequest',
  doc: 'Where a product goes.',
  fields: { space: { type: 'string', doc: 'The space. None: the organization itself.' } },
});
