import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type CallRequest,
  compileProduct,
  decide,
  type Facts,
  type Product,
  type ProductRecord,
  survey,
} from '../src/index.ts';
import { makeApp, makeCredential, makeDeveloper, makeHeld, makeProduct } from './support.ts';

const now = 5_000;
const statuses = ['approved', 'pending', 'revoked'] as const;
const status = fc.constantFrom(...statuses);
const name = fc.constantFrom('gold', 'silver', 'deleted');

const situation = fc.record({
  status,
  appStatus: fc.constantFrom<('approved' | 'revoked')[]>('approved', 'approved', 'revoked'),
  ownerStatus: fc.constantFrom<('active' | 'inactive')[]>('active', 'active', 'inactive'),
  expiresAt: fc.constantFrom(undefined, now, now + 1),
  onKey: fc.uniqueArray(fc.record({ name, status }), { selector: (each) => each.name }),
  products: fc.uniqueArray(
    fc.record({ name: fc.constantFrom('gold', 'silver'), environments: fc.subarray(['prod', 'test']) }),
    { selector: (each) => each.name },
  ),
  productlessKeys: fc.constantFrom<('work' | 'refused')[]>('work', 'refused'),
  environment: fc.constantFrom('prod', 'dev'),
});

type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

function factsOf(from: Situation): Facts {
  const products = new Map<string, Product>(
    from.products.map((each) => [each.name, compileProduct(makeProduct(each))]),
  );
  const credential = makeCredential({ status: from.status, expiresAt: from.expiresAt, products: from.onKey });
  const held = makeHeld({
    credential,
    app: makeApp({ status: from.appStatus }),
    owner: makeDeveloper({ status: from.ownerStatus }),
  });
  return { held, findProduct: (each) => products.get(each), productlessKeys: from.productlessKeys, now };
}

/** Matches calls with products by itself, as a gateway does, and knows no more than the survey told it. */
function decideBySurvey(facts: Facts, request: CallRequest, isUsable: (product: ProductRecord) => boolean): string {
  const found = survey(facts, isUsable);
  if (!found.allowed) return found.reason;
  if (found.products.length === 0) return 'allowed';
  const matches = found.products.some((record) => compileProduct(record).match(request) !== undefined);
  return matches ? 'allowed' : 'product.no-match';
}

test('a gateway that matches what a survey tells it comes to the verdict, whatever it was told of products', () => {
  fc.assert(
    fc.property(situation, (from) => {
      const facts = factsOf(from);
      const request = { environment: from.environment };
      const verdict = decide(request, facts);
      const wanted = verdict.allowed ? 'allowed' : verdict.reason;
      const inPlace = ({ environments }: ProductRecord) =>
        environments.length === 0 || environments.includes(from.environment);
      assert.equal(
        decideBySurvey(facts, request, () => true),
        wanted,
      );
      assert.equal(decideBySurvey(facts, request, inPlace), wanted);
    }),
    { numRuns: 2000 },
  );
});

test('a key that is not held opens nothing', () => {
  const facts: Facts = { held: undefined, findProduct: () => undefined, productlessKeys: 'work', now };
  assert.deepEqual(
    survey(facts, () => true),
    { allowed: false, reason: 'credential.unknown' },
  );
});
