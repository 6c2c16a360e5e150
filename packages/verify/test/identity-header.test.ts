import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeHeaderText, identityHeaderNames, listIdentity } from '../src/index.ts';
import { makeVerifier } from './population.ts';

function allow(key: string) {
  const verdict = makeVerifier().verify({ key, environment: 'prod' });
  assert.ok(verdict.allowed);
  return verdict;
}

test('who calls is told under names that gateways strip by', () => {
  const allowed = allow('goldkey');
  const headers = listIdentity(allowed);
  for (const [name] of headers) assert.ok(identityHeaderNames.includes(name), name);
  const told = Object.fromEntries(headers);
  assert.equal(told['X-Claviger-App'], allowed.app.name);
  assert.equal(told['X-Claviger-Developer-Id'], allowed.owner.id);
  assert.equal(told['X-Claviger-Company'], undefined);
});

test('attributes are told where they are wanted, and where there are any', () => {
  const { app, ...rest } = allow('goldkey');
  const attributes = [{ name: 'tier', value: 'größer, 100%' }];
  const allowed = { ...rest, app: { ...app, attributes } };
  const wanted = [
    { of: 'app', name: 'tier' },
    { of: 'app', name: 'other' },
    { of: 'company', name: 'tier' },
  ] as const;
  const told = listIdentity(allowed, wanted).filter(([name]) => name.includes('Attribute'));
  assert.deepEqual(told, [['X-Claviger-App-Attribute-tier', 'gr%C3%B6%C3%9Fer%2C%20100%25']]);
});

test('any text comes back out of a header’s value, which is ASCII, trimmed and no list', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const value = encodeHeaderText(text);
      assert.match(value, /^(?:[!-~]+(?: +[!-~]+)*)?$/);
      assert.doesNotMatch(value, /[,"\\]/);
      assert.equal(decodeURIComponent(value), text.toWellFormed());
    }),
    { numRuns: 2000 },
  );
  for (const plain of ['Ann Example', 'ann+1@example.com', 'a/b?c=d&e']) assert.equal(encodeHeaderText(plain), plain);
});
