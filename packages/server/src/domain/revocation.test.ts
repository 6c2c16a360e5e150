import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileProduct, decide, type Facts } from '@claviger/verify';
import fc from 'fast-check';
import {
  makeApp,
  makeCompany,
  makeCredential,
  makeDeveloper,
  makeOrganization,
  makeProduct,
  nextVersion,
} from '../../test/support/entity.ts';
import type { ApiProduct } from './api-product.ts';
import type { App } from './app.ts';
import type { Credential } from './credential.ts';
import type { Developer } from './developer.ts';
import { type Organization, requiresProducts } from './organization.ts';
import {
  takesFromApp,
  takesFromCredential,
  takesFromOrganization,
  takesFromOwner,
  takesFromProduct,
} from './revocation.ts';

const developer = makeDeveloper('org');
const app = makeApp('org', { kind: 'developer', id: developer.id });
const requiring = { name: 'features.keymanagement.disable.unbounded.permissions', value: 'true' };

/** All that a verdict depends on. */
interface World {
  readonly developer: Developer;
  readonly app: App;
  readonly credential: Credential;
  readonly products: readonly ApiProduct[];
  readonly requiresProducts: boolean;
}

const calls = ['test', 'prod'].flatMap((environment) =>
  ['weather', 'maps'].flatMap((proxy) => ['/', '/a', '/a/b'].map((path) => ({ environment, proxy, path }))),
);

function isAllowed({ developer: owner, app: held, credential, products, requiresProducts: strict }: World, at: number) {
  const compiled = new Map(
    products.map((product) => [product.name, compileProduct({ ...product, quota: undefined, operationGroups: {} })]),
  );
  const facts: Facts = {
    held: { credential, app: held, owner: { ...owner, kind: 'developer' } },
    findProduct: (name) => compiled.get(name),
    productlessKeys: strict ? 'refused' : 'work',
    now: at,
  };
  return calls.map((call) => decide(call, facts).allowed);
}

const status = fc.constantFrom('approved' as const, 'revoked' as const, 'pending' as const);
const list = (...values: string[]) => fc.subarray(values);
const product = fc.record({
  environments: list('test', 'prod'),
  proxies: list('weather', 'maps'),
  apiResources: list('/a', '/a/*'),
});
const world = fc
  .record({
    active: fc.constantFrom('active' as const, 'inactive' as const),
    appStatus: fc.constantFrom('approved' as const, 'revoked' as const),
    status,
    expiresAt: fc.constantFrom(undefined, 5, 10, 20),
    products: fc.uniqueArray(fc.record({ name: fc.constantFrom('gold', 'silver'), status }), {
      selector: ({ name }) => name,
    }),
    gold: fc.option(product),
    silver: fc.option(product),
    requiresProducts: fc.boolean(),
  })
  .map((drawn): World => {
    const named = (name: 'gold' | 'silver') =>
      drawn[name] === null ? [] : [{ ...makeProduct('org', { id: name, name }), ...drawn[name] }];
    const { products, expiresAt } = drawn;
    const given = { id: 'key', consumerKey: 'k', consumerSecret: 's', status: drawn.status, products, expiresAt };
    return {
      developer: { ...developer, status: drawn.active },
      app: { ...app, status: drawn.appStatus },
      credential: makeCredential(app, given),
      products: [...named('gold'), ...named('silver')],
      requiresProducts: drawn.requiresProducts,
    };
  });

type Step = (before: World, other: World) => { readonly after: World; readonly takesAway: boolean };

function changeCredential(member: 'status' | 'expiresAt' | 'products'): Step {
  return (before, other) => {
    const credential = { ...before.credential, [member]: other.credential[member] };
    return { after: { ...before, credential }, takesAway: takesFromCredential(before.credential, credential) };
  };
}

function changeProduct(
  change: (before: ApiProduct | undefined, other: ApiProduct | undefined) => ApiProduct | undefined,
) {
  return (before: World, other: World) => {
    const find = ({ products }: World) => products.find(({ name }) => name === 'gold');
    const old = find(before);
    const now = change(old, find(other));
    const products = [...before.products.filter((each) => each !== old), ...(now === undefined ? [] : [now])];
    return { after: { ...before, products }, takesAway: takesFromProduct(old, now) };
  };
}

function changeList(member: 'environments' | 'proxies' | 'apiResources'): Step {
  return changeProduct((before, other) => before && { ...before, [member]: other?.[member] ?? [] });
}

