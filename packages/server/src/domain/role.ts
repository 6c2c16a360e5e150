import type { Permission } from './permission.ts';
import { Problem } from './problem.ts';
import type { Stamp } from './stamp.ts';

/** A named set of permissions in an organization, made by its administrators. */
export interface Role extends Stamp {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
}

const all = ['get', 'put', 'delete'] as const;
const readAll: readonly Permission[] = [
  { path: '/', verbs: ['get'] },
  { path: '/*', verbs: ['get'] },
];

/** Roles that every organization has (compat/edge.md §10). Their members are stored, their permissions are these. */
export const builtInRoles: Readonly<Record<string, readonly Permission[]>> = {
  orgadmin: [
    { path: '/', verbs: all },
    { path: '/*', verbs: all },
  ],
  readonlyadmin: readAll,
  opsadmin: [...readAll, { path: '/environments', verbs: all }],
  businessuser: [
    ...readAll,
    { path: '/developers', verbs: all },
    { path: '/apps', verbs: all },
    { path: '/apiproducts', verbs: all },
    { path: '/companies', verbs: all },
    { path: '/appgroups', verbs: all },
  ],
  user: readAll,
  /** The role that a portal connects with: developers and all beneath, products to read. */
  devadmin: [
    { path: '/', verbs: ['get'] },
    { path: '/environments', verbs: ['get'] },
    { path: '/userroles', verbs: ['get'] },
    { path: '/apiproducts', verbs: ['get', 'put'] },
    { path: '/developers', verbs: all },
    { path: '/apps', verbs: ['get'] },
    { path: '/companies', verbs: all },
    { path: '/appgroups', verbs: all },
  ],
};

export function isBuiltInRole(name: string): boolean {
  return Object.hasOwn(builtInRoles, name);
}

const roleName = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/;

/** @throws Problem request.invalid */
export function parseRoleName(value: string): string {
  if (roleName.test(value)) return value;
  throw new Problem('request.invalid', {
    field: 'role.name',
    reason: 'takes letters, digits, space, dot, hyphen and underscore, and has at most 100 characters',
  });
}
