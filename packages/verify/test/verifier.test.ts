import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type FoundKey, Holding, type Question, ReadThrough, type RefusalReason, Verifier } from '../src/index.ts';
import { keys, makeVerifier } from './population.ts';
import { makeApp, makeId } from './support.ts';

function reasonOf(verifier: Verifier, question: Question): RefusalReason | 'allowed' {
  const verdict = verifier.verify(question);
  return verdict.allowed ? 'allowed' : verdict.reason;
}

/** A clock that a test moves. */
function makeClock() {
  let now = 1_000;
  return { monotonic: () => now, pass: (milliseconds: number) => (now += milliseconds) };
}

const gold: Question = { key: 'goldkey', target: '/' };

describe('verifier', () => {
  const answers: readonly [question: Question, reason: RefusalReason | 'allowed'][] = [
    [gold, 'allowed'],
    [{ key: undefined, target: '/../' }, 'credential.missing'],
    [{ key: '', target: '/' }, 'credential.missing'],
    [{ key: 'none', target: '/a/../b' }, 'request.ambiguous-path'],
    [{ key: 'none', target: '/b' }, 'credential.unknown'],
    [{ key: 'GOLDKEY', target: '/b' }, 'credential.unknown'],
    [{ key: 'goldkey\0', target: '/b' }, 'credential.unknown'],
    [{ key: 'x'.repeat(1_000_000), target: '/b' }, 'credential.unknown'],
    [{ key: 'revokedkey' }, 'credential.revoked'],
    [{ key: 'endedkey' }, 'credential.expired'],
    [{ key: 'inactivekey' }, 'developer.inactive'],
    [{ key: 'barekey' }, 'allowed'],
    [{ key: 'limitedkey', proxy: 'orders', method: 'GET', target: '/orders/1?x=/..' }, 'allowed'],
    [{ key: 'limitedkey', proxy: 'orders', method: 'GET', target: '/v1/orders/1', basePath: '/v1' }, 'allowed'],
    [{ key: 'limitedkey', proxy: 'orders', method: 'GET', target: '/v1/orders/1', basePath: '/v1/' }, 'allowed'],
    [{ key: 'limitedkey', proxy: 'orders', method: 'GET', target: '/%76%31/orders/1', basePath: '/v1' }, 'allowed'],
    [{ key: 'limitedkey', proxy: 'orders', method: 'DELETE', target: '/orders/1' }, 'product.no-match'],
    [{ key: 'goldkey', target: '/v12/orders', basePath: '/v1' }, 'request.ambiguous-path'],
    [{ key: 'goldkey', target: '/other', basePath: '/v1' }, 'request.ambiguous-path'],
    [{ key: 'goldkey', target: '/v1', basePath: '/v1' }, 'allowed'],
    [{ key: 'prodkey', environment: 'prod', target: '/v1', basePath: '/v1' }, 'allowed'],
    [{ key: 'prodkey', environment: 'test', target: '/' }, 'product.no-match'],
  ];
  for (const [question, reason] of answers) {
    test(`${JSON.stringify(question).slice(0, 90)}: ${reason}`, () =>
      assert.equal(reasonOf(makeVerifier(), question), reason));
  }

  // lessons: "Path normalisation / route desync" (GHSA-6jwx-7vp4-9847, CVE-2026-26205).
  for (const target of [
    '//orders/1',
    '/orders%2f1',
    '/orders/%2e%2e/1',
    '/orders\\1',
    '/orders/..;/1',
    '/%252e/1',
    'http://evil/orders/1',
    '*',
    'orders/1',
  ]) {
    test(`route desync: ${target} is refused, since two readers may read it differently`, () => {
      assert.equal(reasonOf(makeVerifier(), { key: 'goldkey', target }), 'request.ambiguous-path');
    });
  }

  test('refuses before a whole answer was heard, also where it may serve what is stale', () => {
    const verifier = new Verifier({ whenStale: 'serve' });
    assert.equal(verifier.freshness, 'unready');
    assert.equal(reasonOf(verifier, gold), 'verifier.stale');
    verifier.heard(performance.now());
    assert.equal(reasonOf(verifier, gold), 'verifier.stale');
  });

  test('answers up to its longest staleness and not a millisecond more (G3)', () => {
    const clock = makeClock();
    const verifier = makeVerifier(clock);
    clock.pass(180_000);
    assert.deepEqual([reasonOf(verifier, gold), verifier.freshness], ['allowed', 'fresh']);
    clock.pass(1);
    assert.deepEqual([reasonOf(verifier, gold), verifier.freshness], ['verifier.stale', 'stale']);
    verifier.heard(clock.monotonic());
    assert.equal(reasonOf(verifier, gold), 'allowed');
    verifier.heard(0);
    assert.equal(verifier.ageMs, 0);
  });

  test('serves what is stale where that is set, and says so', () => {
    const clock = makeClock();
    const verifier = makeVerifier({ ...clock, stalenessMsMax: 10, whenStale: 'serve' });
    clock.pass(1_000_000);
    assert.deepEqual([reasonOf(verifier, gold), verifier.freshness], ['allowed', 'stale']);
  });

  test('expiry follows the plane’s clock, and runs on while the plane is silent', () => {
    const clock = makeClock();
    const verifier = makeVerifier(clock, [{ key: 'k', number: 1, credential: { expiresAt: 2_000_100 } }]);
    clock.pass(99);
    assert.equal(reasonOf(verifier, { key: 'k' }), 'allowed');
    clock.pass(1);
    assert.equal(reasonOf(verifier, { key: 'k' }), 'credential.expired');
    verifier.tellTime(2_000_000, clock.monotonic());
    assert.equal(reasonOf(verifier, { key: 'k' }), 'allowed');
  });

  test('Revocation not enforced: a key that was just allowed is refused by the next change', () => {
    const verifier = makeVerifier();
    assert.equal(reasonOf(verifier, gold), 'allowed');
    verifier.apply({
      noun: 'app',
      id: makeId(12),
      record: makeApp({ id: makeId(12), status: 'revoked', owner: { kind: 'developer', id: makeId(11) } }),
    });
    assert.equal(reasonOf(verifier, gold), 'app.revoked');
  });

  test('Decision-cache collision: a key that was allowed for one call is not by that for another', () => {
    const verifier = makeVerifier();
    const call = { key: 'limitedkey', proxy: 'orders', target: '/orders/1' };
    for (let round = 0; round < 3; round++) {
      assert.equal(reasonOf(verifier, { ...call, method: 'GET' }), 'allowed');
      assert.equal(reasonOf(verifier, { ...call, method: 'PUT' }), 'product.no-match');
      assert.equal(reasonOf(verifier, { ...call, method: 'GET', proxy: 'other' }), 'product.no-match');
      assert.equal(reasonOf(verifier, { ...call, method: 'GET', target: '/orders' }), 'product.no-match');
    }
  });

  test('Cross-tenant leakage: another organization’s snapshot leaves none of the keys before', () => {
    const verifier = makeVerifier();
    const other = new Verifier();
    other.adopt(new Holding(), { organization: 'b', productlessKeys: 'work', lookupKey: 'z' });
    other.heard(performance.now());
    assert.equal(reasonOf(verifier, gold), 'allowed');
    assert.equal(reasonOf(other, gold), 'credential.unknown');
  });

  test('explaining gives the same verdict, and neither key nor secret', () => {
    const verifier = makeVerifier();
    for (const { key } of keys) {
      const question: Question = { key, environment: 'prod', target: '/a/b' };
      const { verdict, checks } = verifier.explain(question);
      assert.equal(verdict.allowed, verifier.verify(question).allowed);
      assert.equal(checks.at(-1)?.passed, verdict.allowed);
      assert.ok(!JSON.stringify(checks).includes(key));
    }
  });

  test('a longest staleness that is no time is refused at the start (G6)', () => {
    for (const stalenessMsMax of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => new Verifier({ stalenessMsMax }), RangeError);
    }
  });

  test('a clock that fails refuses the call, and tells', () => {
    const faults: unknown[] = [];
    let broken = false;
    const monotonic = () => {
      if (broken) throw new Error('no clock');
      return 1;
    };
    const verifier = makeVerifier({ monotonic, onFault: (fault) => faults.push(fault) });
    broken = true;
    assert.equal(reasonOf(verifier, gold), 'credential.unknown');
    assert.equal(faults.length, 1);
  });

  test('keys and targets of every shape: no throw, no key that is not one', () => {
    const verifier = makeVerifier({ onFault: (fault) => assert.fail(String(fault)) });
    const key = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('__proto__', 'constructor', 'goldkey '),
      fc.anything(),
    );
    const piece = fc.oneof(
      fc.constantFrom('/', '.', '%', '%2e', ';', '?', '#', '\\', 'orders'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    const target = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(key, fc.option(target, { nil: undefined }), target, (any, to, basePath) => {
        assert.equal(verifier.verify({ key: any as string, target: to, basePath, method: to }).allowed, false);
        verifier.verify({ key: 'limitedkey', proxy: 'orders', target: to, basePath });
      }),
      { numRuns: 3000 },
    );
  });

  test('keys of every shape, of a verifier that reads through: no throw, no question without a key, no key that is not one', async () => {
    let asked = 0;
    const ask = async (hash: string): Promise<FoundKey> => {
      asked += 1;
      assert.equal(hash.length, 32);
      if (asked % 3 === 0) throw new Error('away');
      return { position: { epoch: 'e', sequence: 0 }, records: [] };
    };
    const verifier = makeVerifier({ onFault: (fault) => assert.fail(String(fault)) });
    const through = new ReadThrough({ ask, keysMax: 10, monotonic: () => 0 });
    verifier.turn(through, { epoch: 'e', sequence: 0 });
    const key = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 5000, maxLength: 6000 }), fc.anything());
    await fc.assert(
      fc.asyncProperty(key, async (any) => {
        const before = asked;
        await verifier.prepare(any as string);
        if (typeof any !== 'string' || any === '' || any.length > 4096) assert.equal(asked, before);
        assert.equal(verifier.verify({ key: any as string, target: '/' }).allowed, false);
      }),
      { numRuns: 500, seed: 5 },
    );
    assert.ok(asked > 50);
  });
});
