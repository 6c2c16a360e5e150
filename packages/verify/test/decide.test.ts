import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type CallRequest,
  type Check,
  compileProduct,
  decide,
  type Facts,
  faults,
  type HeldKey,
  type OperationGroupsRecord,
  type ProductRecord,
  type RefusalReason,
  refusalReasons,
} from '../src/index.ts';
import { makeApp, makeCredential, makeDeveloper, makeHeld, makeProduct } from './support.ts';

const now = 5_000;

function factsOf(held: HeldKey | undefined, products: readonly ProductRecord[] = [makeProduct()]): Facts {
  const known = new Map(products.map((record) => [record.name, compileProduct(record)]));
  return { held, findProduct: (name) => known.get(name), productlessKeys: 'work', now };
}

function reasonOf(request: CallRequest, facts: Facts): RefusalReason | 'allowed' {
  const verdict = decide(request, facts);
  return verdict.allowed ? 'allowed' : verdict.reason;
}

const company = { ...makeDeveloper(), kind: 'company', name: 'acme', displayName: undefined } as const;

/** Each row breaks all that the rows above it do not look at: the first check that fails is the reason. */
const standings: readonly [name: string, held: Partial<HeldKey> | undefined, reason: RefusalReason | 'allowed'][] = [
  ['unknown key', undefined, 'credential.unknown'],
  [
    'revoked key, expired, of a revoked app of an inactive developer',
    {
      credential: makeCredential({ status: 'revoked', expiresAt: now, products: [] }),
      app: makeApp({ status: 'revoked' }),
      owner: makeDeveloper({ status: 'inactive' }),
    },
    'credential.revoked',
  ],
  ['pending key', { credential: makeCredential({ status: 'pending', expiresAt: now }) }, 'credential.pending'],
  [
    'key that expires now, of a revoked app',
    { credential: makeCredential({ expiresAt: now }), app: makeApp({ status: 'revoked' }) },
    'credential.expired',
  ],
  ['key that expires in a moment', { credential: makeCredential({ expiresAt: now + 1 }) }, 'allowed'],
  [
    'revoked app of an inactive developer',
    { app: makeApp({ status: 'revoked' }), owner: makeDeveloper({ status: 'inactive' }) },
    'app.revoked',
  ],
  ['inactive developer', { owner: makeDeveloper({ status: 'inactive' }) }, 'developer.inactive'],
  ['inactive company', { owner: { ...company, status: 'inactive' } }, 'company.inactive'],
  ['active company', { owner: company }, 'allowed'],
];

for (const [name, held, reason] of standings) {
  test(`standing: ${name}`, () => assert.equal(reasonOf({}, factsOf(held && makeHeld(held))), reason));
}

function keyOn(...products: readonly [name: string, status: 'approved' | 'pending' | 'revoked'][]): HeldKey {
  return makeHeld({ credential: makeCredential({ products: products.map(([name, status]) => ({ name, status })) }) });
}

test('a key without products works, unless the organization refuses it', () => {
  const facts = factsOf(keyOn());
  assert.deepEqual(decide({}, facts), { allowed: true, ...keyOn(), product: undefined, match: undefined });
  assert.equal(reasonOf({}, { ...facts, productlessKeys: 'refused' }), 'product.none-approved');
});

test('only products that are approved on the key and still exist count', () => {
  const products = [makeProduct(), makeProduct({ name: 'silver', proxies: ['other'] })];
  assert.equal(reasonOf({}, factsOf(keyOn(['gold', 'pending']), products)), 'product.none-approved');
  assert.equal(reasonOf({}, factsOf(keyOn(['gold', 'revoked']), products)), 'product.none-approved');
  assert.equal(reasonOf({}, factsOf(keyOn(['deleted', 'approved']), products)), 'product.none-approved');
  assert.equal(reasonOf({}, factsOf(keyOn(['deleted', 'approved'], ['gold', 'approved']), products)), 'allowed');
  assert.equal(reasonOf({}, factsOf(keyOn(['gold', 'pending'], ['silver', 'approved']), products)), 'product.no-match');
});

