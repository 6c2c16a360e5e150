import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createAccount,
  deleteAccount,
  getAccount,
  listAccounts,
  setPassword,
  updateAccount,
} from '../../src/operations/account.ts';
import { createAccountToken } from '../../src/operations/account-token.ts';
import { authenticate } from '../../src/operations/authentication.ts';
import { ensureFirstAccount } from '../../src/operations/first-account.ts';
import { callAs, makeAccount, openTestPlane, problem } from '../support/plane.ts';

const email = 'ann@example.com';
const password = 'correct horse';
const forbidden = problem('auth.forbidden');
const lastSysadmin = problem('account.last-sysadmin');

test('the first account is made once, with a password that was given or made', async () => {
  await using test = await openTestPlane();
  assert.ok(test.admin.sysadmin);
  assert.equal(await ensureFirstAccount(test.plane, { email: 'other@example.com', password }), undefined);
  const admin = callAs(test.admin);
  const heir = await makeAccount(test, { email: 'heir@example.com', sysadmin: true });
  assert.equal((await getAccount(test.plane, admin, heir.email)).sysadmin, true);
});

test('a generated first password signs in', async () => {
  await using test = await openTestPlane();
  const { plane, admin } = test;
  // A store that has no account again: the only way there goes past the operations, on purpose.
  await plane.store.write((transaction) => transaction.accounts.delete(admin));
  const first = await ensureFirstAccount(plane, { email, password: undefined });
  const generated = first?.generatedPassword ?? '';
  assert.match(generated, /^[0-9A-Za-z]{24,}$/);
  const account = await authenticate(plane, { kind: 'basic', login: email, password: generated }, '192.0.2.1');
  assert.ok(account.sysadmin);
});

test('nodes that start at the same moment make one first account', async () => {
  await using test = await openTestPlane();
  const { plane, admin } = test;
  await plane.store.write((transaction) => transaction.accounts.delete(admin));
  const made = await Promise.all(
    [1, 2, 3].map((node) => ensureFirstAccount(plane, { email: `a${node}@example.com`, password })),
  );
  assert.equal(made.filter((one) => one !== undefined).length, 1);
  assert.equal((await plane.store.accounts.list({ limit: 10 })).length, 1);
});

test('accounts are made, read, listed, changed and deleted by a sysadmin', async () => {
  await using test = await openTestPlane();
  const { plane } = test;
  const admin = callAs(test.admin);
  const made = await createAccount(plane, admin, {
    email: 'Ann@example.com',
    firstName: 'Ann',
    lastName: 'Other',
    password,
  });
  assert.equal(made.createdBy, 'admin@example.com');
  assert.deepEqual(await getAccount(plane, admin, 'ann@EXAMPLE.com'), made);
  const emails = (await listAccounts(plane, admin, { limit: 10 })).map((account) => account.email);
  assert.deepEqual(emails, ['admin@example.com', 'Ann@example.com']);
  const changed = await updateAccount(plane, admin, { email, patch: { lastName: 'Else', email: 'anna@example.com' } });
  assert.equal(changed.version, 2);
  assert.equal(changed.lastName, 'Else');
  assert.equal(changed.firstName, 'Ann');
  await assert.rejects(getAccount(plane, admin, email), problem('account.not-found'));
  await deleteAccount(plane, admin, 'anna@example.com');
  await assert.rejects(getAccount(plane, admin, 'anna@example.com'), problem('account.not-found'));
});

test('an e-mail is taken in whatever case it is given', async () => {
  await using test = await openTestPlane();
  await makeAccount(test, { email });
  await makeAccount(test, { email: 'bob@example.com' });
  await assert.rejects(makeAccount(test, { email: 'ANN@example.com' }), problem('account.exists'));
  const rename = updateAccount(test.plane, callAs(test.admin), { email: 'bob@example.com', patch: { email } });
  await assert.rejects(rename, problem('account.exists'));
});

test('what is no account is refused', async () => {
  await using test = await openTestPlane();
  await assert.rejects(makeAccount(test, { email: 'no e-mail' }), problem('request.invalid'));
  await assert.rejects(makeAccount(test, { email, firstName: '' }), problem('request.missing'));
  await assert.rejects(makeAccount(test, { email, password: 'short' }), problem('request.invalid'));
  await assert.rejects(makeAccount(test, { email, password: '' }), problem('request.missing'));
  await assert.rejects(makeAccount(test, { email, password: 'x'.repeat(513) }), problem('request.invalid'));
  assert.equal(test.hashes.hash, 1, 'the first account only');
});

