import type { Account } from '../domain/account.ts';
import { keyOfEmail } from '../domain/developer.ts';
import { Problem } from '../domain/problem.ts';
import type { StoreTransaction } from '../ports/store.ts';
import { findAccount } from './account.ts';
import { withoutSecrets } from './authentication.ts';
import { authorize, authorship, type Call, recordChange } from './call.ts';
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
 * Gives an account the role; once more changes nothing.
 * @throws Problem auth.forbidden, role.not-found, account.not-found
 */
export async function addMember(plane: Plane, call: Call, { role, email }: MemberKey): Promise<MemberView> {
  authorize(call, 'put', ['userroles', role, 'users']);
  const { at } = authorship(plane, call);
  const organizationId = call.organization.id;
  const { value } = await plane.store.write(async (transaction) => {
    const { permissions } = await findRoleView(transaction, call, role);
    authorizeGrant(call, permissions);
    const account = await findAccount(transaction, email);
    if (await transaction.roles.addMember(organizationId, role, account.id)) {
      recordMember(transaction, call, { role, account, kind: 'put', at });
    }
    const held = await transaction.roles.listOfAccount(organizationId, account.id);
    return { account: withoutSecrets(account), roles: held.map(({ name }) => name) };
  });
  return value;
}

/** @throws Problem auth.forbidden, role.not-found, role-member.not-found */
export async function deleteMember(plane: Plane, call: Call, { role, email }: MemberKey): Promise<void> {
  authorize(call, 'delete', ['userroles', role, 'users', keyOfEmail(email)]);
  const { at } = authorship(plane, call);
  await plane.store.write(async (transaction) => {
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
    resource: `/userroles/${role}/users/${keyOfEmail(account.email)}`,
    request: kind === 'put' ? { id: account.email } : undefined,
    at,
  });
}
