import { type Static, Type } from '@sinclair/typebox';
import { listRoles } from '../../operations/role.ts';
import { addMember, deleteMember, listMembers } from '../../operations/role-member.ts';
import type { Route } from '../http/route.ts';
import { organizationParams } from './organization.ts';
import { answer, noContent, visit } from './route.ts';
import * as schema from './schema.ts';

const tag = 'roles';
const collection = '/organizations/:organization/roles';
const members = `${collection}/:role/members`;
const listParams = Type.Object(organizationParams);
const roleParams = Type.Object({ ...organizationParams, role: Type.String() });
const params = Type.Object({ ...organizationParams, role: Type.String(), account: Type.String() });

const list = visit(async (at) => {
  const names = await listRoles(at.plane, at.call);
  return answer(at, { items: names.map((name) => ({ name })), nextCursor: null });
});

const listOfRole = visit<Static<typeof roleParams>, unknown, unknown>(async (at) => {
  const emails = await listMembers(at.plane, at.call, at.params.role);
  return answer(at, { items: emails.map((account) => ({ account })), nextCursor: null });
});

const add = visit<Static<typeof params>, unknown, unknown>(async (at) => {
  const { role, account: email } = at.params;
  const { account, roles } = await addMember(at.plane, at.call, { role, email });
  return answer(at, { account: account.email, roles });
});

const remove = visit<Static<typeof params>, unknown, unknown>(async (at) => {
  const { role, account: email } = at.params;
  await deleteMember(at.plane, at.call, { role, email });
  return noContent;
});

export const roleRoutes: readonly Route[] = [
  {
    id: 'native.roles.list',
    method: 'GET',
    path: collection,
    summary: 'List the roles of an organization, built-in ones included',
    tag,
    status: 200,
    schema: { params: listParams, response: schema.answers(200, schema.pageOf(schema.role)) },
    handle: list,
  },
  {
    id: 'native.roles.members.list',
    method: 'GET',
    path: members,
    summary: 'List the accounts that hold a role',
    tag,
    status: 200,
    schema: { params: roleParams, response: schema.answers(200, schema.pageOf(schema.roleMember)) },
    handle: listOfRole,
  },
  {
    id: 'native.roles.members.add',
    method: 'PUT',
    path: `${members}/:account`,
    summary: 'Give an account a role; once more changes nothing',
    tag,
    status: 200,
    schema: { params, response: schema.answers(200, schema.roleMember) },
    handle: add,
  },
  {
    id: 'native.roles.members.remove',
    method: 'DELETE',
    path: `${members}/:account`,
    summary: 'Take a role from an account',
    tag,
    status: 204,
    schema: { params, response: schema.answers(204, schema.nothing) },
    handle: remove,
  },
];