test('the first product that allows the call is the verdict’s', () => {
  const limited = makeProduct({ name: 'limited', apiResources: ['/reports'], quota: quota('1') });
  const wide = makeProduct({ name: 'wide', quota: quota('9') });
  const facts = factsOf(keyOn(['limited', 'approved'], ['wide', 'approved']), [wide, limited]);
  const verdicts = ['/reports', '/other'].map((path) => decide({ path }, facts));
  assert.deepEqual(
    verdicts.map((verdict) => verdict.allowed && [verdict.product?.name, verdict.match?.quota?.limit]),
    [
      ['limited', '1'],
      ['wide', '9'],
    ],
  );
});

function quota(limit: string) {
  return { limit, interval: '1', timeUnit: 'hour' };
}

const config = { quota: undefined, attributes: [] };
const groups: OperationGroupsRecord = {
  rest: [
    { ...config, apiSource: 'orders', operations: [{ resource: '/orders/*', methods: ['GET', 'PUT'] }] },
    { ...config, apiSource: 'orders', quota: quota('3'), operations: [{ resource: '/orders', methods: [] }] },
  ],
  graphql: [
    {
      ...config,
      apiSource: 'shop',
      operations: [
        { operation: 'Cart', operationTypes: ['query', 'mutation'] },
        { operation: undefined, operationTypes: ['query'] },
      ],
    },
  ],
  grpc: [{ ...config, apiSource: 'mail', service: 'mail.v1.Sender', methods: ['Send'] }],
  llm: [
    { ...config, apiSource: 'ai', operations: [{ resource: '/chat', methods: ['POST'], model: 'small' }] },
    { ...config, apiSource: 'ai', operations: [{ resource: '/embed', methods: [], model: undefined }] },
  ],
  payload: [{ ...config, apiSource: 'tools', operations: ['tools/call'] }],
};

const calls: readonly [product: Partial<ProductRecord>, request: CallRequest, allowed: boolean][] = [
  [{}, {}, true],
  [{ environments: ['prod'] }, { environment: 'prod' }, true],
  [{ environments: ['prod'] }, { environment: 'test' }, false],
  [{ environments: ['prod'] }, {}, false],
  [{ environments: [''] }, {}, true],
  [{ proxies: ['a', 'b'] }, { proxy: 'b' }, true],
  [{ proxies: ['a'] }, { proxy: 'A' }, false],
  [{ proxies: ['a'] }, {}, false],
  [{ apiResources: ['/x', '/y/**'] }, { path: '/y/z' }, true],
  [{ apiResources: ['/x', '/y/**'] }, { path: '/z' }, false],
  [{ apiResources: ['/x'] }, {}, false],
  [{ apiResources: [''] }, { path: '/any' }, true],
  [{ proxies: ['a'], apiResources: ['/x'] }, { proxy: 'a', path: '/y' }, false],
  [{ operationGroups: groups }, { proxy: 'orders', path: '/orders/1', method: 'GET' }, true],
  [{ operationGroups: groups }, { proxy: 'orders', path: '/orders/1', method: 'DELETE' }, false],
  [{ operationGroups: groups }, { proxy: 'orders', path: '/orders/1' }, false],
  [{ operationGroups: groups }, { proxy: 'orders', path: '/orders', method: 'DELETE' }, true],
  [{ operationGroups: groups }, { proxy: 'other', path: '/orders', method: 'GET' }, false],
  [{ operationGroups: groups }, { path: '/orders', method: 'GET' }, false],
  [{ operationGroups: groups }, { proxy: 'orders' }, false],
  [
    { operationGroups: groups },
    { proxy: 'shop', operation: { kind: 'graphql', type: 'mutation', name: 'Cart' } },
    true,
  ],
  [
    { operationGroups: groups },
    { proxy: 'shop', operation: { kind: 'graphql', type: 'mutation', name: 'Pay' } },
    false,
  ],
  [{ operationGroups: groups }, { proxy: 'shop', operation: { kind: 'graphql', type: 'query' } }, true],
  [{ operationGroups: groups }, { proxy: 'shop', path: '/graphql' }, false],
  [{ operationGroups: groups }, grpc('mail.v1.Sender', 'Send'), true],
  [{ operationGroups: groups }, grpc('mail.v1.Sender', 'Drop'), false],
  [{ operationGroups: groups }, grpc('mail.v2.Sender', 'Send'), false],
  [{ operationGroups: groups }, llm('/chat', 'small'), true],
  [{ operationGroups: groups }, llm('/chat', 'large'), false],
  [{ operationGroups: groups }, llm('/embed', 'any'), true],
  [{ operationGroups: groups }, { proxy: 'tools', operation: { kind: 'payload', operation: 'tools/call' } }, true],
  [{ operationGroups: groups }, { proxy: 'tools', operation: { kind: 'payload', operation: 'tools/list' } }, false],
  [{ operationGroups: groups, environments: ['prod'] }, { proxy: 'orders', path: '/orders', method: 'GET' }, false],
  [{ operationGroups: { graphql: [] } }, { proxy: 'shop', path: '/' }, false],
  [{ apiResources: ['/x'] }, { path: '/x', operation: { kind: 'llm' } }, true],
];

