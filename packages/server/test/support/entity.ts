import { randomBytes, randomUUID } from 'node:crypto';
import type { Account, AccountToken } from '../../src/domain/account.ts';
import type { ApiProduct } from '../../src/domain/api-product.ts';
import type { App, AppOwner } from '../../src/domain/app.ts';
import type { AuditDraft } from '../../src/domain/audit.ts';
import type { ChangeDraft } from '../../src/domain/change.ts';
import type { Company } from '../../src/domain/company.ts';
import type { Credential } from '../../src/domain/credential.ts';
import type { Developer } from '../../src/domain/developer.ts';
import type { Environment } from '../../src/domain/environment.ts';
import type { Organization } from '../../src/domain/organization.ts';
import type { RatePlan } from '../../src/domain/rate-plan.ts';
import type { Role } from '../../src/domain/role.ts';
import type { RuntimeCredential } from '../../src/domain/runtime-credential.ts';
import { stampNew } from '../../src/domain/stamp.ts';
import type { AccountSecrets, Store } from '../../src/ports/store.ts';

const stamp = stampNew(1_700_000_000_000, 'admin@example.com');

export function makeOrganization(given: Partial<Organization> = {}): Organization {
  const id = randomUUID();
  const properties = [{ name: 'features.isCpsEnabled', value: 'true' }];
  const displayName = 'An organization';
  return {
    id,
    name: `org-${id}`,
    dialect: 'edge',
    displayName,
    properties,
    secretsShownOnce: false,
    ...stamp,
    ...given,
  };
}

export function makeEnvironment(organizationId: string, given: Partial<Environment> = {}): Environment {
  return { id: randomUUID(), organizationId, name: 'test', properties: [], ...stamp, ...given };
}

export function makeDeveloper(organizationId: string, given: Partial<Developer> = {}): Developer {
  const id = randomUUID();
  return {
    id,
    organizationId,
    email: `${id}@example.com`,
    firstName: 'Ann',
    lastName: 'Example',
    userName: undefined,
    status: 'active',
    attributes: [],
    accessType: undefined,
    appFamily: undefined,
    ...stamp,
    ...given,
  };
}

export function makeApp(organizationId: string, owner: AppOwner, given: Partial<App> = {}): App {
  const id = randomUUID();
  return {
    id,
    organizationId,
    owner,
    name: `app-${id}`,
    status: 'approved',
    callbackUrl: undefined,
    attributes: [],
    scopes: [],
    appFamily: undefined,
    ...stamp,
    ...given,
  };
}

/** A credential with a key and a secret of its own. */
export function makeCredential(app: Pick<App, 'id' | 'organizationId'>, given: Partial<Credential> = {}): Credential {
  return {
    id: randomUUID(),
    organizationId: app.organizationId,
    appId: app.id,
    consumerKey: randomBytes(24).toString('base64url'),
    consumerSecret: randomBytes(12).toString('base64url'),
    status: 'approved',
    products: [],
    attributes: [],
    scopes: [],
    issuedAt: stamp.createdAt,
    expiresAt: undefined,
    ...stamp,
    ...given,
  };
}

export function makeProduct(organizationId: string, given: Partial<ApiProduct> = {}): ApiProduct {
  const id = randomUUID();
  return {
    id,
    organizationId,
    name: `product-${id}`,
    displayName: 'A product',
    description: undefined,
    approvalType: 'auto',
    attributes: [],
    apiResources: [],
    environments: [],
    proxies: [],
    scopes: [],
    quota: undefined,
    quotaInterval: undefined,
    quotaTimeUnit: undefined,
    quotaCounterScope: undefined,
    operationGroup: undefined,
    graphqlOperationGroup: undefined,
    grpcOperationGroup: undefined,
    llmOperationGroup: undefined,
    llmQuota: undefined,
    llmQuotaInterval: undefined,
    llmQuotaTimeUnit: undefined,
    payloadOperationGroup: undefined,
    space: undefined,
    ...stamp,
    ...given,
  };
}

export function makeRatePlan(
  { id: productId, organizationId }: Pick<ApiProduct, 'id' | 'organizationId'>,
  given: Partial<RatePlan> = {},
): RatePlan {
  return {
    id: randomUUID(),
    organizationId,
    productId,
    displayName: undefined,
    description: undefined,
    state: undefined,
    billingPeriod: undefined,
    paymentFundingModel: undefined,
    currencyCode: undefined,
    setupFee: undefined,
    fixedRecurringFee: undefined,
    fixedFeeFrequency: 0,
    consumptionPricingType: undefined,
    consumptionPricingRates: [],
    revenueShareType: undefined,
    revenueShareRates: [],
    startTime: 0,
    endTime: 0,
    ...stamp,
    ...given,
  };
}

