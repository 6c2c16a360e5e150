import { type Account, type AccountStatus, parseAccountEmail, parsePassword } from '../domain/account.ts';
import { keyOfEmail } from '../domain/developer.ts';
import { Problem } from '../domain/problem.ts';
import { stampChanged, stampNew } from '../domain/stamp.ts';
import { parseText } from '../domain/text.ts';
import type { AccountSecrets, Page, StoreTransaction, StoreView } from '../ports/store.ts';
import { withoutSecrets } from './authentication.ts';
import { type AccountCall, authorizeSysadmin, authorship, commit, recordChange } from './call.ts';
import type { Plane } from './plane.ts';
import { requireVersion } from './precondition.ts';

export interface AccountDraft {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Absent: the account signs in by tokens or by a foreign issuer alone. */
  readonly password?: string | undefined;
  readonly sysadmin?: boolean | undefined;
}

/** Members to change; absent ones stay. */
export interface AccountPatch {
  readonly email?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly status?: AccountStatus | undefined;
  readonly sysadmin?: boolean | undefined;
  /** Ends what the old one gave, as {@link setPassword} does. */
  readonly password?: string | undefined;
  /** The version that the caller has seen; absent: any. */
  readonly version?: number | undefined;
}

export type StoredAccount = Account & AccountSecrets;

const nameLengthMax = 255;
const noSecrets: AccountSecrets = { passwordHash: undefined, scramVerifier: undefined };

/** @throws Problem auth.forbidden, account.exists, request.invalid, request.missing, auth.throttled */
export async function createAccount(plane: Plane, call: AccountCall, draft: AccountDraft): Promise<Account> {
  authorizeSysadmin(call, '/users');
  const { at, by } = authorship(plane, call);
  const account: StoredAccount = {
    id: plane.random.rowId(),
    ...parseNames(draft),
    email: parseAccountEmail(draft.email),
    status: 'active',
    sysadmin: draft.sysadmin ?? false,
    passwordVersion: 1,
    ...(draft.password === undefined ? noSecrets : await plane.passwords.hash(parsePassword(draft.password))),
    ...stampNew(at, by),
  };
  await commit(plane, call, async (transaction) => {
    if (!(await transaction.accounts.insert(account))) throw new Problem('account.exists', { account: account.email });
    recordAccount(transaction, call, { account, kind: 'put', at, request: describe(account) });
  });
  return withoutSecrets(account);
}

/**
 * The caller's own account, or for a sysadmin any.
 * @throws Problem auth.forbidden, account.not-found
 */
export async function getAccount(plane: Plane, call: AccountCall, email: string): Promise<Account> {
  authorizeSelf(call, email);
  return withoutSecrets(await findAccount(plane.store, email));
}

/** E-mails of all accounts, bytewise. @throws Problem auth.forbidden */
export async function listAccountEmails(plane: Plane, call: AccountCall): Promise<string[]> {
  authorizeSysadmin(call, '/users');
  const limit = 1000;
  return plane.store.snapshot(async (view) => {
    const emails: string[] = [];
    for (;;) {
      const last = emails.at(-1);
      const page = await view.accounts.list({ after: last === undefined ? undefined : keyOfEmail(last), limit });
      emails.push(...page.map(({ email }) => email));
      if (page.length < limit) return emails;
    }
  });
}

/** @throws Problem auth.forbidden */
export async function listAccounts(plane: Plane, call: AccountCall, page: Page): Promise<Account[]> {
  authorizeSysadmin(call, '/users');
  return plane.store.accounts.list(page);
}

/**
 * Changes names and password (everybody his own), and e-mail, status and sysadmin (a sysadmin).
 * @throws Problem auth.forbidden, account.not-found, account.exists, account.last-sysadmin, entity.changed,
 *   request.invalid, request.missing, auth.throttled
 */
export async function updateAccount(
  plane: Plane,
  call: AccountCall,
  { email, patch }: { readonly email: string; readonly patch: AccountPatch },
): Promise<Account> {
  const plain = patch.email === undefined && patch.status === undefined && patch.sysadmin === undefined;
  if (plain) authorizeSelf(call, email);
  else authorizeSysadmin(call, pathOf(email));
  // Slow, and so before the transaction.
  const secrets = patch.password === undefined ? undefined : await plane.passwords.hash(parsePassword(patch.password));
  const { at, by } = authorship(plane, call);
  const value = await commit(plane, call, async (transaction) => {
    await takeSysadminTurn(transaction, patch, at);
    const before = await findAccount(transaction, email);
    requireVersion('account', before, patch.version);
    const account: StoredAccount = {
      ...before,
      ...parseNames({ firstName: patch.firstName ?? before.firstName, lastName: patch.lastName ?? before.lastName }),
      email: patch.email === undefined ? before.email : parseAccountEmail(patch.email),
      status: patch.status ?? before.status,
      sysadmin: patch.sysadmin ?? before.sysadmin,
      ...(secrets && { ...secrets, passwordVersion: before.passwordVersion + 1 }),
      ...stampChanged(before, at, by),
    };
    if (!isActiveSysadmin(account)) await refuseLastSysadmin(transaction, before);
    if (!(await transaction.accounts.update(account))) throw new Problem('account.exists', { account: account.email });
    const request = { ...describe(patch), ...(secrets && { passwordVersion: account.passwordVersion }) };
    recordAccount(transaction, call, { account, kind: 'put', at, request });
    return account;
  });
  return withoutSecrets(value);
}

