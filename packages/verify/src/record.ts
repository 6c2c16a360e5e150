/**
 * What a verifier holds, a record per noun: one change of a developer reaches all of his keys, however many they are.
 * Times are milliseconds since 1970 UTC.
 */
export interface AttributeRecord {
  readonly name: string;
  readonly value: string;
}

/** Who made a record and who changed it last; gateways hand it on as flow variables (compat/edge.md §11.3). */
interface Authored {
  readonly createdAt: number;
  readonly createdBy: string;
  readonly lastModifiedAt: number;
  readonly lastModifiedBy: string;
}

export interface DeveloperRecord extends Authored {
  readonly kind: 'developer';
  readonly id: string;
  readonly email: string;
  readonly userName: string | undefined;
  readonly firstName: string;
  readonly lastName: string;
  readonly status: 'active' | 'inactive';
  readonly attributes: readonly AttributeRecord[];
}

export interface CompanyRecord extends Authored {
  readonly kind: 'company';
  readonly id: string;
  readonly name: string;
  readonly displayName: string | undefined;
  readonly status: 'active' | 'inactive';
  readonly attributes: readonly AttributeRecord[];
}

/** Whom an app belongs to. */
export type OwnerRecord = DeveloperRecord | CompanyRecord;

export interface AppRecord extends Authored {
  readonly id: string;
  readonly owner: { readonly kind: OwnerRecord['kind']; readonly id: string };
  readonly name: string;
  readonly status: 'approved' | 'revoked';
  readonly callbackUrl: string | undefined;
  readonly appFamily: string | undefined;
  readonly attributes: readonly AttributeRecord[];
  readonly scopes: readonly string[];
}

export type ApprovalRecord = 'approved' | 'revoked' | 'pending';

/** A consumer key, without the key: it is found by its hash (design.md, "Keys"). */
export interface CredentialRecord {
  readonly id: string;
  readonly appId: string;
  readonly status: ApprovalRecord;
  readonly issuedAt: number;
  /** Absent: never. */
  readonly expiresAt: number | undefined;
  /** In the order in which they were added, which is the order in which they are tried. */
  readonly products: readonly { readonly name: string; readonly status: ApprovalRecord }[];
  readonly attributes: readonly AttributeRecord[];
  readonly scopes: readonly string[];
}

/** `limit` calls in `interval` `timeUnit`s, as the plane keeps them: as text. */
export interface QuotaRecord {
  readonly limit: string;
  readonly interval: string | undefined;
  readonly timeUnit: string | undefined;
}

interface OperationConfigRecord {
  /** The proxy or remote service. */
  readonly apiSource: string;
  readonly quota: QuotaRecord | undefined;
  readonly attributes: readonly AttributeRecord[];
}

/** A path and what may be done with it; no method: every one. */
export interface ResourceRecord {
  readonly resource: string;
  readonly methods: readonly string[];
}

/** Operation groups (compat/x.md §1.1). Absent: the product has none of this kind. */
export interface OperationGroupsRecord {
  readonly rest?: readonly (OperationConfigRecord & { readonly operations: readonly ResourceRecord[] })[] | undefined;
  readonly graphql?:
    | readonly (OperationConfigRecord & {
        readonly operations: readonly {
          /** Absent: every name. */
          readonly operation: string | undefined;
          readonly operationTypes: readonly string[];
        }[];
      })[]
    | undefined;
  readonly grpc?:
    | readonly (OperationConfigRecord & { readonly service: string; readonly methods: readonly string[] })[]
    | undefined;
  readonly llm?:
    | readonly (OperationConfigRecord & {
        readonly operations: readonly (ResourceRecord & { readonly model: string | undefined })[];
      })[]
    | undefined;
  readonly payload?: readonly (OperationConfigRecord & { readonly operations: readonly string[] })[] | undefined;
}

export interface ProductRecord {
  readonly id: string;
  readonly name: string;
  readonly displayName: string | undefined;
  /** Of these three lists: empty allows everything, and an entry `""` is none (compat/edge.md §6). */
  readonly environments: readonly string[];
  readonly proxies: readonly string[];
  readonly apiResources: readonly string[];
  readonly scopes: readonly string[];
  readonly attributes: readonly AttributeRecord[];
  readonly quota: QuotaRecord | undefined;
  readonly operationGroups: OperationGroupsRecord;
}

/** What of an organization a verdict depends on beside its records. */
export interface OrganizationFacts {
  readonly organization: string;
  /** Whether a key without any product works (compat/edge.md §11.1). */
  readonly productlessKeys: 'work' | 'refused';
  /** Secret of the organization, hashed together with each key (design.md, "Keys"). */
  readonly lookupKey: string;
}
