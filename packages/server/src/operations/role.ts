import { includesAll, type Permission } from '../domain/permission.ts';
import { Problem } from '../domain/problem.ts';
import { builtInRoles, isBuiltInRole, parseRoleName, type Role } from '../domain/role.ts';
import { stampNew } from '../domain/stamp.ts';
import { compareBytewise } from '../domain/text.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
import { authorize, authorship, type Call, commit, recordChange } from './call.ts';
import type { Plane } from './plane.ts';

/** A role of an organization, made there or built in. */
export interface RoleView {
  readonly name: string;
  readonly builtIn: boolean;
  readonly permissions: readonly Permission[];
}

/** Names of all roles, bytewise. @throws Problem auth.forbidden */
export async function listRoles(plane: Plane, call: Call): Promise<string[]> {
  authorize(call, 'get', ['userroles']);
  const custom = await plane.store.roles.list(call.organization.id);
  return [...Object.keys(builtInRoles), ...custom.map(({ name }) => name)].sort(compareBytewise);
}

/** @throws Problem auth.forbidden, role.not-found */
export async function getRole(plane: Plane, call: Call, name: string): Promise<RoleView> {
  authorize(call, 'get', ['userroles', name]);
  return findRoleView(plane.store, call, name);
}

/**
 * Makes roles without permissions: all of them or none.
 * @throws Problem auth.forbidden, role.exists, request.invalid, request.missing
 */
export async function createRoles(plane: Plane, call: Call, names: readonly string[]): Promise<RoleView[]> {
  authorize(call, 'put', ['userroles']);
  if (names.length === 0) throw new Problem('request.missing', { field: 'role' });
  const { at, by } = authorship(plane, call);
  const organizationId = call.organization.id;
  const roles = names.map((name): Role => {
    if (isBuiltInRole(name)) throw new Problem('role.exists', { role: name, organization: call.organization.name });
    return {
      id: plane.random.rowId(),
      organizationId,
      name: parseRoleName(name),
      permissions: [],
      ...stampNew(at, by),
    };
  });
  await commit(plane, call, async (transaction) => {
    for (const role of roles) {
      const { name } = role;
      if (!(await transaction.roles.insert(role))) {
        throw new Problem('role.exists', { role: name, organization: call.organization.name });
      }
      recordRole(transaction, call, { role, kind: 'put', at, request: { name } });
    }
  });
  return roles.map(viewOf);
}

/**
 * Only where nobody holds it (compat/edge.md §9).
 * @throws Problem auth.forbidden, role.not-found, role.built-in, role.in-use
 */
export async function deleteRole(plane: Plane, call: Call, name: string): Promise<RoleView> {
  authorize(call, 'delete', ['userroles', name]);
  const { at } = authorship(plane, call);
  const value = await commit(plane, call, async (transaction) => {
    const role = await findCustomRole(transaction, call, name);
    if ((await transaction.roles.listMembers(role.organizationId, name)).length > 0) {
      throw new Problem('role.in-use', { role: name });
    }
    await transaction.roles.delete(role);
    recordRole(transaction, call, { role, kind: 'delete', at });
    return role;
  });
  return viewOf(value);
}

/** @throws Problem role.not-found */
export async function findRoleView(view: StoreView, call: Call, name: string): Promise<RoleView> {
  const permissions = isBuiltInRole(name) ? builtInRoles[name] : undefined;
  if (permissions !== undefined) return { name, builtIn: true, permissions };
  return viewOf(await findCustomRole(view, call, name));
}

/** @throws Problem role.built-in, role.not-found */
export async function findCustomRole(view: StoreView, call: Call, name: string): Promise<Role> {
  if (isBuiltInRole(name)) throw new Problem('role.built-in', { role: name });
  const role = await view.roles.find(call.organization.id, name);
  if (role === undefined) throw new Problem('role.not-found', { role: name, organization: call.organization.name });
  return role;
}

/**
 * Nobody hands out more than he has: else `put` on `/userroles` would be as good as orgadmin.
 * @throws Problem auth.forbidden, with the first path that the caller lacks
 */
export function authorizeGrant(call: Call, permissions: readonly Permission[]): void {
  if (call.account.sysadmin) return;
  for (const { path, verbs } of permissions) {
    for (const verb of verbs) {
      if (includesAll(call.roles, [{ path, verbs: [verb] }])) continue;
      throw new Problem('auth.forbidden', { account: call.account.email, permission: verb, path });
    }
  }
}

export function viewOf({ name, permissions }: Role): RoleView {
  return { name, builtIn: false, permissions };
}

interface RoleChange {
  readonly role: Role;
  readonly kind: 'put' | 'delete';
  readonly at: number;
  readonly request?: object;
}

export function recordRole(transaction: StoreTransaction, call: Call, { role, kind, at, request }: RoleChange): void {
  recordChange(transaction, call, {
    organizationId: role.organizationId,
    change: { noun: 'role', entityId: role.id, kind, version: role.version },
    takesAway: false,
    resource: `/userroles/${role.name}`,
    request,
    at,
  });
}
