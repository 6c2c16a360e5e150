import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { GateOptions, RefusalReason, Verifier } from '../src/index.ts';
import { type Frame, frames } from './frame.ts';
import { type Keyed, makeVerifier } from './population.ts';

const approval = fc.constantFrom('approved' as const, 'approved' as const, 'revoked' as const, 'pending' as const);
const product = fc.record({ name: fc.constantFrom('gold', 'limited', 'prod', 'gone'), status: approval });

const population = fc.array(
  fc.record({
    status: approval,
    products: fc.array(product, { maxLength: 3 }),
    expiresAt: fc.constantFrom(undefined, 1_000_000, 9_000_000_000_000),
    active: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

const call = fc.record({
  key: fc.constantFrom('k0', 'k1', 'k2', 'k3', 'other', ''),
  place: fc.constantFrom('header', 'query', 'bearer'),
  method: fc.constantFrom('GET', 'PUT'),
  path: fc.constantFrom(
    '/',
    '/orders',
    '/orders/1',
    '/orders/%31',
    '/orders/1/2',
    '/a/b',
    '/a//b',
    '/orders%2f1',
    '/x;y/..;z',
  ),
  query: fc.constantFrom('', 'a=1', 'orders=/..'),
});

const place = fc.record({
  environment: fc.constantFrom('prod', 'test'),
  proxy: fc.constantFrom('orders', 'other'),
  basePath: fc.constantFrom('/', '/orders'),
  productlessKeys: fc.constantFrom('work' as const, 'refused' as const),
});

type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;
type Place = typeof place extends fc.Arbitrary<infer T> ? T : never;

test('same verdict everywhere (G8): verifier, node:http, Express, Fastify and fetch, over random organizations and calls', async () => {
  const arbitrary = fc.tuple(population, place, fc.array(call, { minLength: 8, maxLength: 8 }));
  const told = new Set<string>();
  for (const [people, where, calls] of fc.sample(arbitrary, { numRuns: 30, seed: 4 })) {
    const { productlessKeys, ...rest } = where;
    const verifier = makeVerifier({}, people.map(toKeyed), { productlessKeys });
    const verdicts = calls.map((each) => ask(verifier, where, each));
    for (const verdict of verdicts) told.add(verdict);
    for (const [name, open] of Object.entries(frames)) {
      assert.deepEqual(
        await askFrame(open, { verifier, ...rest }, calls),
        verdicts,
        `${name} ${JSON.stringify(calls)}`,
      );
    }
  }
  // A population of which no call gets past one check would show nothing.
  assert.ok(told.size >= 8, [...told].join());
});

function toKeyed(
  { active, ...credential }: { active: boolean; status: 'approved' | 'revoked' | 'pending' },
  at: number,
): Keyed {
  return { key: `k${at}`, number: at + 1, credential, owner: { status: active ? 'active' : 'inactive' } };
}

function ask(verifier: Verifier, { productlessKeys: _, ...where }: Place, { key, method, path, query }: Call): string {
  const verdict = verifier.verify({ ...where, key, method, target: `${path}?${query}` });
  return verdict.allowed ? 'allowed' : verdict.reason;
}

async function askFrame(
  open: (options: GateOptions) => Promise<Frame>,
  where: Omit<GateOptions, 'keys'>,
  calls: readonly Call[],
): Promise<string[]> {
  const verdicts: (RefusalReason | 'allowed')[] = [];
  const sources: GateOptions['keys'] = [
    { kind: 'header', name: 'key' },
    { kind: 'query', name: 'key' },
    { kind: 'bearer' },
  ];
  const frame = await open({ ...where, keys: sources, onVerdict: (reason) => verdicts.push(reason) });
  for (const { key, place: at, method, path, query } of calls) {
    const target = at === 'query' ? `${path}?${query}&key=${key}` : `${path}?${query}`;
    const headers = at === 'header' ? ['key', key] : at === 'bearer' ? ['authorization', `Bearer ${key}`] : [];
    const { status } = await frame.ask({ target, headers, method });
    assert.equal(status, verdicts.at(-1) === 'allowed' ? 200 : 401);
  }
  await frame.close();
  return verdicts;
}