/**
 * Lets an account in again: one that was disabled, and one that wrong passwords hold up, on this node.
 * @throws Problem auth.forbidden, account.not-found
 */
export async function unlockAccount(plane: Plane, call: AccountCall, email: string): Promise<Account> {
  const account = await updateAccount(plane, call, { email, patch: { status: 'active' } });
  plane.signIns.forgive(keyOfEmail(email));
  return account;
}

/**
 * With it go its tokens and its place in roles.
 * @param version what the caller has seen; absent: he does not care
 * @throws Problem auth.forbidden, account.not-found, account.last-sysadmin, entity.changed
 */
export async function deleteAccount(
  plane: Plane,
  call: AccountCall,
  email: string,
  version?: number | undefined,
): Promise<Account> {
  authorizeSysadmin(call, pathOf(email));
  const { at } = authorship(plane, call);
  const value = await commit(plane, call, async (transaction) => {
    await takeSysadminTurn(transaction, { status: 'disabled' }, at);
    const account = await findAccount(transaction, email);
    requireVersion('account', account, version);
    await refuseLastSysadmin(transaction, account);
    await transaction.accounts.delete(account);
    recordAccount(transaction, call, { account, kind: 'delete', at });
    return account;
  });
  return withoutSecrets(value);
}

/**
 * Sets a password. Everything that was derived from the old one ends with this: remembered passwords, access and
 * refresh tokens. Tokens made by hand are credentials of their own and stay.
 * @throws Problem auth.forbidden, account.not-found, request.invalid, request.missing, auth.throttled
 */
export async function setPassword(
  plane: Plane,
  call: AccountCall,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<Account> {
  authorizeSelf(call, email);
  // Slow, and so before the transaction.
  const secrets = await plane.passwords.hash(parsePassword(password));
  const { at, by } = authorship(plane, call);
  const value = await commit(plane, call, async (transaction) => {
    const before = await findAccount(transaction, email);
    const passwordVersion = before.passwordVersion + 1;
    const account: StoredAccount = { ...before, ...secrets, passwordVersion, ...stampChanged(before, at, by) };
    await transaction.accounts.update(account);
    recordAccount(transaction, call, { account, kind: 'put', at, request: { passwordVersion } });
    return account;
  });
  return withoutSecrets(value);
}

/** @throws Problem account.not-found */
export async function findAccount(view: Pick<StoreView, 'accounts'>, email: string): Promise<StoredAccount> {
  const account = await view.accounts.findByEmail(keyOfEmail(email));
  if (account === undefined) throw new Problem('account.not-found', { account: email });
  return account;
}

/** @throws Problem auth.forbidden: whether there is such an account is not said */
export function authorizeSelf(call: AccountCall, email: string): void {
  if (keyOfEmail(call.account.email) !== keyOfEmail(email)) authorizeSysadmin(call, pathOf(email));
}

export function pathOf(email: string): string {
  return `/users/${keyOfEmail(email)}`;
}

function parseNames({ firstName, lastName }: Pick<AccountDraft, 'firstName' | 'lastName'>): {
  firstName: string;
  lastName: string;
} {
  return {
    firstName: parseText(firstName, { field: 'firstName', lengthMax: nameLengthMax }),
    lastName: parseText(lastName, { field: 'lastName', lengthMax: nameLengthMax }),
  };
}

/** What the audit may hold of an account: members named one by one, so that a secret can't slip in. */
function describe({ email, firstName, lastName, status, sysadmin }: AccountPatch): object {
  return { email, firstName, lastName, status, sysadmin };
}

function isActiveSysadmin(account: Account): boolean {
  return account.sysadmin && account.status === 'active';
}

/**
 * Two transactions that each take away another sysadmin could both see one left. Writing the same row first makes
 * the second wait for the first, and look again.
 */
async function takeSysadminTurn(transaction: StoreTransaction, patch: AccountPatch, at: number): Promise<void> {
  if (patch.status !== 'disabled' && patch.sysadmin !== false) return;
  await transaction.settings.set('sysadmin-turn', String(at));
}

async function refuseLastSysadmin(transaction: StoreTransaction, account: Account): Promise<void> {
  if (!isActiveSysadmin(account)) return;
  const limit = 500;
  let after: string | undefined;
  for (;;) {
    const page = await transaction.accounts.list({ after, limit });
    if (page.some((other) => other.id !== account.id && isActiveSysadmin(other))) return;
    const last = page.at(-1);
    if (last === undefined || page.length < limit) break;
    after = keyOfEmail(last.email);
  }
  throw new Problem('account.last-sysadmin', { account: account.email });
}

interface AccountChange {
  readonly account: Account;
  readonly kind: 'put' | 'delete';
  readonly at: number;
  readonly request?: object;
}

/** Also for the bootstrap. */
export function recordAccount(transaction: StoreTransaction, call: AccountCall, recorded: AccountChange): void {
  const { account, kind, at, request } = recorded;
  recordChange(transaction, call, {
    organizationId: undefined,
    change: { noun: 'account', entityId: account.id, kind, version: account.version },
    takesAway: false,
    resource: pathOf(account.email),
    request,
    at,
  });
}
