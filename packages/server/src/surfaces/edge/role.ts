import { type Static, Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import { createRoles, deleteRole, getRole, listRoles } from '../../operations/role.ts';
import { addMember, deleteMember, getMember, listMembers } from '../../operations/role-member.ts';
import type { Visit } from '../http/visit.ts';
import { always, answer, type EdgeRoute, nothing, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';
import { encodeMember, encodeUser } from './user.ts';

const memberQuery = Type.Object({
  id: Type.Optional(Type.String({ description: 'E-mail of the account; then the body is ignored.' })),
});

type MemberQuery = Static<typeof memberQuery>;
type OneRole = Static<typeof schema.roleParams>;
type OneMember = Static<typeof schema.memberParams>;

const list = visit(async (at) => answer(at, await listRoles(at.plane, at.call), shape.namesDocument));

const create = visit(async (at: Visit<unknown, unknown, Static<typeof schema.rolesDraft>>) => {
  const names = at.body.role.map((role) => (typeof role === 'string' ? role : role.name));
  const role = (await createRoles(at.plane, at.call, names)).map(({ name }) => ({ name }));
  return answer(at, { role }, shape.rolesDocument);
});

const get = visit(async (at: Visit<OneRole>) => {
  const { name } = await getRole(at.plane, at.call, at.params.role);
  return answer(at, { name }, shape.roleDocument);
});

const remove = visit(async (at: Visit<OneRole>) => {
  const { name } = await deleteRole(at.plane, at.call, at.params.role);
  return answer(at, { name }, shape.roleDocument);
});

const listUsers = visit(async (at: Visit<OneRole>) =>
  answer(at, await listMembers(at.plane, at.call, at.params.role), shape.namesDocument),
);

/** Old pages name the account in the query, newer ones in a form (compat/edge.md §9). */
const addUser = visit(async (at: Visit<OneRole, MemberQuery, Static<typeof schema.memberDraft> | undefined>) => {
  const email = at.query.id ?? at.body?.id ?? at.body?.emailId;
  if (email === undefined) throw new Problem('request.missing', { field: 'id' });
  const member = await addMember(at.plane, at.call, { role: at.params.role, email });
  return answer(at, encodeMember(member, at.call.organization.name), shape.userDocument);
});

function unlessInQuery(http: FastifyRequest): boolean {
  return (http.query as MemberQuery).id === undefined;
}

const getUser = visit(async (at: Visit<OneMember>) => {
  const { role, user: email } = at.params;
  const { account } = await getMember(at.plane, at.call, { role, email });
  return answer(at, encodeUser(account), shape.userDocument);
});

const removeUser = visit(async (at: Visit<OneMember>) => {
  const { role, user: email } = at.params;
  await deleteMember(at.plane, at.call, { role, email });
  return nothing;
});

const collection = '/organizations/:organization/userroles';
const item = `${collection}/:role`;
const tag = 'roles';
const { organizationParams, roleParams, memberParams, answers } = schema;

export const roleRoutes: readonly EdgeRoute[] = [
  {
    id: 'edge.roles.list',
    method: 'GET',
    path: collection,
    summary: 'List roles',
    tag,
    status: 200,
    schema: { params: organizationParams, response: answers(200, schema.names) },
    handle: list,
  },
  {
    id: 'edge.roles.create',
    method: 'POST',
    path: collection,
    summary: 'Create roles',
    tag,
    status: 201,
    takesBody: always,
    document: shape.rolesDocument,
    schema: { params: organizationParams, body: schema.rolesDraft, response: answers(201, schema.roles) },
    handle: create,
  },
  {
    id: 'edge.roles.get',
    method: 'GET',
    path: item,
    summary: 'Get a role',
    tag,
    status: 200,
    schema: { params: roleParams, response: answers(200, schema.role) },
    handle: get,
  },
  {
    id: 'edge.roles.delete',
    method: 'DELETE',
    path: item,
    summary: 'Delete a role that nobody holds',
    tag,
    status: 200,
    schema: { params: roleParams, response: answers(200, schema.role) },
    handle: remove,
  },
  {
    id: 'edge.roles.users.list',
    method: 'GET',
    path: `${item}/users`,
    summary: 'List the e-mails of those who hold a role',
    tag,
    status: 200,
    schema: { params: roleParams, response: answers(200, schema.names) },
    handle: listUsers,
  },
  {
    id: 'edge.roles.users.add',
    method: 'POST',
    path: `${item}/users`,
    summary: 'Give an account a role',
    tag,
    status: 200,
    takesBody: unlessInQuery,
    document: shape.userDocument,
    form: true,
    schema: {
      params: roleParams,
      querystring: memberQuery,
      body: schema.optional(schema.memberDraft),
      response: answers(200, schema.member),
    },
    handle: addUser,
  },
  {
    id: 'edge.roles.users.get',
    method: 'GET',
    path: `${item}/users/:user`,
    summary: 'Get an account that holds a role',
    tag,
    status: 200,
    schema: { params: memberParams, response: answers(200, schema.user) },
    handle: getUser,
  },
  {
    id: 'edge.roles.users.delete',
    method: 'DELETE',
    path: `${item}/users/:user`,
    summary: 'Take a role away from an account',
    tag,
    status: 204,
    schema: { params: memberParams, response: answers(204, schema.nothing) },
    handle: removeUser,
  },
];
