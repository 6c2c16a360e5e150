import type { Attribute } from './attribute.ts';
import type { Stamp } from './stamp.ts';

export type ApprovalType = 'auto' | 'manual';

/** A limit in calls (or tokens), as text on the wire in both dialects: `limit` calls in `interval` `timeUnit`s. */
export interface ProductQuota {
  readonly limit: string;
  readonly interval: string;
  readonly timeUnit: string | undefined;
}

/** What one entry of an operation group has besides its operations. */
interface OperationConfigBase {
  /** The proxy or remote service. */
  readonly apiSource: string;
  readonly quota: ProductQuota | undefined;
  readonly attributes: readonly Attribute[];
}

export type OperationConfigType = 'proxy' | 'remoteservice';

/** compat/x.md §1.1, "OperationGroup". Empty `methods`: all of them. */
export interface OperationGroup {
  readonly operationConfigType: OperationConfigType | undefined;
  readonly operationConfigs: readonly (OperationConfigBase & {
    readonly operations: readonly { readonly resource: string; readonly methods: readonly string[] }[];
  })[];
}

export interface GraphqlOperationGroup {
  readonly operationConfigType: OperationConfigType | undefined;
  readonly operationConfigs: readonly (OperationConfigBase & {
    readonly operations: readonly {
      readonly operation: string | undefined;
      readonly operationTypes: readonly string[];
    }[];
  })[];
}

export interface GrpcOperationGroup {
  readonly operationConfigs: readonly (OperationConfigBase & {
    readonly service: string;
    readonly methods: readonly string[];
  })[];
}

export interface LlmOperationGroup {
  readonly operationConfigs: readonly {
    readonly apiSource: string;
    readonly llmOperations: readonly {
      readonly resource: string;
      readonly methods: readonly string[];
      readonly model: string | undefined;
    }[];
    readonly llmTokenQuota: ProductQuota | undefined;
    readonly attributes: readonly Attribute[];
  }[];
}

export interface PayloadOperationGroup {
  readonly operationConfigs: readonly (OperationConfigBase & {
    readonly operations: readonly { readonly operation: string }[];
  })[];
}

/** A bundle of APIs that keys are given for (compat/edge.md §6, compat/x.md §1.1). Its name never changes. */
export interface ApiProduct extends Stamp {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly displayName: string | undefined;
  readonly description: string | undefined;
  readonly approvalType: ApprovalType;
  readonly attributes: readonly Attribute[];
  readonly apiResources: readonly string[];
  /** Empty: all. */
  readonly environments: readonly string[];
  readonly proxies: readonly string[];
  readonly scopes: readonly string[];
  readonly quota: string | undefined;
  readonly quotaInterval: string | undefined;
  readonly quotaTimeUnit: string | undefined;
  readonly quotaCounterScope: string | undefined;
  readonly operationGroup: OperationGroup | undefined;
  readonly graphqlOperationGroup: GraphqlOperationGroup | undefined;
  readonly grpcOperationGroup: GrpcOperationGroup | undefined;
  readonly llmOperationGroup: LlmOperationGroup | undefined;
  readonly llmQuota: string | undefined;
  readonly llmQuotaInterval: string | undefined;
  readonly llmQuotaTimeUnit: string | undefined;
  readonly payloadOperationGroup: PayloadOperationGroup | undefined;
  readonly space: string | undefined;
}
