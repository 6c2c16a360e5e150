import { attribute, documentOf, stamp } from './shape.ts';
import { xmlCollection, xmlList, xmlRecord, xmlString } from './xml-shape.ts';

/**
 * `<ApiProduct name="base">` as clients send it (compat/edge.md §1.3). No source shows operation groups in XML: they
 * follow from the same rule.
 */
const strings = (item: string) => xmlList(item, xmlString);
const attributes = xmlList('Attribute', attribute);
const quota = xmlRecord({ elements: { interval: xmlString, limit: xmlString, timeUnit: xmlString } });
const parts = { apiSource: xmlString, attributes };

const operation = xmlRecord({ elements: { methods: strings('Method'), resource: xmlString } });
const graphqlOperation = xmlRecord({
  elements: { operation: xmlString, operationTypes: strings('OperationType') },
});
const grpcParts = { ...parts, methods: strings('Method'), quota, service: xmlString };
const llmOperation = xmlRecord({
  elements: { methods: strings('Method'), model: xmlString, resource: xmlString },
});
const payloadOperation = xmlRecord({ elements: { operation: xmlString } });

function group(config: Parameters<typeof xmlRecord>[0]['elements']) {
  const operationConfigs = xmlList('OperationConfig', xmlRecord({ elements: { ...config } }));
  return xmlRecord({ elements: { operationConfigType: xmlString, operationConfigs } });
}

const product = xmlRecord({
  attributes: { name: xmlString },
  elements: {
    apiResources: strings('ApiResource'),
    approvalType: xmlString,
    attributes,
    createdAt: stamp.createdAt,
    createdBy: stamp.createdBy,
    description: xmlString,
    displayName: xmlString,
    environments: strings('Environment'),
    graphqlOperationGroup: group({ ...parts, operations: xmlList('Operation', graphqlOperation), quota }),
    grpcOperationGroup: group(grpcParts),
    lastModifiedAt: stamp.lastModifiedAt,
    lastModifiedBy: stamp.lastModifiedBy,
    llmOperationGroup: group({ ...parts, llmOperations: xmlList('LlmOperation', llmOperation), llmTokenQuota: quota }),
    llmQuota: xmlString,
    llmQuotaInterval: xmlString,
    llmQuotaTimeUnit: xmlString,
    operationGroup: group({ ...parts, operations: xmlList('Operation', operation), quota }),
    payloadOperationGroup: group({ ...parts, operations: xmlList('Operation', payloadOperation), quota }),
    proxies: strings('Proxy'),
    quota: xmlString,
    quotaCounterScope: xmlString,
    quotaInterval: xmlString,
    quotaTimeUnit: xmlString,
    scopes: strings('Scope'),
  },
});

export const apiProductDocument = documentOf('ApiProduct', product);
/** The expanded list, `{"apiProduct":[…]}`. */
export const apiProductsDocument = documentOf('ApiProducts', xmlCollection('apiProduct', product));