/** One change of one entity, as an operation makes it, with what its rule says. */
const steps: Readonly<Record<string, Step>> = {
  owner: (before, { developer: now }) => ({
    after: { ...before, developer: now },
    takesAway: takesFromOwner(before.developer, now),
  }),
  app: (before, { app: now }) => ({ after: { ...before, app: now }, takesAway: takesFromApp(before.app, now) }),
  status: changeCredential('status'),
  expiry: changeCredential('expiresAt'),
  products: changeCredential('products'),
  environments: changeList('environments'),
  proxies: changeList('proxies'),
  resources: changeList('apiResources'),
  product: changeProduct((before, other) => (before === undefined ? other : undefined)),
  organization: (before, other) => ({
    after: { ...before, requiresProducts: other.requiresProducts },
    takesAway: takesFromOrganization(organizationOf(before), organizationOf(other)),
  }),
};

function organizationOf({ requiresProducts: strict }: World): Organization {
  return makeOrganization({ id: 'org', name: 'org', properties: strict ? [requiring] : [] });
}

describe('whether a change takes a right away', () => {
  for (const [name, step] of Object.entries(steps)) {
    it(`is yes wherever a verdict turns from allowed to refused: ${name}`, () => {
      let turned = 0;
      fc.assert(
        fc.property(world, world, fc.constantFrom(1, 7, 15), (before, other, now) => {
          const { after, takesAway } = step(before, other);
          const then = isAllowed(after, now);
          const lost = isAllowed(before, now).some((allowed, at) => allowed && !then[at]);
          if (lost) turned++;
          assert.ok(!lost || takesAway);
        }),
        { numRuns: 2000, seed: 4 },
      );
      assert.ok(turned > 0);
    });
  }

  it('is yes for an owner or app that becomes inactive or goes, and no for one that is made, given back or renamed', () => {
    const inactive = { status: 'inactive' } as const;
    assert.equal(takesFromOwner(developer, nextVersion(developer, inactive)), true);
    assert.equal(takesFromOwner(developer, undefined), true);
    assert.equal(takesFromOwner(undefined, { ...developer, ...inactive }), false);
    assert.equal(takesFromOwner({ ...developer, ...inactive }, nextVersion(developer)), false);
    assert.equal(takesFromOwner(developer, nextVersion(developer, { email: 'other@example.com' })), false);
    const company = makeCompany('org');
    assert.equal(takesFromOwner(company, nextVersion(company, inactive)), true);
    assert.equal(takesFromApp(app, nextVersion(app, { status: 'revoked' })), true);
    assert.equal(takesFromApp({ ...app, scopes: ['a', 'b'] }, nextVersion(app, { scopes: ['b'] })), true);
    assert.equal(takesFromApp(app, nextVersion(app, { callbackUrl: 'https://example.com' })), false);
  });

  it('is yes for a key that gets its first product, since it could do all before', () => {
    const key = makeCredential(app, { products: [] });
    const first = nextVersion(key, { products: [{ name: 'gold', status: 'approved' }] });
    assert.equal(takesFromCredential(key, first), true);
    const second = nextVersion(first, { products: [...first.products, { name: 'silver', status: 'pending' }] });
    assert.equal(takesFromCredential(first, second), false);
  });

  it('is yes for an expiry that comes nearer, and no for one that moves away', () => {
    const key = makeCredential(app, { expiresAt: 10 });
    assert.equal(takesFromCredential(key, nextVersion(key, { expiresAt: 9 })), true);
    assert.equal(takesFromCredential(nextVersion(key, { expiresAt: undefined }), key), true);
    assert.equal(takesFromCredential(key, nextVersion(key, { expiresAt: undefined })), false);
  });

  it('is yes for whatever of a product decides on calls, and no for how it is shown and approved', () => {
    const gold = makeProduct('org', { quota: '10' });
    for (const given of [{ environments: ['test'] }, { proxies: ['a'] }, { scopes: ['a'] }, { quota: '5' }]) {
      assert.equal(takesFromProduct(gold, nextVersion(gold, given)), true, JSON.stringify(given));
    }
    for (const given of [{ displayName: 'Gold' }, { approvalType: 'manual' as const }, { space: 'team' }]) {
      assert.equal(takesFromProduct(gold, nextVersion(gold, given)), false, JSON.stringify(given));
    }
  });

  it('is yes where what is without the right already is written again as it is', () => {
    const revoked = makeCredential(app, { status: 'revoked' });
    assert.equal(takesFromCredential(revoked, nextVersion(revoked)), true);
    assert.equal(
      takesFromCredential(revoked, nextVersion(revoked, { attributes: [{ name: 'a', value: 'b' }] })),
      false,
    );
    const approved = makeCredential(app, { products: [{ name: 'gold', status: 'approved' }] });
    assert.equal(takesFromCredential(approved, nextVersion(approved)), false);
    const organization = makeOrganization({ properties: [requiring] });
    assert.ok(requiresProducts(organization));
    assert.equal(takesFromOrganization(organization, nextVersion(organization)), true);
  });
});