function grpc(service: string, method: string): CallRequest {
  return { proxy: 'mail', operation: { kind: 'grpc', service, method } };
}

function llm(path: string, model: string): CallRequest {
  return { proxy: 'ai', path, method: 'POST', operation: { kind: 'llm', model } };
}

for (const [product, request, allowed] of calls) {
  test(`product ${JSON.stringify(product).slice(0, 60)} ${allowed ? 'allows' : 'refuses'} ${JSON.stringify(request)}`, () => {
    assert.equal(decide(request, factsOf(makeHeld(), [makeProduct(product)])).allowed, allowed);
  });
}

test('an operation’s quota goes before the product’s', () => {
  const product = makeProduct({ quota: quota('9'), operationGroups: groups });
  const limits = ['/orders', '/orders/1'].map((path) => {
    const verdict = decide({ proxy: 'orders', path, method: 'GET' }, factsOf(makeHeld(), [product]));
    return verdict.allowed && verdict.match?.quota?.limit;
  });
  assert.deepEqual(limits, ['3', '9']);
});

test('a witness is told of every check up to the one that failed, and changes nothing', () => {
  const told: Check[] = [];
  const held = makeHeld({ owner: makeDeveloper({ status: 'inactive' }) });
  assert.deepEqual(
    decide({}, factsOf(held), (check) => told.push(check)),
    decide({}, factsOf(held)),
  );
  assert.deepEqual(
    told.map(({ check, passed }) => `${check} ${passed}`),
    ['key true', 'status true', 'expiry true', 'app true', 'owner false'],
  );
  assert.deepEqual(told.at(-1)?.facts, { kind: 'developer', id: 'd1', status: 'inactive' });
});

test('each reason has one fault of Apigee, and none is a bug’s', () => {
  assert.deepEqual(Object.keys(faults).toSorted(), [...refusalReasons].toSorted());
  for (const { status } of Object.values(faults)) assert.ok(status === 401 || status === 503);
});

test('taking a right away never allows a call that was refused', () => {
  const status = fc.constantFrom('approved', 'pending', 'revoked');
  const product = fc.record({
    name: fc.constantFrom('gold', 'silver'),
    environments: fc.subarray(['prod', 'test']),
    apiResources: fc.subarray(['/', '/a', '/a/**', '/*']),
  });
  const request = fc.record({
    environment: fc.constantFrom('prod', 'dev'),
    path: fc.constantFrom('', '/', '/a', '/a/b'),
  });
  const entries = fc.array(fc.tuple(fc.constantFrom('gold', 'silver'), status), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(request, fc.array(product, { maxLength: 2 }), entries, (call, products, onKey) => {
      const records = products.map((each) => makeProduct(each));
      const before = reasonOf(call, factsOf(keyOn(...onKey), records));
      const fewer = onKey.map(([name]): [string, 'revoked'] => [name, 'revoked']);
      assert.notEqual(reasonOf(call, factsOf(keyOn(...fewer), records)), 'allowed');
      const late = { ...factsOf(keyOn(...onKey), records), now: Number.MAX_SAFE_INTEGER };
      assert.equal(reasonOf(call, late), before);
      const expiring = makeHeld({ credential: { ...keyOn(...onKey).credential, expiresAt: now } });
      assert.equal(reasonOf(call, factsOf(expiring, records)), 'credential.expired');
    }),
    { numRuns: 1000 },
  );
});