test('others may read and rename themselves and set their own password, and nothing else', async () => {
  await using test = await openTestPlane();
  const { plane } = test;
  const ann = callAs(await makeAccount(test, { email, password }));
  await makeAccount(test, { email: 'bob@example.com', password });
  assert.equal((await getAccount(plane, ann, 'ANN@example.com')).email, email);
  assert.equal((await updateAccount(plane, ann, { email, patch: { firstName: 'Anna' } })).firstName, 'Anna');
  await setPassword(plane, ann, { email, password: 'a new password' });
  const other = 'bob@example.com';
  await assert.rejects(getAccount(plane, ann, other), forbidden);
  await assert.rejects(getAccount(plane, ann, 'nobody@example.com'), forbidden);
  await assert.rejects(setPassword(plane, ann, { email: other, password: 'a new password' }), forbidden);
  await assert.rejects(updateAccount(plane, ann, { email: other, patch: { firstName: 'X' } }), forbidden);
  await assert.rejects(updateAccount(plane, ann, { email, patch: { sysadmin: true } }), forbidden);
  await assert.rejects(updateAccount(plane, ann, { email, patch: { status: 'active' } }), forbidden);
  await assert.rejects(updateAccount(plane, ann, { email, patch: { email: 'new@example.com' } }), forbidden);
  await assert.rejects(createAccount(plane, ann, { email: 'x@example.com', firstName: 'X', lastName: 'Y' }), forbidden);
  await assert.rejects(listAccounts(plane, ann, { limit: 10 }), forbidden);
  await assert.rejects(deleteAccount(plane, ann, email), forbidden);
});

test('the last active sysadmin can be neither deleted, nor disabled, nor demoted', async () => {
  await using test = await openTestPlane();
  const { plane } = test;
  const admin = callAs(test.admin);
  const self = test.admin.email;
  await makeAccount(test, { email });
  await makeAccount(test, { email: 'off@example.com', sysadmin: true });
  await updateAccount(plane, admin, { email: 'off@example.com', patch: { status: 'disabled' } });
  await assert.rejects(deleteAccount(plane, admin, self), lastSysadmin);
  await assert.rejects(updateAccount(plane, admin, { email: self, patch: { status: 'disabled' } }), lastSysadmin);
  await assert.rejects(updateAccount(plane, admin, { email: self, patch: { sysadmin: false } }), lastSysadmin);
  assert.equal((await updateAccount(plane, admin, { email: self, patch: { lastName: 'Renamed' } })).sysadmin, true);
  await updateAccount(plane, admin, { email, patch: { sysadmin: true } });
  await deleteAccount(plane, admin, self);
  await assert.rejects(deleteAccount(plane, admin, email), lastSysadmin);
});

test('of two sysadmins who take each other away at the same moment, one stays', async () => {
  await using test = await openTestPlane();
  const { plane } = test;
  const other = await makeAccount(test, { email, sysadmin: true });
  const results = await Promise.allSettled([
    deleteAccount(plane, callAs(test.admin), other.email),
    deleteAccount(plane, callAs(other), test.admin.email),
  ]);
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal((await plane.store.accounts.list({ limit: 10 })).length, 1);
});

test('every change is in the feed and in the audit, which holds no secret', async () => {
  await using test = await openTestPlane();
  const { plane } = test;
  const admin = callAs(test.admin, { id: 'r1', uri: '/v1/users', operation: 'CREATE', responseCode: 201 });
  const { last } = await plane.store.feed.head();
  const ann = await createAccount(plane, admin, { email, firstName: 'Ann', lastName: 'Other', password });
  const smuggled = { firstName: 'Anna', password: 'smuggled secret' };
  await updateAccount(plane, admin, { email, patch: smuggled });
  await setPassword(plane, admin, { email, password: 'a new password' });
  const { token, text } = await createAccountToken(plane, admin, { email, label: 'ci' });
  await deleteAccount(plane, admin, email);
  const changes = await plane.store.feed.after(last, 10);
  assert.deepEqual(
    changes.map(({ noun, entityId, kind, version }) => [noun, entityId, kind, version]),
    [
      ['account', ann.id, 'put', 1],
      ['account', ann.id, 'put', 2],
      ['account', ann.id, 'put', 3],
      ['account-token', token.id, 'put', 1],
      ['account', ann.id, 'delete', 3],
    ],
  );
  const window = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 100 };
  const entries = await plane.store.audit.listOfAccount('admin@example.com', window);
  const mine = entries.filter(({ requestId }) => requestId === 'r1');
  assert.equal(mine.length, 5);
  assert.ok(mine.every(({ resource, responseCode }) => resource.startsWith(`/users/${email}`) && responseCode === 201));
  const everything = JSON.stringify(entries);
  for (const secret of [password, 'smuggled', 'a new password', text, 'argon2', 'SCRAM'])
    assert.ok(!everything.includes(secret));
});
