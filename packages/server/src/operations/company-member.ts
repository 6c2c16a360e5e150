import { type Company, changeCompany } from '../domain/company.ts';
import {
  type CompanyMember,
  checkMemberCount,
  type MemberDraft,
  type NamedMember,
  parseMember,
  rolesOfText,
} from '../domain/company-member.ts';
import { keyOfEmail } from '../domain/developer.ts';
import { Problem } from '../domain/problem.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
import { authorship, type Call, commit } from './call.ts';
import { type CompanyRef, type CompanyTarget, loadCompany, requireOpenCompany, saveCompany } from './company-record.ts';
import { unknownDeveloper } from './developer.ts';
import type { Plane } from './plane.ts';

/** A member as Edge names him: with one role or none. */
export interface CompanyMemberDraft {
  readonly email?: string | undefined;
  readonly role?: string | undefined;
}

/** By e-mail. @throws Problem auth.forbidden, company.not-found, company.inactive */
export async function listMembers(plane: Plane, call: Call, ref: CompanyRef): Promise<NamedMember[]> {
  const company = await loadCompany(plane.store, call, { verb: 'get', ref, below: ['developers'] });
  requireOpenCompany(call, company);
  return plane.store.companies.listMembers(company.id);
}

/**
 * Adds these, or gives those who belong to the company already another role; others stay. An empty list removes
 * everybody (compat/edge.md §7).
 * @throws Problem auth.forbidden, company.not-found, company.inactive, developer.not-found, request.missing,
 *   request.invalid also where one developer is named twice
 */
export async function setMembers(
  plane: Plane,
  call: Call,
  ref: CompanyRef,
  drafts: readonly CompanyMemberDraft[],
): Promise<void> {
  checkMemberCount(drafts, 'developer');
  const members = drafts.map(({ email, role }, index) =>
    parseMember(email, role ? [role] : [], { field: `developer[${index}]`, developer: 'email', role: 'role' }),
  );
  const target = { verb: 'put', ref, below: ['developers'], request: { developer: drafts } } as const;
  await editMembers(plane, call, target, async (transaction, company) => {
    if (members.length === 0) return transaction.companies.removeAllMembers(company);
    const resolved = await resolveMembers(transaction, call, members, (developer) => unknownDeveloper(call, developer));
    await mergeMembers(transaction, company, resolved);
  });
}

async function mergeMembers(
  transaction: StoreTransaction,
  company: Company,
  members: readonly CompanyMember[],
): Promise<void> {
  const current = new Map(
    (await transaction.companies.listMembers(company.id)).map((each) => [each.developerId, each]),
  );
  for (const { developerId, roles } of members) {
    const kept = rolesOfText(roles[0], current.get(developerId)?.roles ?? []);
    await transaction.companies.setMember(company, { developerId, roles: kept });
  }
}

/**
 * @param developer an e-mail in any case, or an id
 * @throws Problem auth.forbidden, company.not-found, company.inactive, company-member.not-found
 */
export async function removeMember(plane: Plane, call: Call, ref: CompanyRef, developer: string): Promise<void> {
  const target = { verb: 'delete', ref, below: ['developers', keyOfEmail(developer)] } as const;
  await editMembers(plane, call, target, async (transaction, company) => {
    const [found] = await transaction.developers.listByIds(company.organizationId, [keyOfEmail(developer)]);
    if (found !== undefined && (await transaction.companies.removeMember(company, found.id))) return;
    throw new Problem('company-member.not-found', { company: company.name, developer });
  });
}

/**
 * The members become these.
 * @returns who they are now, by e-mail
 * @throws Problem as `editMembers`, request.invalid
 */
export async function replaceMembers(
  transaction: StoreTransaction,
  company: Company,
  members: readonly CompanyMember[],
): Promise<NamedMember[]> {
  await transaction.companies.removeAllMembers(company);
  for (const member of members) await transaction.companies.setMember(company, member);
  return transaction.companies.listMembers(company.id);
}

/**
 * Finds the developers whom the drafts name.
 * @throws Problem that `unknown` makes of the first who does not exist; request.invalid where one is named twice
 */
export async function resolveMembers(
  view: StoreView,
  call: Call,
  drafts: readonly MemberDraft[],
  unknown: (developer: string, field: string) => Problem,
): Promise<CompanyMember[]> {
  if (drafts.length === 0) return [];
  const keys = drafts.map(({ developer }) => keyOfEmail(developer));
  const developers = await view.developers.listByIds(call.organization.id, keys);
  const ids = new Map(developers.flatMap(({ id, email }) => [[id, id] as const, [keyOfEmail(email), id] as const]));
  const seen = new Set<string>();
  return drafts.map(({ developer, roles, field }) => {
    const developerId = ids.get(keyOfEmail(developer));
    if (developerId === undefined) throw unknown(developer, field);
    if (seen.has(developerId)) throw new Problem('request.invalid', { field, reason: `names ${developer} twice` });
    seen.add(developerId);
    return { developerId, roles };
  });
}

/** A member that an attribute names is part of a value, not of a path: no 404. */
export function unknownInAttribute(developer: string, field: string): Problem {
  return new Problem('request.invalid', { field, reason: `names ${developer}, who is no developer here` });
}

export interface MemberEdit extends CompanyTarget {
  readonly request?: object | undefined;
}

/** Members have no version of their own: every edit is one of the company, so that two of them never pass each other. */
export async function editMembers<T>(
  plane: Plane,
  call: Call,
  { request, ...target }: MemberEdit,
  edit: (transaction: StoreTransaction, company: Company) => Promise<T>,
): Promise<T> {
  return commit(plane, call, async (transaction) => {
    const company = await loadCompany(transaction, call, target);
    requireOpenCompany(call, company);
    const next = changeCompany(company, {}, authorship(plane, call));
    // A key of a company does not ask who belongs to it.
    await saveCompany(transaction, call, next, { takesAway: false, below: target.below, request });
    return edit(transaction, next);
  });
}
