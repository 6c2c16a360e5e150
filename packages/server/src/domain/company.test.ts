import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCompanyAction, parseCompanyFilter, parseCompanyName, parseCompanyProfile } from './company.ts';
import { dialectRules } from './dialect.ts';

const { edge, x } = dialectRules;

test('a name is of the characters that X takes, in both dialects', () => {
  for (const name of ['a', 'Acme', 'A-Z0-9._$ %', '3f0e2c1a-0000-4000-8000-000000000000', 'x'.repeat(255)]) {
    assert.equal(parseCompanyName(name, edge), name);
    assert.equal(parseCompanyName(name, x), name);
  }
  for (const name of ['a/b', 'ä', 'a\n', ' a', 'a ', '.', '..', 'a+b', 'a@b', 'x'.repeat(256)]) {
    assert.throws(() => parseCompanyName(name, edge), { code: 'company.invalid-name' }, name);
    assert.throws(() => parseCompanyName(name, x), { code: 'company.invalid-name' }, name);
  }
  for (const name of ['', undefined]) assert.throws(() => parseCompanyName(name, edge), { code: 'request.missing' });
});

test('0 is a name on X alone', () => {
  assert.throws(() => parseCompanyName('0', edge), { code: 'company.invalid-name' });
  assert.equal(parseCompanyName('0', x), '0');
});

test('a profile holds what the dialect knows, so that Edge takes nothing away that it does not see', () => {
  const draft = { displayName: 'A', channelId: 'c', channelUri: 'u', email: 'e' };
  assert.deepEqual(parseCompanyProfile(draft, edge).profile, { displayName: 'A', attributes: [] });
  assert.deepEqual(parseCompanyProfile(draft, x).profile, { ...draft, attributes: [] });
  assert.deepEqual(parseCompanyProfile({}, x).profile, {
    displayName: undefined,
    attributes: [],
    channelId: undefined,
    channelUri: undefined,
    email: undefined,
  });
});

test('a filter is one member and a value', () => {
  assert.deepEqual(parseCompanyFilter('status=active'), { status: 'active' });
  assert.deepEqual(parseCompanyFilter(' status = "inactive" '), { status: 'inactive' });
  assert.deepEqual(parseCompanyFilter('channelId=a=b'), { channelId: 'a=b' });
  assert.deepEqual(parseCompanyFilter('channelUri='), { channelUri: '' });
  for (const text of ['', '=', 'status', 'status=gone', 'name=a', '__proto__=a', 'channelid=a']) {
    assert.throws(() => parseCompanyFilter(text), { code: 'request.invalid' }, text);
  }
});

test('an action is active or inactive', () => {
  assert.equal(parseCompanyAction('inactive'), 'inactive');
  for (const action of ['', 'Active', 'approve']) {
    assert.throws(() => parseCompanyAction(action), { code: 'request.unknown-action' });
  }
});
