import { type Attribute, type AttributeDraft, parseAttributes } from './attribute.ts';
import type { Authorship } from './developer.ts';
import type { DialectRules } from './dialect.ts';
import { type OperationGroupDrafts, type OperationGroups, parseOperationGroups } from './operation-group.ts';
import { Problem } from './problem.ts';
import { parseQuotaParts } from './product-quota.ts';
import { type Stamp, stampChanged, stampNew } from './stamp.ts';
import { isText, parseText } from './text.ts';

export type ApprovalType = 'auto' | 'manual';

/** How calls are counted where several operations share a quota. Absent: not said. */
export const quotaCounterScopes = ['PROXY', 'OPERATION', 'PRODUCT'] as const;
export type QuotaCounterScope = (typeof quotaCounterScopes)[number];

/** What a client says of a product, checked. */
export interface ApiProductProfile extends OperationGroups {
  readonly name: string;
  readonly displayName: string | undefined;
  readonly description: string | undefined;
  readonly approvalType: ApprovalType;
  readonly attributes: readonly Attribute[];
  /** In this list and the next three, `""` is kept as clients send it, and counts as no entry. */
  readonly apiResources: readonly string[];
  /** Empty: all. */
  readonly environments: readonly string[];
  readonly proxies: readonly string[];
  readonly scopes: readonly string[];
  readonly quota: string | undefined;
  readonly quotaInterval: string | undefined;
  readonly quotaTimeUnit: string | undefined;
  readonly quotaCounterScope: QuotaCounterScope | undefined;
  readonly llmQuota: string | undefined;
  readonly llmQuotaInterval: string | undefined;
  readonly llmQuotaTimeUnit: string | undefined;
  readonly space: string | undefined;
}

/** A bundle of APIs that keys are given for (compat/edge.md §6, compat/x.md §1.1). Its name never changes. */
export interface ApiProduct extends ApiProductProfile, Stamp {
  readonly id: string;
  readonly organizationId: string;
}

/** Members a client may set, as they come from a body. */
export interface ApiProductDraft extends OperationGroupDrafts {
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  readonly approvalType?: string | undefined;
  readonly attributes?: readonly AttributeDraft[] | undefined;
  readonly apiResources?: readonly string[] | undefined;
  readonly environments?: readonly string[] | undefined;
  readonly proxies?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly quota?: string | undefined;
  readonly quotaInterval?: string | undefined;
  readonly quotaTimeUnit?: string | undefined;
  readonly quotaCounterScope?: string | undefined;
  readonly llmQuota?: string | undefined;
  readonly llmQuotaInterval?: string | undefined;
  readonly llmQuotaTimeUnit?: string | undefined;
  readonly space?: string | undefined;
}

const nameShape = /^[A-Za-z0-9._$% -]{1,100}$/;
const displayNameLengthMax = 255;
const descriptionLengthMax = 4096;
const spaceLengthMax = 255;
/** Entries of a list, and characters of each. Ours; no source states them. */
const listMax = 2000;
const entryLengthMax = 2048;

/** Keys that one list of a product's users answers with, at most (compat/edge.md §6). */
export const productUsersMax = 100;

/** @throws Problem request.missing, api-product.invalid-name (compat/edge.md §6) */
export function parseProductName(value: string | undefined): string {
  if (value === undefined || value === '') throw new Problem('request.missing', { field: 'name' });
  // A path of one or two dots means another place to everything between client and server.
  if (nameShape.test(value) && value.trim() === value && value !== '.' && value !== '..') return value;
  throw new Problem('api-product.invalid-name', { product: value.slice(0, 100) });
}

/**
 * Checks every member against the dialect's rules.
 * @throws Problem request.missing, request.invalid, attribute.too-many, api-product.invalid-name,
 *   api-product.invalid-display-name
 */
export function parseProductProfile(draft: ApiProductDraft, rules: DialectRules): ApiProductProfile {
  for (const field of rules.productRequired) {
    if (draft[field] === undefined || draft[field] === '') throw new Problem('request.missing', { field });
  }
  const profile: ApiProductProfile = {
    name: parseProductName(draft.name),
    displayName: parseDisplayName(draft.displayName),
    description: parseOptional(draft.description, 'description', descriptionLengthMax),
    approvalType: parseApprovalType(draft.approvalType),
    attributes: parseAttributes(draft.attributes ?? [], rules, 'attributes'),
    apiResources: parseList(draft.apiResources, 'apiResources'),
    environments: parseList(draft.environments, 'environments'),
    proxies: parseList(draft.proxies, 'proxies'),
    scopes: parseList(draft.scopes, 'scopes'),
    ...parseQuotas(draft),
    ...parseOperationGroups(draft, rules),
    space: parseSpace(draft.space),
  };
  if (rules.resourcesBesideOperations === 'refused') refuseResourcesBesideOperations(profile);
  return profile;
}

