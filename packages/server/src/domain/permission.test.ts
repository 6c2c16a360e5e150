import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  includesAll,
  mergePermission,
  type Permission,
  parsePermission,
  permits,
  splitPath,
  type Verb,
  verbs,
  withoutVerb,
} from './permission.ts';
import { builtInRoles } from './role.ts';

const role = (...rows: [string, ...Verb[]][]): Permission[] =>
  rows.map(([path, ...allowed]) => ({ path, verbs: allowed }));

/** Role, verb, path, allowed. */
const table: [Permission[], Verb, string, boolean][] = [
  [role(['/', 'get']), 'get', '/', true],
  [role(['/', 'get']), 'get', '/developers', false],
  [role(['/*', 'get']), 'get', '/', false],
  [role(['/*', 'get']), 'get', '/developers/ann/apps', true],
  [role(['/developers', 'get']), 'get', '/developers', true],
  [role(['/developers', 'get']), 'get', '/developers/ann', true],
  [role(['/developers', 'get']), 'put', '/developers/ann', false],
  [role(['/developers', 'get']), 'get', '/developersx', false],
  [role(['/developers', 'get']), 'get', '/apps', false],
  [role(['/developers/*', 'get']), 'get', '/developers', false],
  [role(['/developers/*', 'get']), 'get', '/developers/ann/apps', true],
  [role(['/developers/*/apps', 'get']), 'get', '/developers/ann', false],
  [role(['/developers/*/apps', 'get']), 'get', '/developers/ann/apps/one', true],
  [role(['/developers', 'get', 'put'], ['/developers/*', 'get']), 'put', '/developers', true],
  [role(['/developers', 'get', 'put'], ['/developers/*', 'get']), 'put', '/developers/ann', false],
  [role(['/developers/ann', 'get', 'put'], ['/developers/*', 'get']), 'put', '/developers/ann', true],
  [role(['/developers/*/apps', 'put'], ['/developers/ann/*', 'get']), 'get', '/developers/ann/apps', true],
  [role(['/developers/*/apps', 'put'], ['/developers/ann/*', 'get']), 'put', '/developers/ann/apps', false],
  [role(['/environments/', 'get']), 'get', '/environments/test', true],
  [role(['/constructor', 'get']), 'get', '/__proto__', false],
  [[], 'get', '/', false],
  // Companies and app groups are one noun: neither word leads around what is said of the other.
  [role(['/appgroups', 'get']), 'get', '/companies/acme', true],
  [role(['/companies', 'get']), 'get', '/appgroups/acme/apps', true],
  [role(['/*', 'get', 'put'], ['/appgroups', 'get']), 'put', '/companies/acme', false],
  [role(['/*', 'get', 'put'], ['/companies', 'get']), 'put', '/appgroups/acme', false],
  [role(['/companies', 'get'], ['/appgroups', 'put']), 'put', '/companies/acme', true],
  [role(['/appgroups', 'get'], ['/companies/*/apps', 'put']), 'get', '/appgroups/acme/apps', false],
  [role(['/developers/appgroups', 'get']), 'get', '/developers/companies', false],
];

for (const [permissions, verb, path, allowed] of table) {
  test(`${JSON.stringify(permissions)} ${allowed ? 'allows' : 'does not allow'} ${verb} on ${path}`, () => {
    assert.equal(permits(permissions, verb, splitPath(path)), allowed);
  });
}

