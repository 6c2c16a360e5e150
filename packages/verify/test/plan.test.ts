import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide, Holding, hashKey, type RecordChange, type Verdict, Verifier } from '../src/index.ts';
import { makeApp, makeCredential, makeDeveloper, makeId, makeProduct } from './support.ts';

const facts = { organization: 'acme', productlessKeys: 'refused', lookupKey: 'l'.repeat(43) } as const;
const hashOf = (key: string) => hashKey(facts.lookupKey, key);
const [developerId, appId, credentialId] = [makeId(1), makeId(2), makeId(3)];
const names = ['gold', 'silver'];
const proxies = ['weather', 'maps'];

const status = fc.constantFrom('approved', 'approved', 'revoked');
const change: fc.Arbitrary<RecordChange> = fc.oneof(
  fc
    .record({ status: fc.constantFrom('active', 'active', 'inactive'), firstName: fc.constantFrom('A', 'B') })
    .map(
      (given) =>
        ({ noun: 'developer', id: developerId, record: makeDeveloper({ id: developerId, ...given }) }) as const,
    ),
  status.map((each) => {
    const record = makeApp({ id: appId, owner: { kind: 'developer', id: developerId }, status: each as 'approved' });
    return { noun: 'app', id: appId, record } as const;
  }),
  fc
    .record({
      status: fc.constantFrom('approved', 'approved', 'approved', 'revoked', 'pending'),
      expiresAt: fc.constantFrom(undefined, undefined, 500, 5_000),
      products: fc.array(fc.record({ name: fc.constantFrom(...names, 'none'), status }), { maxLength: 3 }),
    })
    .map((given) => {
      const record = makeCredential({ id: credentialId, appId, ...(given as object) });
      return { noun: 'credential', id: credentialId, record, hash: hashOf('k') } as const;
    }),
  fc
    .record({
      id: fc.constantFrom(makeId(11), makeId(12)),
      name: fc.constantFrom(...names),
      proxies: fc.uniqueArray(fc.constantFrom(...proxies, 'other')),
      gone: fc.constantFrom(false, false, true),
    })
    .map(({ id, gone, ...given }) =>
      gone
        ? ({ noun: 'api-product', id, record: undefined } as const)
        : ({ noun: 'api-product', id, record: makeProduct({ id, ...given }) } as const),
    ),
);
/** Changes, how often is asked in between, and the time that passes. */
const step = fc.oneof(change, fc.constantFrom('ask', 'ask', 'pass', 'anew') as fc.Arbitrary<'ask' | 'pass' | 'anew'>);

const gold = { name: 'gold', status: 'approved' } as const;
/** To begin with, a key that works. */
const working: readonly RecordChange[] = [
  { noun: 'developer', id: developerId, record: makeDeveloper({ id: developerId }) },
  { noun: 'app', id: appId, record: makeApp({ id: appId, owner: { kind: 'developer', id: developerId } }) },
  {
    noun: 'credential',
    id: credentialId,
    record: makeCredential({ id: credentialId, appId, products: [gold] }),
    hash: hashOf('k'),
  },
  { noun: 'api-product', id: makeId(11), record: makeProduct({ id: makeId(11), proxies: ['weather'] }) },
];

function tell(verdict: Verdict): string {
  return verdict.allowed
    ? `allowed by ${verdict.product?.name} ${verdict.product?.id} ${verdict.owner.kind === 'developer' ? verdict.owner.firstName : ''}`
    : verdict.reason;
}

test('a key that was allowed before is decided on as if it never was, after any change, at any time', () => {
  let allowed = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
      let now = 0;
      const verifier = new Verifier({ monotonic: () => now, stalenessMsMax: 1e9 });
      let holding = new Holding();
      verifier.adopt(holding, facts);
      verifier.heard(0);
      const applied: RecordChange[] = [...working];
      for (const each of working) holding.apply(each);
      for (const each of steps) {
        if (each === 'pass') now += 400;
        else if (each === 'anew') {
          holding = new Holding();
          for (const before of applied) holding.apply(before);
          verifier.adopt(holding, facts);
        } else if (each !== 'ask') {
          verifier.apply(each);
          applied.push(each);
        }
        const fresh = new Holding();
        for (const before of applied) fresh.apply(before);
        for (const proxy of proxies) {
          const { findProduct } = fresh;
          const wanted = decide(
            { proxy },
            { held: fresh.find(hashOf('k')), findProduct, productlessKeys: 'refused', now },
          );
          assert.equal(tell(verifier.verify({ key: 'k', proxy })), tell(wanted));
          if (wanted.allowed) allowed += 1;
          else if (wanted.reason !== 'credential.unknown') refused += 1;
        }
      }
    }),
    { numRuns: 40, seed: 11 },
  );
  assert.ok(allowed > 150 && refused > 150, `${allowed} allowed, ${refused} refused`);
});

test('products of another holding count from the moment on when it is answered from', () => {
  const fill = (products: readonly string[]) => {
    const holding = new Holding();
    const record = makeProduct({ id: makeId(11), name: 'gold', proxies: products });
    holding.apply({ noun: 'api-product', id: record.id, record });
    return holding;
  };
  const [open, closed] = [fill(['weather']), fill(['maps'])];
  const held = {
    credential: makeCredential({ products: [{ name: 'gold', status: 'approved' }] }),
    app: makeApp(),
    owner: makeDeveloper(),
  };
  const ask = ({ findProduct, productsVersion }: Holding) =>
    decide({ proxy: 'weather' }, { held, findProduct, productsVersion, productlessKeys: 'refused', now: 0 }).allowed;
  for (let round = 0; round < 3; round++) {
    assert.equal(ask(open), true);
    assert.equal(ask(open), true);
    assert.equal(ask(closed), false);
  }
});