/** An empty one is none: the organization itself. @throws Problem request.invalid */
export function parseSpace(value: string | undefined): string | undefined {
  return value === undefined || value === ''
    ? undefined
    : parseText(value, { field: 'space', lengthMax: spaceLengthMax });
}

export function createProductFrom(
  profile: ApiProductProfile,
  identity: { readonly id: string; readonly organizationId: string },
  { at, by }: Authorship,
): ApiProduct {
  return { ...profile, ...identity, ...stampNew(at, by) };
}

/** What an update leaves: all is replaced but the name, and the space, which has a call of its own. */
export function replaceProductProfile(
  product: ApiProduct,
  profile: ApiProductProfile,
  { at, by }: Authorship,
): ApiProduct {
  const { name, space } = product;
  return { ...product, ...profile, name, space, ...stampChanged(product, at, by) };
}

export function withProductSpace(product: ApiProduct, space: string | undefined, { at, by }: Authorship): ApiProduct {
  return { ...product, space, ...stampChanged(product, at, by) };
}

function parseDisplayName(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (value.length <= displayNameLengthMax && isText(value)) return value;
  throw new Problem('api-product.invalid-display-name', { displayName: value.slice(0, displayNameLengthMax) });
}

/** Where the dialect asks for none, a product approves by itself. */
function parseApprovalType(value: string | undefined): ApprovalType {
  if (value === undefined || value === '') return 'auto';
  if (value === 'auto' || value === 'manual') return value;
  throw new Problem('request.invalid', { field: 'approvalType', reason: 'has to be auto or manual' });
}

function parseOptional(value: string | undefined, field: string, lengthMax: number): string | undefined {
  return value === undefined ? undefined : parseText(value, { field, lengthMax, empty: 'allowed' });
}

function parseList(values: readonly string[] | undefined, field: string): string[] {
  if (values === undefined) return [];
  if (values.length > listMax) throw new Problem('request.invalid', { field, reason: `takes at most ${listMax}` });
  return values.map((value, index) =>
    parseText(value, { field: `${field}[${index}]`, lengthMax: entryLengthMax, empty: 'allowed' }),
  );
}

function parseQuotas(draft: ApiProductDraft) {
  const calls = parseQuotaParts(
    { limit: draft.quota, interval: draft.quotaInterval, timeUnit: draft.quotaTimeUnit },
    { limit: 'quota', interval: 'quotaInterval', timeUnit: 'quotaTimeUnit' },
  );
  const tokens = parseQuotaParts(
    { limit: draft.llmQuota, interval: draft.llmQuotaInterval, timeUnit: draft.llmQuotaTimeUnit },
    { limit: 'llmQuota', interval: 'llmQuotaInterval', timeUnit: 'llmQuotaTimeUnit' },
  );
  return {
    quota: calls.limit,
    quotaInterval: calls.interval,
    quotaTimeUnit: calls.timeUnit,
    quotaCounterScope: parseCounterScope(draft.quotaCounterScope),
    llmQuota: tokens.limit,
    llmQuotaInterval: tokens.interval,
    llmQuotaTimeUnit: tokens.timeUnit,
  };
}

function parseCounterScope(value: string | undefined): QuotaCounterScope | undefined {
  if (value === undefined || value === '' || value === 'QUOTA_COUNTER_SCOPE_UNSPECIFIED') return undefined;
  const scope = quotaCounterScopes.find((known) => known === value);
  if (scope !== undefined) return scope;
  const reason = `has to be one of ${quotaCounterScopes.join(', ')}`;
  throw new Problem('request.invalid', { field: 'quotaCounterScope', reason });
}

function refuseResourcesBesideOperations(profile: ApiProductProfile): void {
  const { operationGroup, graphqlOperationGroup, grpcOperationGroup, llmOperationGroup, payloadOperationGroup } =
    profile;
  const groups = {
    operationGroup,
    graphqlOperationGroup,
    grpcOperationGroup,
    llmOperationGroup,
    payloadOperationGroup,
  };
  const group = Object.entries(groups).find(([, value]) => value !== undefined)?.[0];
  if (group !== undefined) refuseBeside(profile, 'apiResources', group);
  if (payloadOperationGroup !== undefined) refuseBeside(profile, 'proxies', 'payloadOperationGroup');
}

function refuseBeside(profile: ApiProductProfile, field: 'apiResources' | 'proxies', group: string): void {
  if (profile[field].every((entry) => entry === '')) return;
  throw new Problem('request.invalid', { field, reason: `can not stand beside ${group}` });
}
