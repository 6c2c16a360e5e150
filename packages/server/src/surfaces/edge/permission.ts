import { type Static, Type } from '@sinclair/typebox';
import { normalizePath, type Permission, parseVerb } from '../../domain/permission.ts';
import { Problem } from '../../domain/problem.ts';
import {
  addPermissions,
  deletePermission,
  getPermission,
  listPermissions,
  type PermissionDraft,
} from '../../operations/role-permission.ts';
import type { Answer } from '../http/answer.ts';
import type { Visit } from '../http/visit.ts';
import { always, answer, type EdgeRoute, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';

const pathQuery = Type.Object({
  path: Type.Optional(Type.String({ description: 'The path that the permission is on, as `/developers`.' })),
});

type OneRole = Static<typeof schema.roleParams>;
type OnePermission = Static<typeof schema.permissionParams>;
type PathQuery = Static<typeof pathQuery>;
type Draft = Static<typeof schema.permissionDraft>;

function encodePermission(at: Visit, { path, verbs }: Permission): Static<typeof schema.permission> {
  return { organization: at.call.organization.name, path, permissions: [...verbs] };
}

function answerPermission(at: Visit, permission: Permission): Answer {
  return answer(at, encodePermission(at, permission), shape.permissionDocument);
}

function answerPermissions(at: Visit, permissions: readonly Permission[]): Answer {
  const resourcePermission = permissions.map((permission) => encodePermission(at, permission));
  return answer(at, { resourcePermission }, shape.permissionsDocument);
}

function toDraft({ path = '', permissions = [] }: Draft): PermissionDraft {
  return { path, verbs: permissions };
}

const list = visit(async (at: Visit<OneRole, PathQuery>) => {
  const { role } = at.params;
  const { path } = at.query;
  if (path === undefined) return answerPermissions(at, await listPermissions(at.plane, at.call, role));
  return answerPermission(at, await getPermission(at.plane, at.call, { role, path }));
});

const add = visit(async (at: Visit<OneRole, unknown, Draft>) => {
  const { role } = at.params;
  const draft = toDraft(at.body);
  const { permissions } = await addPermissions(at.plane, at.call, { role, permissions: [draft] });
  return answerPermission(at, findPermission(permissions, { role, path: draft.path }));
});

const addSeveral = visit(async (at: Visit<OneRole, unknown, Static<typeof schema.permissionsDraft>>) => {
  const drafts = at.body.resourcePermission.map(toDraft);
  const { permissions } = await addPermissions(at.plane, at.call, { role: at.params.role, permissions: drafts });
  return answerPermissions(at, permissions);
});

const getVerb = visit(async (at: Visit<OnePermission, PathQuery>) => {
  const { role, permission } = at.params;
  const verb = parseVerb(permission);
  const path = requirePath(at.query);
  const found = await getPermission(at.plane, at.call, { role, path });
  if (!found.verbs.includes(verb)) throw new Problem('permission.not-found', { role, path });
  return answerPermission(at, { path: found.path, verbs: [verb] });
});

const removeVerb = visit(async (at: Visit<OnePermission, PathQuery>) => {
  const { role, permission } = at.params;
  const path = requirePath(at.query);
  await deletePermission(at.plane, at.call, { role, path, verb: permission });
  return answerPermission(at, { path: normalizePath(path), verbs: [parseVerb(permission)] });
});

function findPermission(
  permissions: readonly Permission[],
  { role, path }: { readonly role: string; readonly path: string },
): Permission {
  const found = permissions.find((permission) => permission.path === normalizePath(path));
  if (found === undefined) throw new Problem('permission.not-found', { role, path });
  return found;
}

function requirePath({ path }: PathQuery): string {
  if (path === undefined) throw new Problem('request.missing', { field: 'path' });
  return path;
}

const item = '/organizations/:organization/userroles/:role';
const tag = 'roles';
const { roleParams, permissionParams, answers } = schema;

export const permissionRoutes: readonly EdgeRoute[] = [
  {
    id: 'edge.permissions.list',
    method: 'GET',
    path: `${item}/permissions`,
    summary: 'List the permissions of a role, or get the one on a path',
    tag,
    status: 200,
    schema: {
      params: roleParams,
      querystring: pathQuery,
      response: answers(200, Type.Union([schema.permissions, schema.permission])),
    },
    handle: list,
  },
  {
    id: 'edge.permissions.add',
    method: 'POST',
    path: `${item}/permissions`,
    summary: 'Allow a role verbs on a path; none is taken away',
    tag,
    status: 201,
    takesBody: always,
    document: shape.permissionDocument,
    schema: { params: roleParams, body: schema.permissionDraft, response: answers(201, schema.permission) },
    handle: add,
  },
  {
    id: 'edge.permissions.addSeveral',
    method: 'POST',
    path: `${item}/resourcepermissions`,
    summary: 'Allow a role verbs on several paths; none is taken away',
    tag,
    status: 200,
    takesBody: always,
    document: shape.permissionsDocument,
    schema: { params: roleParams, body: schema.permissionsDraft, response: answers(200, schema.permissions) },
    handle: addSeveral,
  },
  {
    id: 'edge.permissions.get',
    method: 'GET',
    path: `${item}/permissions/:permission`,
    summary: 'Tell whether a role has a verb on a path',
    tag,
    status: 200,
    schema: { params: permissionParams, querystring: pathQuery, response: answers(200, schema.permission) },
    handle: getVerb,
  },
  {
    id: 'edge.permissions.delete',
    method: 'DELETE',
    path: `${item}/permissions/:permission`,
    summary: 'Take a verb on a path away from a role',
    tag,
    status: 200,
    schema: { params: permissionParams, querystring: pathQuery, response: answers(200, schema.permission) },
    handle: removeVerb,
  },
];
