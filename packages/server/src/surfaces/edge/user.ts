import { type Static, Type } from '@sinclair/typebox';
import type { Account } from '../../domain/account.ts';
import { dialectRules } from '../../domain/dialect.ts';
import { Problem } from '../../domain/problem.ts';
import {
  createAccount,
  deleteAccount,
  getAccount,
  listAccountEmails,
  unlockAccount,
  updateAccount,
} from '../../operations/account.ts';
import { type Call, openCall } from '../../operations/call.ts';
import {
  addMemberToRoles,
  deleteMember,
  listAllMembers,
  listMemberships,
  type MemberView,
} from '../../operations/role-member.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange } from '../http/route.ts';
import type { Visit } from '../http/visit.ts';
import { type Attended, answer, attend, nothing, visit } from './route.ts';
import type * as schema from './schema.ts';
import * as shape from './shape.ts';

/** Users: what the plane calls accounts (compat/edge.md §9). The rows are in user-route.ts. */

export const statusQuery = Type.Object({ action: Type.Optional(Type.String({ description: '`unlock`.' })) });
export const organizationQuery = Type.Object({
  org: Type.Optional(Type.String({ description: 'Name of the organization in which the role is held.' })),
});

type One = Static<typeof schema.userParams>;
type Draft = Static<typeof schema.userDraft>;
type RolesDraft = Static<typeof schema.rolesDraft>;

/** Without password and status: no answer carries more (G9). */
export function encodeUser({ email, firstName, lastName }: Account): Static<typeof schema.user> {
  return { emailId: email, firstName, lastName };
}

export function encodeMember({ account, roles }: MemberView, organization: string): Static<typeof schema.member> {
  return { ...encodeUser(account), roles: { role: roles.map((name) => ({ name, organization })) } };
}

function answerUser(at: Exchange, account: Account): Answer {
  return answer(at, encodeUser(account), shape.userDocument);
}

export const list = attend(async (at) => answer(at, await listAccountEmails(at.plane, at), shape.namesDocument));

export const create = attend((at: Attended<unknown, unknown, Draft>) => createUser(at));

async function createUser(at: Attended<unknown, unknown, Draft>): Promise<Answer> {
  const { emailId = '', firstName = '', lastName = '', password } = at.body;
  return answerUser(at, await createAccount(at.plane, at, { email: emailId, firstName, lastName, password }));
}

export const get = attend(async (at: Attended<One>) => answerUser(at, await getAccount(at.plane, at, at.params.user)));

/** Clients send the e-mail along, changed or not; what is absent stays. */
export const update = attend(async (at: Attended<One, unknown, Draft>) => {
  const { emailId, firstName, lastName, password } = at.body;
  const before = await getAccount(at.plane, at, at.params.user);
  const email = emailId === before.email ? undefined : emailId;
  const patch = { email, firstName, lastName, password };
  return answerUser(at, await updateAccount(at.plane, at, { email: at.params.user, patch }));
});

export const remove = attend(async (at: Attended<One>) =>
  answerUser(at, await deleteAccount(at.plane, at, at.params.user)),
);

export const setStatus = attend(async (at: Attended<One, Static<typeof statusQuery>>) => {
  const { action = '' } = at.query;
  if (action !== 'unlock') throw new Problem('request.unknown-action', { action, allowed: ['unlock'] });
  return answerUser(at, await unlockAccount(at.plane, at, at.params.user));
});

async function answerMemberships(at: Exchange, email: string): Promise<Answer> {
  const held = await listMemberships(at.plane, at, email);
  const role = held.map((membership) => ({ name: membership.role, organization: membership.organization }));
  return answer(at, { role }, shape.rolesDocument);
}

export const listRolesOfUser = attend((at: Attended<One>) => answerMemberships(at, at.params.user));

/** All roles of one organization or none of them; every organization is entered before the first is written to. */
export const addRolesToUser = attend(async (at: Attended<One, unknown, RolesDraft>) => {
  const byOrganization = new Map<string, string[]>();
  at.body.role.forEach((role, index) => {
    const organization = typeof role === 'string' ? undefined : role.organization;
    if (typeof role === 'string' || organization === undefined) {
      throw new Problem('request.missing', { field: `role[${index}].organization` });
    }
    byOrganization.set(organization, [...(byOrganization.get(organization) ?? []), role.name]);
  });
  if (byOrganization.size === 0) throw new Problem('request.missing', { field: 'role' });
  const grants: { call: Call; roles: string[] }[] = [];
  for (const [name, roles] of byOrganization) grants.push({ call: await enter(at, name), roles });
  const role: Static<typeof schema.heldRoles>['role'] = [];
  for (const { call, roles } of grants) {
    await addMemberToRoles(at.plane, call, { roles, email: at.params.user });
    role.push(...roles.map((name) => ({ name, organization: call.organization.name })));
  }
  return answer(at, { role }, shape.rolesDocument);
});

export const removeRoleFromUser = attend(
  async (at: Attended<Static<typeof schema.userRoleParams>, Static<typeof organizationQuery>>) => {
    const { org } = at.query;
    if (org === undefined) throw new Problem('request.missing', { field: 'org' });
    const { role, user: email } = at.params;
    await deleteMember(at.plane, await enter(at, org), { role, email });
    return nothing;
  },
);

function enter(at: Exchange, name: string): Promise<Call> {
  return openCall(at.plane, at, { name, rules: dialectRules.edge });
}

export const listInOrganization = visit(async (at) =>
  answer(at, await listAllMembers(at.plane, at.call), shape.namesDocument),
);

/** The account is the plane's, as every one is; it holds no role in the organization yet. */
export const createInOrganization = visit((at: Visit<unknown, unknown, Draft>) => createUser(at));

export const addRolesInOrganization = visit(
  async (at: Visit<Static<typeof schema.organizationUserParams>, unknown, RolesDraft>) => {
    const { name: organization } = at.call.organization;
    const roles = at.body.role.map((role) => (typeof role === 'string' ? role : role.name));
    await addMemberToRoles(at.plane, at.call, { roles, email: at.params.user });
    return answer(at, { role: roles.map((name) => ({ name, organization })) }, shape.rolesDocument);
  },
);
