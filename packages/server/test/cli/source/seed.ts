import type { ApiProduct } from '../../../src/domain/api-product.ts';
import type { App } from '../../../src/domain/app.ts';
import type { Company } from '../../../src/domain/company.ts';
import type { Credential, CredentialStatus } from '../../../src/domain/credential.ts';
import type { Developer } from '../../../src/domain/developer.ts';
import type { Store, StoreTransaction } from '../../../src/ports/store.ts';
import {
  makeApp,
  makeCompany,
  makeCredential,
  makeDeveloper,
  makeProduct,
  makeRatePlan,
} from '../../support/entity.ts';

/** One in so many has what a migration easily loses. */
const statuses: readonly CredentialStatus[] = ['approved', 'approved', 'revoked', 'pending'];
const day = 86_400_000;
const start = 1_500_000_000_000;
const developersPerWrite = 500;

export interface Seed {
  readonly developers: number;
  /** Apps of one developer more than a page of Edge holds. */
  readonly manyApps?: number;
}

/**
 * Fills an organization straight through the store, with all that the calls of the dialects can't set: old times and
 * other authors, keys that are over, revoked or pending, products on keys in each state, closed companies.
 */
export async function seedOrganization(store: Store, organization: string, seed: Seed): Promise<void> {
  const id = (await store.organizations.findByName(organization))?.id;
  if (id === undefined) throw new Error(`no organization ${organization}`);
  await store.write((transaction) => seedProducts(transaction, id));
  for (let first = 0; first < seed.developers; first += developersPerWrite) {
    const last = Math.min(seed.developers, first + developersPerWrite);
    await store.write(async (transaction) => {
      for (let at = first; at < last; at++) await seedDeveloper(transaction, id, at);
    });
  }
  await store.write((transaction) => seedCompanies(transaction, id));
  await store.write((transaction) => seedManyApps(transaction, id, seed.manyApps ?? 0));
}

/** Made once, changed once, by two people. */
function stampOf(at: number) {
  const createdAt = start + at * 1000 + 123;
  return {
    createdAt,
    createdBy: 'old@example.com',
    lastModifiedAt: createdAt + day,
    lastModifiedBy: 'other@example.com',
  };
}

async function seedProducts(transaction: StoreTransaction, organizationId: string): Promise<void> {
  const attributes = [
    { name: 'access', value: 'public' },
    { name: 'note', value: 'ä "b"\n' },
  ];
  const made: Partial<ApiProduct>[] = [
    { name: 'free', displayName: 'Free', attributes, environments: ['prod', 'test'], scopes: ['READ', 'WRITE'] },
    { name: 'gold', approvalType: 'manual', quota: '10', quotaInterval: '1', quotaTimeUnit: 'minute', proxies: ['p'] },
    {
      name: 'ops $%',
      description: 'with operations',
      operationGroup: {
        operationConfigType: 'proxy',
        operationConfigs: [
          {
            apiSource: 'weather',
            operations: [{ resource: '/now', methods: ['GET'] }],
            quota: { limit: '5', interval: '1', timeUnit: 'hour' },
            attributes: [{ name: 'a', value: 'b' }],
          },
        ],
      },
    },
  ];
  for (const [at, given] of made.entries()) {
    const product = makeProduct(organizationId, { ...given, ...stampOf(at) });
    await transaction.products.insert(product);
    const money = { currencyCode: 'EUR', units: '5', nanos: 10_000_000 };
    const rates = {
      consumptionPricingType: 'BANDED',
      consumptionPricingRates: [{ start: 0, end: 100, fee: money }],
    } as const;
    if (at === 0)
      await transaction.ratePlans.insert(makeRatePlan(product, { displayName: 'Plan', setupFee: money, ...rates }));
  }
}

