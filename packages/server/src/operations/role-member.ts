import type { Account } from '../domain/account.ts';
import { keyOfEmail } from '../domain/developer.ts';
import { Problem } from '../domain/problem.ts';
import { builtInRoles } from '../domain/role.ts';
import { compareBytewise } from '../domain/text.ts';
import type { StoreTransaction } from '../ports/store.ts';
import { authorizeSelf, findAccount } from './account.ts';
import { withoutSecrets } from './authentication.ts';
import { type AccountCall, authorize, authorship, type Call, commit, recordChange } from './call.ts';
import type { Plane } from './plane.ts';
import { authorizeGrant, findRoleView } from './role.ts';

/** An account with the roles it holds in the organization that was asked. */
export interface MemberView {
  readonly account: Account;
  readonly roles: readonly string[];
}

export interface MemberKey {
  readonly role: string;
  readonly email: string;
}

/** A membership is there or not: it has one version. */
const memberVersion = 1;

/** E-mails of those who hold the role. @throws Problem auth.forbidden, role.not-found */
export async function listMembers(plane: Plane, call: Call, role: string): Promise<string[]> {
  authorize(call, 'get', ['userroles', role, 'users']);
  await findRoleView(plane.store, call, role);
  return plane.store.roles.listMembers(call.organization.id, role);
}

/** @throws Problem auth.forbidden, role.not-found, role-member.not-found */
export async function getMember(plane: Plane, call: Call, { role, email }: MemberKey): Promise<MemberView> {
  authorize(call, 'get', ['userroles', role, 'users', keyOfEmail(email)]);
  await findRoleView(plane.store, call, role);
  const account = await plane.store.accounts.findByEmail(keyOfEmail(email));
  const held = account && (await plane.store.roles.listOfAccount(call.organization.id, account.id));
  // Of accounts outside of the role nothing is told, not even that they exist.
  if (account === undefined || !held?.some(({ name }) => name === role)) {
    throw new Problem('role-member.not-found', { role, account: email });
  }
  return { account: withoutSecrets(account), roles: held.map(({ name }) => name) };
}

/**
 * E-mails of those who hold any role of the organization, in the order of their keys.
 * @throws Problem auth.forbidden
 */
export async function listAllMembers(plane: Plane, call: Call): Promise<string[]> {
  authorize(call, 'get', ['users']);
  const organizationId = call.organization.id;
  return plane.store.snapshot(async (view) => {
    const custom = await view.roles.list(organizationId);
    const emails = new Map<string, string>();
    for (const role of [...Object.keys(builtInRoles), ...custom.map(({ name }) => name)]) {
      for (const email of await view.roles.listMembers(organizationId, role)) emails.set(keyOfEmail(email), email);
    }
    return [...emails].sort(([left], [right]) => compareBytewise(left, right)).map(([, email]) => email);
  });
}

export interface Membership {
  readonly organization: string;
  readonly role: string;
}

/**
 * The roles that an account holds, in every organization: for itself and for sysadmins.
 * @throws Problem auth.forbidden, account.not-found
 */
export async function listMemberships(plane: Plane, call: AccountCall, email: string): Promise<Membership[]> {
  authorizeSelf(call, email);
  const account = await findAccount(plane.store, email);
  return plane.store.roles.listMemberships(account.id);
}

/**
 * Gives an account the role; once more changes nothing.
 * @throws Problem auth.forbidden, role.not-found, account.not-found
 */
export async function addMember(plane: Plane, call: Call, { role, email }: MemberKey): Promise<MemberView> {
  return addMemberToRoles(plane, call, { roles: [role], email });
}

/**
 * Gives an account all of these roles of the organization, or none.
 * @throws Problem auth.forbidden, role.not-found, account.not-found, request.missing
 */
export async function addMemberToRoles(
  plane: Plane,
  call: Call,
  { roles, email }: { readonly roles: readonly string[]; readonly email: string },
): Promise<MemberView> {
  if (roles.length === 0) throw new Problem('request.missing', { field: 'role' });
  for (const role of roles) authorize(call, 'put', ['userroles', role, 'users']);
  return commit(plane, call, async (transaction) => {
    for (const role of roles) await giveRole(transaction, call, { role, email, at: plane.clock.now() });
    const account = await findAccount(transaction, email);
    const held = await transaction.roles.listOfAccount(call.organization.id, account.id);
    return { account: withoutSecrets(account), roles: held.map(({ name }) => name) };
  });
}

async function giveRole(
  transaction: StoreTransaction,
  call: Call,
  { role, email, at }: MemberKey & { readonly at: number },
): Promise<void> {
  const { permissions } = await findRoleView(transaction, call, role);
  authorizeGrant(call, permissions);
  const account = await findAccount(transaction, email);
  if (!(await transaction.roles.addMember(call.organization.id, role, account.id))) return;
  recordMember(transaction, call, { role, account, kind: 'put', at });
}

/** @throws Problem auth.forbidden, role.not-found, role-member.not-found */
export async function deleteMember(plane: Plane, call: Call, { role, email }: MemberKey): Promise<void> {
  authorize(call, 'delete', ['userroles', role, 'users', keyOfEmail(email)]);
  const { at } = authorship(plane, call);
  await commit(plane, call, async (transaction) => {
    await findRoleView(transaction, call, role);
    const account = await transaction.accounts.findByEmail(keyOfEmail(email));
    const removed = account && (await transaction.roles.removeMember(call.organization.id, role, account.id));
    if (account === undefined || removed !== true) throw new Problem('role-member.not-found', { role, account: email });
    recordMember(transaction, call, { role, account, kind: 'delete', at });
  });
}

interface MemberChange {
  readonly role: string;
  readonly account: Account;
  readonly kind: 'put' | 'delete';
  readonly at: number;
}

function recordMember(transaction: StoreTransaction, call: Call, { role, account, kind, at }: MemberChange): void {
  recordChange(transaction, call, {
    organizationId: call.organization.id,
    change: { noun: 'role-member', entityId: `${role}/${account.id}`, kind, version: memberVersion },
    takesAway: false,
    resource: `/userroles/${role}/users/${keyOfEmail(account.email)}`,
    request: kind === 'put' ? { id: account.email } : undefined,
    at,
  });
}