/** Role, what it is to include, whether it does. */
const inclusion: [Permission[], Permission[], boolean][] = [
  [role(['/*', 'get', 'put', 'delete'], ['/', 'get']), role(['/developers', 'put'], ['/', 'get']), true],
  [role(['/*', 'get', 'put', 'delete'], ['/', 'get']), role(['/', 'put']), false],
  [role(['/*', 'get']), role(['/', 'get']), false],
  [role(['/developers', 'get']), role(['/*', 'get']), false],
  [role(['/developers', 'get']), role(['/developers/*/apps', 'get']), true],
  [role(['/developers/*', 'get']), role(['/developers', 'get']), false],
  [role(['/developers/ann', 'get']), role(['/developers/*', 'get']), false],
  [role(['/developers', 'get'], ['/developers/ann']), role(['/developers', 'get']), false],
  [role(['/developers', 'get'], ['/developers/ann']), role(['/developers/bob', 'get']), true],
  [role(['/developers', 'get'], ['/developers/*/apps']), role(['/developers/ann', 'get']), false],
  [role(['/*', 'get'], ['/developers', 'get', 'put']), role(['/developers', 'put']), true],
  [role(['/userroles', 'get', 'put']), role(['/developers'], ['/apps']), true],
  [role(['/companies', 'get']), role(['/appgroups/acme', 'get']), true],
  [role(['/*', 'get'], ['/companies']), role(['/appgroups', 'get']), false],
];

for (const [held, granted, included] of inclusion) {
  test(`${JSON.stringify(held)} ${included ? 'includes' : 'does not include'} ${JSON.stringify(granted)}`, () => {
    assert.equal(includesAll([held], granted), included);
  });
}

const segment = fc.constantFrom('a', 'b', '*');
const permission = fc.record({
  path: fc.array(segment, { maxLength: 3 }).map((segments) => `/${segments.join('/')}`),
  verbs: fc.subarray([...verbs]),
});
const someRole = fc.array(permission, { maxLength: 5 });
const concretePath = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 });

test('who holds roles that include a grant may do himself whatever the grant allows', () => {
  fc.assert(
    fc.property(
      fc.array(someRole, { maxLength: 3 }),
      someRole,
      concretePath,
      fc.constantFrom(...verbs),
      (held, granted, path, verb) => {
        fc.pre(includesAll(held, granted));
        if (permits(granted, verb, path)) assert.ok(held.some((one) => permits(one, verb, path)));
      },
    ),
    { numRuns: 3000 },
  );
});

test('an organization administrator holds all there is to grant, and every built-in role holds itself', () => {
  const administrator = builtInRoles['orgadmin'] ?? [];
  for (const [name, permissions] of Object.entries(builtInRoles)) {
    assert.ok(includesAll([administrator], permissions), name);
  }
  assert.ok(!includesAll([builtInRoles['businessuser'] ?? []], administrator));
});

test('adding a permission joins verbs and removes none', () => {
  const before = role(['/developers', 'get', 'delete'], ['/apps', 'get']);
  const after = mergePermission(before, parsePermission({ path: 'developers/', verbs: ['put'] }));
  assert.deepEqual(after, role(['/developers', 'get', 'put', 'delete'], ['/apps', 'get']));
  assert.deepEqual(mergePermission(before, parsePermission({ path: '/x', verbs: ['get'] })).at(-1), {
    path: '/x',
    verbs: ['get'],
  });
});

test('taking verbs away leaves the others, and no path without a verb', () => {
  const before = role(['/developers', 'get', 'put'], ['/apps', 'get']);
  assert.deepEqual(withoutVerb(before, 'get', '/developers/'), role(['/developers', 'put'], ['/apps', 'get']));
  assert.deepEqual(withoutVerb(before, 'get', '/apps'), role(['/developers', 'get', 'put']));
  assert.equal(withoutVerb(before, 'delete', '/apps'), undefined);
  assert.equal(withoutVerb(before, 'get', '/nothing'), undefined);
});

test('what is no permission is refused', () => {
  const draft =
    (path: string, ...asked: string[]) =>
    () =>
      parsePermission({ path, verbs: asked });
  assert.throws(draft('/developers', 'post'), { code: 'request.invalid' });
  assert.throws(draft('/developers', 'GET'), { code: 'request.invalid' });
  assert.throws(draft('/developers'), { code: 'request.missing' });
  assert.throws(draft('', 'get'), { code: 'request.missing' });
  assert.throws(draft(`/${'a'.repeat(2000)}`, 'get'), { code: 'request.invalid' });
});
