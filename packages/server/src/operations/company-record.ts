import { type Company, type CompanyView, keyOfCompany } from '../domain/company.ts';
import { type NamedMember, showMembers } from '../domain/company-member.ts';
import type { Verb } from '../domain/permission.ts';
import { Problem } from '../domain/problem.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
import { authorize, type Call, recordChange } from './call.ts';

/**
 * Names that a path segment may stand for, in any case, in the order to try: more than one where a dialect's clients
 * encode twice (compat/x.md §1.0).
 */
export type CompanyRef = readonly [string, ...string[]];

/** Apps that a company's answer names at most, as a developer's does. */
const companyAppsShown = 100;

export interface CompanyTarget {
  readonly verb: Verb;
  readonly ref: CompanyRef;
  /** Segments below the company, for the permission and the audit. */
  readonly below?: readonly string[] | undefined;
}

/** Finds without authorising: who calls it does. */
export async function findCompany(view: StoreView, call: Call, ref: readonly string[]): Promise<Company | undefined> {
  for (const name of ref) {
    const company = await view.companies.findByName(call.organization.id, keyOfCompany(name));
    if (company !== undefined) return company;
  }
  return undefined;
}

/**
 * Finds and authorises in one step: on the name as it was made, in whatever case the caller wrote it, and before
 * absence is told. In permissions `/appgroups` is another word for `/companies`, whichever view the call came through.
 * @throws Problem auth.forbidden, company.not-found
 */
export async function loadCompany(
  view: StoreView,
  call: Call,
  { verb, ref, below = [] }: CompanyTarget,
): Promise<Company> {
  const company = await findCompany(view, call, ref);
  authorize(call, verb, ['companies', company?.name ?? ref[0], ...below]);
  if (company === undefined) throw unknownCompany(call, ref[0]);
  return company;
}

/**
 * For what lies beneath a company. The company itself can be read and made active again at any time.
 * @throws Problem company.inactive, where the dialect closes an inactive one (compat/edge.md §7)
 */
export function requireOpenCompany(call: Call, { name, status }: Company): void {
  if (status === 'inactive' && call.rules.inactiveCompany === 'closed') {
    throw new Problem('company.inactive', { company: name });
  }
}

export interface CompanyRecord {
  readonly kind?: 'put' | 'delete';
  readonly takesAway: boolean;
  readonly below?: readonly string[] | undefined;
  readonly request?: object | undefined;
  readonly at?: number;
}

export async function saveCompany(
  transaction: StoreTransaction,
  call: Call,
  company: Company,
  record: CompanyRecord,
): Promise<void> {
  await transaction.companies.update(company);
  recordCompany(transaction, call, company, record);
}

export function recordCompany(
  transaction: StoreTransaction,
  call: Call,
  company: Company,
  record: CompanyRecord,
): void {
  const { kind = 'put', takesAway, below = [], request, at = company.lastModifiedAt } = record;
  recordChange(transaction, call, {
    organizationId: company.organizationId,
    change: { noun: 'company', entityId: company.id, kind, version: company.version },
    takesAway,
    resource: ['', 'companies', company.name, ...below].join('/'),
    request,
    at,
  });
}

/** As the dialect shows it. */
export async function viewCompany(view: StoreView, call: Call, company: Company): Promise<CompanyView> {
  if (call.rules.companyShows === 'members') {
    return withMembers(company, await view.companies.listMembers(company.id));
  }
  return { ...company, apps: await view.companies.appNames(company.id, companyAppsShown) };
}

/** The same for many. */
export async function viewCompanies(
  view: StoreView,
  call: Call,
  companies: readonly Company[],
): Promise<CompanyView[]> {
  const ids = companies.map(({ id }) => id);
  if (call.rules.companyShows === 'members') {
    const members = await view.companies.listMembersOfMany(ids);
    return companies.map((company) => withMembers(company, members.get(company.id) ?? []));
  }
  const apps = await view.companies.appNamesOfMany(ids, companyAppsShown);
  return companies.map((company) => ({ ...company, apps: apps.get(company.id) ?? [] }));
}

function withMembers(company: Company, members: readonly NamedMember[]): CompanyView {
  return { ...company, attributes: [...company.attributes, ...showMembers(members)], apps: [] };
}

export function unknownCompany(call: Call, company: string): Problem {
  return new Problem('company.not-found', { company, organization: call.organization.name });
}