export function makeCompany(organizationId: string, given: Partial<Company> = {}): Company {
  const id = randomUUID();
  return {
    id,
    organizationId,
    name: `company-${id}`,
    displayName: undefined,
    status: 'active',
    attributes: [],
    channelId: undefined,
    channelUri: undefined,
    email: undefined,
    ...stamp,
    ...given,
  };
}

export function makeAccount(given: Partial<Account & AccountSecrets> = {}): Account & AccountSecrets {
  const id = randomUUID();
  return {
    id,
    email: `${id}@example.com`,
    firstName: 'Ada',
    lastName: 'Admin',
    status: 'active',
    sysadmin: false,
    passwordVersion: 1,
    passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
    scramVerifier: undefined,
    ...stamp,
    ...given,
  };
}

export function makeToken(accountId: string, given: Partial<AccountToken> = {}): AccountToken {
  const id = randomUUID();
  return { id, accountId, label: 'ci', createdAt: 1, createdBy: 'admin@example.com', expiresAt: undefined, ...given };
}

export function makeRuntimeCredential(
  organizationId: string,
  given: Partial<RuntimeCredential> = {},
): RuntimeCredential {
  return { id: randomUUID(), organizationId, name: 'gateway', createdAt: 1, createdBy: 'admin@example.com', ...given };
}

export function makeRole(organizationId: string, given: Partial<Role> = {}): Role {
  const permissions = [{ path: '/developers', verbs: ['get'] as const }];
  return { id: randomUUID(), organizationId, name: 'auditor', permissions, ...stamp, ...given };
}

export function makeChange(organizationId: string | undefined, given: Partial<ChangeDraft> = {}): ChangeDraft {
  return { organizationId, noun: 'developer', entityId: randomUUID(), kind: 'put', version: 1, ...given };
}

export function makeEntry(organizationId: string | undefined, given: Partial<AuditDraft> = {}): AuditDraft {
  return {
    organizationId,
    at: 1,
    account: 'ann@example.com',
    operation: 'CREATE',
    requestUri: '/v1/organizations/acme/developers',
    responseCode: 201,
    requestId: randomUUID(),
    resource: '/developers/ann@example.com',
    request: '',
    ...given,
  };
}

/** The same entity after one more change. */
export function nextVersion<E extends { readonly version: number }>(entity: E, changed: Partial<E> = {}): E {
  return { ...entity, ...changed, version: entity.version + 1 };
}

export async function insertOrganization(store: Store, given: Partial<Organization> = {}): Promise<Organization> {
  const organization = makeOrganization(given);
  await store.write((transaction) => transaction.organizations.insert(organization));
  return organization;
}

export async function insertDeveloper(
  store: Store,
  organizationId: string,
  given: Partial<Developer> = {},
): Promise<Developer> {
  const developer = makeDeveloper(organizationId, given);
  await store.write((transaction) => transaction.developers.insert(developer));
  return developer;
}

export async function insertAccount(
  store: Store,
  given: Partial<Account & AccountSecrets> = {},
): Promise<Account & AccountSecrets> {
  const account = makeAccount(given);
  await store.write((transaction) => transaction.accounts.insert(account));
  return account;
}

export async function insertApp(
  store: Store,
  owner: { readonly id: string; readonly organizationId: string },
  given: Partial<App> & { readonly ownerKind?: AppOwner['kind'] } = {},
): Promise<App> {
  const { ownerKind = 'developer', ...members } = given;
  const app = makeApp(owner.organizationId, { kind: ownerKind, id: owner.id }, members);
  await store.write((transaction) => transaction.apps.insert(app));
  return app;
}

export async function insertCredential(store: Store, app: App, given: Partial<Credential> = {}): Promise<Credential> {
  const credential = makeCredential(app, given);
  await store.write((transaction) => transaction.credentials.insert(credential));
  return credential;
}

export async function insertProduct(
  store: Store,
  organizationId: string,
  given: Partial<ApiProduct> = {},
): Promise<ApiProduct> {
  const product = makeProduct(organizationId, given);
  await store.write((transaction) => transaction.products.insert(product));
  return product;
}

export async function insertRatePlan(
  store: Store,
  product: ApiProduct,
  given: Partial<RatePlan> = {},
): Promise<RatePlan> {
  const plan = makeRatePlan(product, given);
  await store.write((transaction) => transaction.ratePlans.insert(plan));
  return plan;
}

export async function insertCompany(
  store: Store,
  organizationId: string,
  given: Partial<Company> = {},
): Promise<Company> {
  const company = makeCompany(organizationId, given);
  await store.write((transaction) => transaction.companies.insert(company));
  return company;
}
