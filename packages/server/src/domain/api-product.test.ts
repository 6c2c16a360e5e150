import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ApiProductDraft, parseProductName, parseProductProfile, replaceProductProfile } from './api-product.ts';
import { type Dialect, dialectRules } from './dialect.ts';
import { Problem, type ProblemCode } from './problem.ts';

const whole = { name: 'Weather', displayName: 'Weather', approvalType: 'auto' };
const config = { apiSource: 'weather' };
const quota = { limit: '10', interval: '1', timeUnit: 'minute' };

function parse(draft: ApiProductDraft, dialect: Dialect = 'x') {
  return parseProductProfile(draft, dialectRules[dialect]);
}

function refusal(draft: ApiProductDraft, dialect: Dialect = 'x'): [ProblemCode, unknown] {
  try {
    parse(draft, dialect);
  } catch (error) {
    if (error instanceof Problem) return [error.code, (error.facts as { field?: string }).field];
    throw error;
  }
  throw new assert.AssertionError({ message: `taken: ${JSON.stringify(draft)}` });
}

describe('the name of a product', () => {
  for (const name of ['a', '7', 'Weather Product', 'a.b_c-d$e%f', 'A'.repeat(100), '...']) {
    test(`may be ${name}`, () => assert.equal(parseProductName(name), name));
  }
  for (const name of [' a', 'a ', 'a/b', 'a\nb', 'é', 'a+b', '.', '..', 'A'.repeat(101), 'a#b', 'a\u0000']) {
    test(`may not be ${JSON.stringify(name)}`, () => {
      assert.throws(() => parseProductName(name), { code: 'api-product.invalid-name' });
    });
  }
});

describe('what a product must have', () => {
  test('is a name, a display name and an approval type on Edge', () => {
    for (const field of ['name', 'displayName', 'approvalType']) {
      assert.deepEqual(refusal({ ...whole, [field]: undefined }, 'edge'), ['request.missing', field]);
      assert.deepEqual(refusal({ ...whole, [field]: '' }, 'edge'), ['request.missing', field]);
    }
  });

  test('is a name alone on X, and it approves by itself', () => {
    const profile = parse({ name: 'a' });
    assert.equal(profile.approvalType, 'auto');
    assert.equal(profile.displayName, undefined);
    assert.deepEqual(refusal({}), ['request.missing', 'name']);
  });
});

describe('a refused product names the member that is wrong', () => {
  const group = (...operationConfigs: object[]) => ({ operationConfigs });
  const at = 'operationGroup.operationConfigs';
  const rows: [string, ApiProductDraft, ProblemCode, unknown][] = [
    ['approval', { approvalType: 'maybe' }, 'request.invalid', 'approvalType'],
    ['display name', { displayName: 'a\u0007' }, 'api-product.invalid-display-name', undefined],
    ['long display name', { displayName: 'a'.repeat(256) }, 'api-product.invalid-display-name', undefined],
    ['quota of words', { quota: 'ten' }, 'request.invalid', 'quota'],
    ['quota below 0', { quota: '-1' }, 'request.invalid', 'quota'],
    ['quota with a fraction', { quota: '1.5' }, 'request.invalid', 'quota'],
    ['quota beyond 64 bits', { quota: '9'.repeat(20) }, 'request.invalid', 'quota'],
    ['interval of 0', { quotaInterval: '0' }, 'request.invalid', 'quotaInterval'],
    ['unit', { quotaTimeUnit: 'fortnight' }, 'request.invalid', 'quotaTimeUnit'],
    ['token quota', { llmQuota: 'many' }, 'request.invalid', 'llmQuota'],
    ['counter scope', { quotaCounterScope: 'ALL' }, 'request.invalid', 'quotaCounterScope'],
    ['resource', { apiResources: ['/', '/\u0000'] }, 'request.invalid', 'apiResources[1]'],
    ['too many resources', { apiResources: Array(2001).fill('/') }, 'request.invalid', 'apiResources'],
    [
      '19 attributes',
      { attributes: Array.from({ length: 19 }, (_, index) => ({ name: `a${index}` })) },
      'attribute.too-many',
      undefined,
    ],
    ['empty group', { operationGroup: {} }, 'request.missing', at],
    ['no source', { operationGroup: group({}) }, 'request.missing', `${at}[0].apiSource`],
    [
      'two pairs',
      { operationGroup: group({ ...config, operations: [{ resource: '/a' }, { resource: '/b' }] }) },
      'request.invalid',
      `${at}[0].operations`,
    ],
    [
      'no resource',
      { operationGroup: group(config, { ...config, operations: [{ methods: ['GET'] }] }) },
      'request.missing',
      `${at}[1].operations[0].resource`,
    ],
    [
      'no limit',
      { operationGroup: group({ ...config, quota: { interval: '1' } }) },
      'request.missing',
      `${at}[0].quota.limit`,
    ],
    [
      'config type',
      { operationGroup: { ...group(config), operationConfigType: 'vpn' } },
      'request.invalid',
      'operationGroup.operationConfigType',
    ],
    [
      'no GraphQL operation',
      { graphqlOperationGroup: group(config) },
      'request.missing',
      'graphqlOperationGroup.operationConfigs[0].operations',
    ],
    [
      'GraphQL type',
      { graphqlOperationGroup: group({ ...config, operations: [{ operationTypes: ['subscription'] }] }) },
      'request.invalid',
      'graphqlOperationGroup.operationConfigs[0].operations[0].operationTypes',
    ],
    [
      'no service',
      { grpcOperationGroup: group(config) },
      'request.missing',
      'grpcOperationGroup.operationConfigs[0].service',
    ],
    [
      'no model',
      { llmOperationGroup: group({ ...config, llmOperations: [{ resource: '/' }] }) },
      'request.missing',
      'llmOperationGroup.operationConfigs[0].llmOperations[0].model',
    ],
    [
      'no operation',
      { payloadOperationGroup: group({ ...config, operations: [{}] }) },
      'request.missing',
      'payloadOperationGroup.operationConfigs[0].operations[0].operation',
    ],
  ];
  for (const [title, draft, code, field] of rows) {
    for (const dialect of ['edge', 'x'] as const) {
      test(`${title}, on ${dialect}`, () => assert.deepEqual(refusal({ ...whole, ...draft }, dialect), [code, field]));
    }
  }
});

