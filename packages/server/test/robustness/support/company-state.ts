import { randomInt } from 'node:crypto';
import { memberAttributeName } from '../../../src/domain/company-member.ts';
import type { AppStep, CompanyState, Member, Tree } from './tree.ts';

/** Developers who are there in every round, to belong to companies. */
export const memberEmails = ['member-a@example.com', 'member-b@example.com', 'member-c@example.com'] as const;
const roles = ['admin', 'guest', undefined] as const;

/** Of X. It serves an inactive company as well, which Edge closes. */
export const appGroupPath = '/x/v1/organizations/myorg/appgroups';
const companyPath = '/edge/v1/organizations/myorg/companies';

/** A company in one of the views. */
interface Ground {
  readonly name: string;
  readonly view: 'edge' | 'x';
  readonly path: string;
  readonly mark: string;
}

/** The view through which the next call goes: either, where both serve the company. */
export function groundOf(name: string, tree: Tree, mark: string): Ground {
  const view = tree?.company?.status !== 'inactive' && randomInt(2) === 0 ? 'edge' : 'x';
  return { name, view, path: `${view === 'edge' ? companyPath : appGroupPath}/${name}`, mark };
}

export function planCreateCompany({ name, view, path, mark }: Ground): AppStep {
  const attributes = [{ name: 'mark', value: mark }];
  const body = { name, displayName: `Display ${mark}`, attributes };
  const members: Member[] = view === 'x' ? [{ email: memberEmails[0], role: 'admin' }] : [];
  const sent = members.length === 0 ? body : { ...body, attributes: [...attributes, toAttribute(members)] };
  const company: CompanyState = { status: 'active', displayName: body.displayName, attributes, members };
  return {
    request: { method: 'POST', path: path.slice(0, path.lastIndexOf('/')), body: sent },
    after: () => ({ company, app: undefined }),
  };
}

/** What is done to the company itself: each leaves it different from before. */
export function planOnCompany(ground: Ground, { company, app }: NonNullable<Tree>): AppStep {
  if (company === undefined) throw new Error('this is no company');
  const plans = [planUpdate, planStatus, planMember, planMember, planMember];
  const { request, next } = (plans[randomInt(plans.length)] ?? planUpdate)(ground, company);
  return { request, after: () => ({ company: { ...company, ...next }, app }) };
}

type Plan = (
  ground: Ground,
  company: CompanyState,
) => { readonly request: AppStep['request']; readonly next: Partial<CompanyState> };

/** X replaces the members with the rest. */
const planUpdate: Plan = ({ name, view, path, mark }, { members }) => {
  const attributes = [{ name: 'mark', value: mark }];
  const next = { displayName: `Display ${mark}`, attributes };
  const reserved = view === 'x' && members.length > 0 ? [toAttribute(members)] : [];
  const body = { name, ...next, attributes: [...attributes, ...reserved] };
  return { request: { method: 'PUT', path, body }, next };
};

const planStatus: Plan = ({ path }, company) => {
  const status = company.status === 'active' ? 'inactive' : 'active';
  const method = randomInt(2) === 0 ? 'PUT' : 'POST';
  return { request: { method, path: `${path}?action=${status}` }, next: { status } };
};

/** Somebody comes, goes, or gets another role; on X with all others named again. */
const planMember: Plan = ({ view, path }, { members }) => {
  const email = memberEmails[randomInt(memberEmails.length)] ?? memberEmails[0];
  const known = members.find((each) => each.email === email);
  const others = members.filter((each) => each !== known);
  const leaves = known !== undefined && randomInt(2) === 0;
  const otherRoles = roles.filter((role) => known === undefined || role !== known.role);
  const member = { email, role: otherRoles[randomInt(otherRoles.length)] };
  const next = { members: sortMembers(leaves ? others : [...others, member]) };
  if (view === 'x') {
    const attribute = toAttribute(next.members);
    return { request: { method: 'POST', path: `${path}/attributes/${attribute.name}`, body: attribute }, next };
  }
  const collection = `${path}/developers`;
  if (leaves) return { request: { method: 'DELETE', path: `${collection}/${email}` }, next };
  return { request: { method: 'POST', path: collection, body: { developer: [member] } }, next };
};

function toAttribute(members: readonly Member[]) {
  const list = members.map(({ email, role }) => ({ developer: email, roles: role === undefined ? [] : [role] }));
  return { name: memberAttributeName, value: JSON.stringify(list) };
}

/** As the server tells them. */
function sortMembers(members: readonly Member[]): readonly Member[] {
  return members.toSorted((left, right) => (left.email < right.email ? -1 : 1));
}

interface ShownGroup {
  readonly status: string;
  readonly displayName: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}

/** An app group as X shows it. */
export function readCompanyState(text: string): CompanyState {
  const { status, displayName, attributes } = JSON.parse(text) as ShownGroup;
  const reserved = attributes.find(({ name }) => name === memberAttributeName);
  const listed = JSON.parse(reserved?.value ?? '[]') as { developer: string; roles: string[] }[];
  return {
    ...{ status, displayName, attributes: attributes.filter((each) => each !== reserved) },
    members: listed.map(({ developer, roles: [role] }) => ({ email: developer, role })),
  };
}
