import type { Static } from '@sinclair/typebox';
import { roleTextOf } from '../../domain/company-member.ts';
import { listMembers, removeMember, setMembers } from '../../operations/company-member.ts';
import type { Visit } from '../http/visit.ts';
import * as company from './company-schema.ts';
import { companyMembersDocument } from './company-shape.ts';
import { always, answer, type EdgeRoute, nothing, visit } from './route.ts';
import * as schema from './schema.ts';

type One = Static<typeof company.companyParams>;
type OneMember = Static<typeof company.companyMemberParams>;
type Draft = Static<typeof company.companyMembersDraft>;

const list = visit(async (at: Visit<One>) => {
  const members = await listMembers(at.plane, at.call, [at.params.company]);
  const developer = members.map(({ email, roles }) => {
    const role = roleTextOf(roles);
    return { email, ...(role === undefined ? undefined : { role }) };
  });
  return answer(at, { developer }, companyMembersDocument);
});

/** Answers with what was posted, not with all members (compat/edge.md §7). */
const set = visit(async (at: Visit<One, unknown, Draft>) => {
  await setMembers(at.plane, at.call, [at.params.company], at.body.developer);
  const developer = at.body.developer.map(({ email = '', role }) => ({
    email,
    ...(role === undefined ? undefined : { role }),
  }));
  return answer(at, { developer }, companyMembersDocument);
});

const remove = visit(async (at: Visit<OneMember>) => {
  await removeMember(at.plane, at.call, [at.params.company], at.params.developer);
  return nothing;
});

const path = '/organizations/:organization/companies/:company/developers';
const tag = 'companies';
const { companyParams: params, companyMembers } = company;

/** compat/edge.md §7. */
export const companyMemberRoutes: readonly EdgeRoute[] = [
  {
    id: 'edge.companies.developers.list',
    method: 'GET',
    path,
    summary: 'List the developers who belong to a company',
    tag,
    status: 200,
    schema: { params, response: schema.answers(200, companyMembers) },
    handle: list,
  },
  {
    id: 'edge.companies.developers.set',
    method: 'POST',
    path,
    summary: 'Add developers to a company, or change their roles; an empty list removes everybody',
    tag,
    status: 200,
    takesBody: always,
    document: companyMembersDocument,
    schema: { params, body: company.companyMembersDraft, response: schema.answers(200, companyMembers) },
    handle: set,
  },
  {
    id: 'edge.companies.developers.remove',
    method: 'DELETE',
    path: `${path}/:developer`,
    summary: 'Remove a developer from a company',
    tag,
    status: 204,
    schema: { params: company.companyMemberParams, response: schema.answers(204, schema.nothing) },
    handle: remove,
  },
];
