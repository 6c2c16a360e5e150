import type { ApiProduct, ApiProductProfile } from './api-product.ts';
import { type App, appFamilyDefault } from './app.ts';
import type {
  BulkApiProduct,
  BulkApp,
  BulkCompany,
  BulkCredential,
  BulkDeveloper,
  BulkOwner,
  BulkRatePlan,
  BulkStamp,
} from './bulk-record.ts';
import type { Company } from './company.ts';
import type { NamedMember } from './company-member.ts';
import type { Credential } from './credential.ts';
import { type Developer, keyOfEmail } from './developer.ts';
import { formatMoment } from './moment.ts';
import type { PlanOfProduct, RatePlanProfile } from './rate-plan.ts';
import type { Stamp } from './stamp.ts';

/** Entities as records: every member in one order, so that equal entities are equal texts. */

function formatStamp(stamp: Stamp): Required<BulkStamp> {
  return {
    createdAt: formatMoment(stamp.createdAt),
    createdBy: stamp.createdBy,
    lastModifiedAt: formatMoment(stamp.lastModifiedAt),
    lastModifiedBy: stamp.lastModifiedBy,
  };
}

/** In the order in which records show them. */
const productMembers = [
  'name',
  'displayName',
  'description',
  'approvalType',
  'attributes',
  'apiResources',
  'environments',
  'proxies',
  'scopes',
  'quota',
  'quotaInterval',
  'quotaTimeUnit',
  'quotaCounterScope',
  'llmQuota',
  'llmQuotaInterval',
  'llmQuotaTimeUnit',
  'operationGroup',
  'graphqlOperationGroup',
  'grpcOperationGroup',
  'llmOperationGroup',
  'payloadOperationGroup',
  'space',
] as const satisfies readonly (keyof ApiProductProfile)[];

export function formatProduct(product: ApiProduct): BulkApiProduct {
  return { kind: 'apiProduct', ...pick(product, productMembers), ...formatStamp(product) };
}

const planMembers = [
  'displayName',
  'description',
  'state',
  'billingPeriod',
  'paymentFundingModel',
  'currencyCode',
  'setupFee',
  'fixedRecurringFee',
  'fixedFeeFrequency',
  'consumptionPricingType',
  'consumptionPricingRates',
  'revenueShareType',
  'revenueShareRates',
] as const satisfies readonly (keyof RatePlanProfile)[];

export function formatPlan({ plan, productName }: PlanOfProduct): BulkRatePlan {
  const { id, startTime, endTime } = plan;
  return {
    kind: 'ratePlan',
    id,
    apiProduct: productName,
    ...pick(plan, planMembers),
    startTime: startTime === 0 ? undefined : formatMoment(startTime),
    endTime: endTime === 0 ? undefined : formatMoment(endTime),
    ...formatStamp(plan),
  };
}

function pick<T, Member extends keyof T>(entity: T, members: readonly Member[]): Pick<T, Member> {
  return Object.fromEntries(members.map((member) => [member, entity[member]])) as Pick<T, Member>;
}

export function formatDeveloper(developer: Developer): BulkDeveloper {
  const { id, email, firstName, lastName, userName, status, attributes, accessType, appFamily } = developer;
  return {
    kind: 'developer',
    email,
    developerId: id,
    ...{ firstName, lastName, userName, status, attributes, accessType, appFamily },
    ...formatStamp(developer),
  };
}

export function formatCompany(company: Company, members: readonly NamedMember[]): BulkCompany {
  const { id, name, displayName, status, channelId, channelUri, email, attributes } = company;
  return {
    kind: 'company',
    name,
    companyId: id,
    ...{ displayName, status, channelId, channelUri, email, attributes },
    members: members
      .map(({ email: developer, roles }) => ({ developer: keyOfEmail(developer), roles }))
      .toSorted((left, right) => (left.developer < right.developer ? -1 : 1)),
    ...formatStamp(company),
  };
}

export function formatApp(app: App, owner: BulkOwner): BulkApp {
  const { id, name, status, callbackUrl, appFamily = appFamilyDefault, attributes, scopes } = app;
  return {
    kind: 'app',
    owner,
    name,
    appId: id,
    ...{ status, callbackUrl, appFamily, attributes, scopes },
    ...formatStamp(app),
  };
}

/** Where a credential hangs. */
export interface CredentialPlace {
  readonly owner: BulkOwner;
  /** Name of the app. */
  readonly app: string;
}

export function formatCredential(credential: Credential, { owner, app }: CredentialPlace): BulkCredential {
  const { consumerKey, consumerSecret, status, issuedAt, expiresAt, products, attributes, scopes } = credential;
  return {
    kind: 'credential',
    ...{ owner, app, consumerKey, consumerSecret, status },
    issuedAt: formatMoment(issuedAt),
    expiresAt: expiresAt === undefined ? undefined : formatMoment(expiresAt),
    apiProducts: products.map(({ name, status: standing }) => ({ name, status: standing })),
    ...{ attributes, scopes },
    ...formatStamp(credential),
  };
}