async function seedDeveloper(transaction: StoreTransaction, organizationId: string, at: number): Promise<void> {
  const number = String(at).padStart(6, '0');
  const developer: Developer = makeDeveloper(organizationId, {
    email: `dev+${number}@example.com`,
    firstName: `Ann ${number}`,
    userName: `ann${number}`,
    status: at % 7 === 3 ? 'inactive' : 'active',
    attributes:
      at % 3 === 0
        ? [
            { name: 'tier', value: `${at % 5}` },
            { name: 'empty', value: '' },
          ]
        : [],
    ...stampOf(at),
  });
  await transaction.developers.insert(developer);
  for (let app = 0; app < (at % 4 === 3 ? 2 : at % 4 === 0 ? 0 : 1); app++) {
    await seedApp(transaction, { kind: 'developer', id: developer.id, organizationId }, at * 10 + app);
  }
}

interface Owner {
  readonly kind: 'developer' | 'company';
  readonly id: string;
  readonly organizationId: string;
}

async function seedApp(transaction: StoreTransaction, { organizationId, ...owner }: Owner, at: number): Promise<void> {
  const app: App = makeApp(organizationId, owner, {
    name: `app ${at}`,
    status: at % 9 === 4 ? 'revoked' : 'approved',
    callbackUrl: at % 2 === 0 ? `https://example.com/${at}` : undefined,
    attributes: [{ name: 'DisplayName', value: `App ${at}` }],
    scopes: at % 5 === 0 ? ['READ'] : [],
    appFamily: owner.kind === 'developer' && at % 6 === 0 ? 'mobile' : 'default',
    ...stampOf(at),
  });
  await transaction.apps.insert(app);
  for (let key = 0; key <= at % 3; key++) await transaction.credentials.insert(makeKey(app, at, key));
}

function makeKey(app: App, at: number, key: number): Credential {
  const issuedAt = start + at * 1000 + key * 60_000;
  const expiries = [undefined, issuedAt + day, 4_000_000_000_000];
  return makeCredential(app, {
    status: statuses[(at + key) % statuses.length] ?? 'approved',
    products: [
      { name: 'free', status: 'approved' as const },
      { name: 'gold', status: statuses[(at + key + 1) % statuses.length] ?? 'pending' },
      { name: 'ops $%', status: 'revoked' as const },
    ].slice(0, (at + key) % 4),
    attributes: key === 1 ? [{ name: 'of', value: 'the key' }] : [],
    scopes: at % 5 === 0 ? ['READ'] : [],
    issuedAt,
    expiresAt: expiries[(at + key) % expiries.length],
    ...stampOf(at),
    createdAt: issuedAt,
  });
}

async function seedCompanies(transaction: StoreTransaction, organizationId: string): Promise<void> {
  const members = await transaction.developers.list(organizationId, { limit: 6 });
  for (const [at, name] of ['Alpha', 'beta co', 'closed'].entries()) {
    const company: Company = makeCompany(organizationId, {
      name,
      displayName: `The ${name}`,
      status: name === 'closed' ? 'inactive' : 'active',
      attributes: [{ name: 'branch', value: `${at}` }],
      ...stampOf(at),
    });
    await transaction.companies.insert(company);
    for (const developer of members.slice(at, at + 3)) {
      await transaction.companies.setMember(company, { developerId: developer.id, roles: at === 0 ? ['admin'] : [] });
    }
    for (let app = 0; app < 3; app++) {
      await seedApp(transaction, { kind: 'company', id: company.id, organizationId }, 9_000_000 + at * 10 + app);
    }
  }
}

async function seedManyApps(transaction: StoreTransaction, organizationId: string, count: number): Promise<void> {
  if (count === 0) return;
  const developer = makeDeveloper(organizationId, { email: 'many@example.com', userName: 'many', ...stampOf(1) });
  await transaction.developers.insert(developer);
  const owner = { kind: 'developer', id: developer.id, organizationId } as const;
  for (let at = 0; at < count; at++) await seedApp(transaction, owner, 5_000_000 + at);
}
