import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem, type ProblemCode, type ProblemFacts } from '../../../src/domain/problem.ts';
import { encodeNativeProblem, nativeProblem } from '../../../src/surfaces/http/native-problem.ts';

function bodyOf<C extends ProblemCode>(code: C, facts: ProblemFacts[C]): Record<string, unknown> {
  const { body } = encodeNativeProblem(new Problem<ProblemCode>(code, facts));
  return JSON.parse(String(body)) as Record<string, unknown>;
}

test('a refusal is problem details with our code', () => {
  assert.deepEqual(bodyOf('api-product.in-use', { product: 'p' }), {
    type: 'urn:claviger:problem:api-product.in-use',
    title: 'Conflict',
    status: 409,
    detail: 'API product p is on keys and can not be deleted.',
    code: 'api-product.in-use',
  });
});

test('a refused member is named', () => {
  assert.equal(bodyOf('credential.invalid-scopes', { offered: ['READ'] })['field'], 'scopes');
  assert.equal(bodyOf('api-product.unknown', { product: 'p', organization: 'org' })['field'], 'apiProducts');
});

test('no refusal of what hangs on a key is a 5xx', () => {
  const refusals = [
    nativeProblem['credential.product-missing']({ product: 'p' }),
    nativeProblem['api-product.in-use']({ product: 'p' }),
    nativeProblem['credential.not-found']({}),
  ];
  assert.deepEqual(
    refusals.map(({ status }) => status),
    [404, 409, 404],
  );
});
