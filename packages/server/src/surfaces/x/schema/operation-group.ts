import { defineMessage, type Fields } from '../message.ts';
import { attributeMessage } from './attribute.ts';

/** compat/x.md §1.1: the five kinds of operation groups of a product. */

const quotaFields = {
  limit: { type: 'string', doc: 'How many, as text. Required.' },
  interval: { type: 'string', doc: 'In how many time units, as text. Required.' },
  timeUnit: { type: 'string', doc: 'Either second, minute, hour, day, week or month; hour where it is not said.' },
} as const satisfies Fields;

const quotaMessage = defineMessage({
  name: 'GoogleCloudApigeeV1Quota',
  doc: 'How many calls an app may make in a stretch of time.',
  fields: quotaFields,
});

const llmTokenQuotaMessage = defineMessage({
  name: 'GoogleCloudApigeeV1LlmTokenQuota',
  doc: 'How many tokens an app may use in a stretch of time.',
  fields: quotaFields,
});

const apiSource = { type: 'string', doc: 'Name of the proxy or remote service. Required.' } as const;
const attributes = { type: attributeMessage, repeated: true, doc: 'Up to 18 attributes of the entry.' } as const;
const quota = { type: quotaMessage, doc: 'The quota of the entry.' } as const;
const methods = { type: 'string', repeated: true, doc: 'HTTP methods. None: all of them.' } as const;
const resource = { type: 'string', doc: 'Path below that of the source. Required.' } as const;
const operationConfigType = { type: 'string', doc: 'Either proxy or remoteservice.' } as const;
const configsDoc = 'The entries, one at least.';

const operationMessage = defineMessage({
  name: 'GoogleCloudApigeeV1Operation',
  doc: 'A path with the methods that may be called on it.',
  fields: { resource, methods },
});

const operationConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1OperationConfig',
  doc: 'An operation of one source.',
  fields: {
    apiSource,
    operations: { type: operationMessage, repeated: true, doc: 'The operation: one at most.' },
    quota,
    attributes,
  },
});

export const operationGroupMessage = defineMessage({
  name: 'GoogleCloudApigeeV1OperationGroup',
  doc: 'Operations that are told apart by path and method.',
  fields: {
    operationConfigs: { type: operationConfigMessage, repeated: true, doc: configsDoc },
    operationConfigType,
  },
});

const graphqlOperationMessage = defineMessage({
  name: 'GoogleCloudApigeeV1GraphQLOperation',
  doc: 'A GraphQL operation.',
  fields: {
    operationTypes: { type: 'string', repeated: true, doc: 'Of query and mutation, one at least.' },
    operation: { type: 'string', doc: 'Its name. None: all of these types.' },
  },
});

const graphqlOperationConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1GraphQLOperationConfig',
  doc: 'GraphQL operations of one source.',
  fields: {
    apiSource,
    operations: { type: graphqlOperationMessage, repeated: true, doc: 'The operations, one at least.' },
    quota,
    attributes,
  },
});

export const graphqlOperationGroupMessage = defineMessage({
  name: 'GoogleCloudApigeeV1GraphQLOperationGroup',
  doc: 'Operations that are told apart by their GraphQL name and type.',
  fields: {
    operationConfigs: { type: graphqlOperationConfigMessage, repeated: true, doc: configsDoc },
    operationConfigType,
  },
});

const grpcOperationConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1GrpcOperationConfig',
  doc: 'Methods of one gRPC service.',
  fields: {
    apiSource,
    methods: { type: 'string', repeated: true, doc: 'Names of methods. None: all of the service.' },
    quota,
    attributes,
    service: { type: 'string', doc: 'Name of the service. Required.' },
  },
});

export const grpcOperationGroupMessage = defineMessage({
  name: 'GoogleCloudApigeeV1GrpcOperationGroup',
  doc: 'Operations that are told apart by gRPC service and method.',
  fields: { operationConfigs: { type: grpcOperationConfigMessage, repeated: true, doc: configsDoc } },
});

const llmOperationMessage = defineMessage({
  name: 'GoogleCloudApigeeV1LlmOperation',
  doc: 'A path that leads to a language model.',
  fields: { resource, methods, model: { type: 'string', doc: 'Name of the model. Required.' } },
});

const llmOperationConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1LlmOperationConfig',
  doc: 'Use of a language model through one source.',
  fields: {
    apiSource,
    llmOperations: { type: llmOperationMessage, repeated: true, doc: 'The operation: just one.' },
    llmTokenQuota: { type: llmTokenQuotaMessage, doc: 'The quota of the entry, in tokens.' },
    attributes,
  },
});

export const llmOperationGroupMessage = defineMessage({
  name: 'GoogleCloudApigeeV1LlmOperationGroup',
  doc: 'Operations that are told apart by path, method and language model.',
  fields: { operationConfigs: { type: llmOperationConfigMessage, repeated: true, doc: configsDoc } },
});

const payloadOperationMessage = defineMessage({
  name: 'GoogleCloudApigeeV1PayloadOperation',
  doc: 'An operation that the body of a call names.',
  fields: { operation: { type: 'string', doc: 'Its name. Required.' } },
});

const payloadOperationConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1PayloadOperationConfig',
  doc: 'Operations of one source that bodies name.',
  fields: {
    apiSource,
    operations: { type: payloadOperationMessage, repeated: true, doc: 'The operations.' },
    quota,
    attributes,
  },
});

export const payloadOperationGroupMessage = defineMessage({
  name: 'GoogleCloudApigeeV1PayloadOperationGroup',
  doc: 'Operations that are told apart by what the body of a call names, as in JSON-RPC.',
  fields: { operationConfigs: { type: payloadOperationConfigMessage, repeated: true, doc: configsDoc } },
});
