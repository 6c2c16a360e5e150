import type {
  AppRecord,
  ApprovalRecord,
  CredentialRecord,
  HeldNoun,
  OperationGroupsRecord,
  OwnerRecord,
  ProductRecord,
  RecordChange,
} from '@claviger/verify';
import type { ApiProduct } from '../domain/api-product.ts';
import { parseList, parseMembers } from './json.ts';
import type { StampRow } from './schema.ts';
import type { SourceRows } from './verification-statement.ts';

/** A row as verifiers hold it. One that can't be read comes as one that is gone: it must let nobody in (G6). */
export function toRecordChange(noun: HeldNoun, row: SourceRows[HeldNoun]): RecordChange {
  try {
    return convert(noun, row);
  } catch {
    return { noun, id: row.id, record: undefined };
  }
}

function convert(noun: HeldNoun, row: SourceRows[HeldNoun]): RecordChange {
  const { id } = row;
  switch (noun) {
    case 'developer':
      return { noun, id, record: toDeveloper(row as SourceRows['developer']) };
    case 'company':
      return { noun, id, record: toCompany(row as SourceRows['company']) };
    case 'app':
      return { noun, id, record: toApp(row as SourceRows['app']) };
    case 'api-product':
      return { noun, id, record: toProduct(row as SourceRows['api-product']) };
    case 'credential': {
      const source = row as SourceRows['credential'];
      const hash = Buffer.from(source.lookup_hash, 'hex').toString('latin1');
      return { noun, id, record: toCredential(source), hash };
    }
  }
}

function toAuthored(row: StampRow) {
  return {
    createdAt: row.created_at,
    createdBy: row.created_by,
    lastModifiedAt: row.last_modified_at,
    lastModifiedBy: row.last_modified_by,
  };
}

/** Anything else than what lets in keeps out. */
function toStatus(status: string): 'active' | 'inactive' {
  return status === 'active' ? 'active' : 'inactive';
}

function toDeveloper(row: SourceRows['developer']): OwnerRecord {
  return {
    kind: 'developer',
    id: row.id,
    email: row.email,
    userName: row.user_name ?? undefined,
    firstName: row.first_name,
    lastName: row.last_name,
    status: toStatus(row.status),
    attributes: parseList(row.attributes),
    ...toAuthored(row),
  };
}

function toCompany(row: SourceRows['company']): OwnerRecord {
  return {
    kind: 'company',
    id: row.id,
    name: row.name,
    displayName: row.display_name ?? undefined,
    status: toStatus(row.status),
    attributes: parseList(row.attributes),
    ...toAuthored(row),
  };
}

function toApp(row: SourceRows['app']): AppRecord {
  return {
    id: row.id,
    owner: { kind: row.owner_kind === 'company' ? 'company' : 'developer', id: row.owner_id },
    name: row.name,
    status: row.status === 'approved' ? 'approved' : 'revoked',
    callbackUrl: row.callback_url ?? undefined,
    appFamily: row.app_family ?? undefined,
    attributes: parseList(row.attributes),
    scopes: parseList(row.scopes),
    ...toAuthored(row),
  };
}

function toCredential(row: SourceRows['credential']): CredentialRecord {
  return {
    id: row.id,
    appId: row.app_id,
    status: row.status as ApprovalRecord,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at ?? undefined,
    products: parseList(row.products),
    attributes: parseList(row.attributes),
    scopes: parseList(row.scopes),
  };
}

function toProduct(row: SourceRows['api-product']): ProductRecord {
  const content = parseMembers(row.content) as Omit<ApiProduct, 'id' | 'organizationId' | 'name'>;
  const { quota: limit, quotaInterval: interval, quotaTimeUnit: timeUnit } = content;
  return {
    id: row.id,
    name: row.name,
    displayName: content.displayName,
    environments: content.environments,
    proxies: content.proxies,
    apiResources: content.apiResources,
    scopes: content.scopes,
    attributes: content.attributes,
    quota: limit === undefined ? undefined : { limit, interval, timeUnit },
    operationGroups: toGroups(content),
  };
}

/** Members of a kind that the product has no group for are absent. */
function toGroups(content: Partial<ApiProduct>): OperationGroupsRecord {
  return {
    rest: content.operationGroup?.operationConfigs,
    graphql: content.graphqlOperationGroup?.operationConfigs,
    grpc: content.grpcOperationGroup?.operationConfigs,
    llm: content.llmOperationGroup?.operationConfigs.map(({ apiSource, attributes, llmTokenQuota, llmOperations }) => ({
      apiSource,
      attributes,
      quota: llmTokenQuota,
      operations: llmOperations,
    })),
    payload: content.payloadOperationGroup?.operationConfigs.map(({ operations, ...config }) => ({
      ...config,
      operations: operations.map(({ operation }) => operation),
    })),
  };
}
