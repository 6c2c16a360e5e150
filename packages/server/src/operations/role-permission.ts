import {
  mergePermission,
  normalizePath,
  type Permission,
  parsePermission,
  parseVerb,
  withoutVerb,
} from '../domain/permission.ts';
import { Problem } from '../domain/problem.ts';
import { builtInRoles, type Role } from '../domain/role.ts';
import { stampChanged } from '../domain/stamp.ts';
import { authorize, authorship, type Call, commit } from './call.ts';
import type { Plane } from './plane.ts';
import { authorizeGrant, findCustomRole, findRoleView, type RoleView, recordRole, viewOf } from './role.ts';

export interface PermissionDraft {
  readonly path: string;
  readonly verbs: readonly string[];
}

/** Paths of one role. Every request of its holders walks them. */
const permissionsMax = 200;

/** @throws Problem auth.forbidden, role.not-found */
export async function listPermissions(plane: Plane, call: Call, role: string): Promise<readonly Permission[]> {
  authorize(call, 'get', ['userroles', role, 'permissions']);
  return (await findRoleView(plane.store, call, role)).permissions;
}

/** @throws Problem auth.forbidden, role.not-found, permission.not-found */
export async function getPermission(
  plane: Plane,
  call: Call,
  { role, path }: { readonly role: string; readonly path: string },
): Promise<Permission> {
  const wanted = normalizePath(path);
  const found = (await listPermissions(plane, call, role)).find((one) => normalizePath(one.path) === wanted);
  if (found === undefined) throw new Problem('permission.not-found', { role, path: wanted });
  return found;
}

/** Every role with its permissions: built-in ones first, then the others by name. @throws Problem auth.forbidden */
export async function listAllPermissions(plane: Plane, call: Call): Promise<RoleView[]> {
  authorize(call, 'get', ['userroles']);
  const custom = await plane.store.roles.list(call.organization.id);
  const builtIn = Object.entries(builtInRoles).map(([name, permissions]) => ({ name, builtIn: true, permissions }));
  return [...builtIn, ...custom.map(viewOf)];
}

/**
 * Adds permissions: verbs of a path that the role has already are joined, none is removed (compat/edge.md §9).
 * @throws Problem auth.forbidden, role.not-found, role.built-in, request.invalid, request.missing
 */
export async function addPermissions(
  plane: Plane,
  call: Call,
  { role, permissions }: { readonly role: string; readonly permissions: readonly PermissionDraft[] },
): Promise<RoleView> {
  authorize(call, 'put', ['userroles', role, 'permissions']);
  if (permissions.length === 0) throw new Problem('request.missing', { field: 'resourcePermission' });
  const added = permissions.map(parsePermission);
  return changePermissions(plane, call, {
    role,
    request: { permissions: added },
    change: (before) => added.reduce<readonly Permission[]>(mergePermission, before.permissions),
  });
}

/**
 * Takes one verb away from one path of the role.
 * @throws Problem auth.forbidden, role.not-found, role.built-in, permission.not-found, request.invalid
 */
export async function deletePermission(
  plane: Plane,
  call: Call,
  { role, path, verb }: { readonly role: string; readonly path: string; readonly verb: string },
): Promise<RoleView> {
  authorize(call, 'delete', ['userroles', role, 'permissions', verb]);
  const removed = parseVerb(verb);
  return changePermissions(plane, call, {
    role,
    request: { path: normalizePath(path), permissions: [removed] },
    change: (before) => {
      const left = withoutVerb(before.permissions, removed, path);
      if (left === undefined) throw new Problem('permission.not-found', { role, path: normalizePath(path) });
      return left;
    },
  });
}

interface PermissionChange {
  readonly role: string;
  readonly request: object;
  readonly change: (before: Role) => readonly Permission[];
}

/**
 * What the role allows afterwards has to lie within the caller's own rights, after a removal too: where a narrow path
 * goes, a wider one of the same role decides.
 */
async function changePermissions(plane: Plane, call: Call, asked: PermissionChange): Promise<RoleView> {
  const { at, by } = authorship(plane, call);
  const value = await commit(plane, call, async (transaction) => {
    const before = await findCustomRole(transaction, call, asked.role);
    const permissions = asked.change(before);
    if (permissions.length > permissionsMax) {
      throw new Problem('request.invalid', { field: 'path', reason: `would be path number ${permissionsMax + 1}` });
    }
    authorizeGrant(call, permissions);
    const role: Role = { ...before, permissions, ...stampChanged(before, at, by) };
    await transaction.roles.update(role);
    recordRole(transaction, call, { role, kind: 'put', at, request: asked.request });
    return role;
  });
  return viewOf(value);
}