describe('resources beside operations', () => {
  const operationGroup = { operationConfigs: [config] };

  test('are refused on X, and kept on Edge', () => {
    const draft = { ...whole, apiResources: ['/'], operationGroup };
    assert.deepEqual(refusal(draft), ['request.invalid', 'apiResources']);
    assert.deepEqual(parse(draft, 'edge').apiResources, ['/']);
  });

  test('may be an empty text, as clients write nothing', () => {
    assert.deepEqual(parse({ ...whole, apiResources: [''], operationGroup }).apiResources, ['']);
  });

  test('are refused beside a payload group as proxies are', () => {
    const payloadOperationGroup = { operationConfigs: [{ ...config, operations: [{ operation: 'tools/call' }] }] };
    assert.deepEqual(refusal({ ...whole, proxies: ['a'], payloadOperationGroup }), ['request.invalid', 'proxies']);
    assert.deepEqual(refusal({ ...whole, apiResources: ['/'], payloadOperationGroup }), [
      'request.invalid',
      'apiResources',
    ]);
    assert.deepEqual(parse({ ...whole, proxies: ['a'], operationGroup }).proxies, ['a']);
  });
});

describe('a quota', () => {
  test('of an operation counts by the hour where no unit is given', () => {
    const { timeUnit: _, ...without } = quota;
    const profile = parse({ ...whole, operationGroup: { operationConfigs: [{ ...config, quota: without }] } });
    assert.deepEqual(profile.operationGroup?.operationConfigs[0]?.quota, { ...without, timeUnit: 'hour' });
  });

  test('that is empty, or null in words, is none', () => {
    const {
      quota: none,
      quotaInterval,
      quotaTimeUnit,
    } = parse({ ...whole, quota: '', quotaInterval: 'null', quotaTimeUnit: 'null' });
    assert.deepEqual([none, quotaInterval, quotaTimeUnit], [undefined, undefined, undefined]);
  });
});

test('an update replaces all but name and space', () => {
  const identity = {
    id: '1',
    organizationId: '2',
    createdAt: 1,
    createdBy: 'a',
    lastModifiedAt: 1,
    lastModifiedBy: 'a',
    version: 1,
  };
  const product = { ...identity, ...parse({ ...whole, description: 'd', scopes: ['s'], quota: '1', space: 'blue' }) };
  const next = replaceProductProfile(product, parse({ name: 'other', space: 'red' }), { at: 2, by: 'b' });
  assert.deepEqual(
    [next.name, next.space, next.description, next.scopes, next.quota, next.version, next.lastModifiedBy],
    ['Weather', 'blue', undefined, [], undefined, 2, 'b'],
  );
});
