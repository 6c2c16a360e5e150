import type { CompanyFilter } from '../domain/company.ts';
import {
  type Company,
  type CompanyDraft,
  type CompanyStatus,
  type CompanyView,
  changeCompany,
  createCompanyFrom,
  keyOfCompany,
  parseCompanyName,
  parseCompanyProfile,
} from '../domain/company.ts';
import { Problem } from '../domain/problem.ts';
import { takesFromOwner } from '../domain/revocation.ts';
import { authorize, authorship, type Call, commit } from './call.ts';
import { replaceMembers, resolveMembers, unknownInAttribute } from './company-member.ts';
import {
  type CompanyRef,
  findCompany,
  loadCompany,
  recordCompany,
  saveCompany,
  unknownCompany,
  viewCompanies,
  viewCompany,
} from './company-record.ts';
import { parseCount } from './page-count.ts';
import { cutPage, parsePageSize, type TokenPage, type TokenQuery } from './page-token.ts';
import type { Plane } from './plane.ts';

/** @throws Problem auth.forbidden, company.not-found */
export async function getCompany(plane: Plane, call: Call, ref: CompanyRef): Promise<CompanyView> {
  return viewCompany(plane.store, call, await loadCompany(plane.store, call, { verb: 'get', ref }));
}

/**
 * @throws Problem auth.forbidden, company.exists, company.invalid-name, request.missing, request.invalid,
 *   attribute.too-many
 */
export async function createCompany(plane: Plane, call: Call, draft: CompanyDraft): Promise<CompanyView> {
  authorize(call, 'put', ['companies']);
  const name = parseCompanyName(draft.name, call.rules);
  const { profile, members = [] } = parseCompanyProfile(draft, call.rules);
  const identity = { id: plane.random.rowId(), organizationId: call.organization.id, name };
  const company = createCompanyFrom(profile, identity, authorship(plane, call));
  return commit(plane, call, async (transaction) => {
    const resolved = await resolveMembers(transaction, call, members, unknownInAttribute);
    if (!(await transaction.companies.insert(company))) {
      throw new Problem('company.exists', { company: name, organization: call.organization.name });
    }
    await replaceMembers(transaction, company, resolved);
    recordCompany(transaction, call, company, { takesAway: false, request: { name, ...profile, members } });
    return viewCompany(transaction, call, company);
  });
}

/**
 * Replaces all but name and status; the status has a call of its own. Where members are an attribute, they are
 * replaced too.
 * @throws Problem auth.forbidden, company.not-found, request.missing, request.invalid, attribute.too-many
 */
export async function updateCompany(
  plane: Plane,
  call: Call,
  ref: CompanyRef,
  draft: CompanyDraft,
): Promise<CompanyView> {
  return commit(plane, call, async (transaction) => {
    const current = await loadCompany(transaction, call, { verb: 'put', ref });
    refuseRename(current, draft);
    const { profile, members } = parseCompanyProfile(draft, call.rules);
    const next = changeCompany(current, profile, authorship(plane, call));
    const takesAway = takesFromOwner(current, next);
    await saveCompany(transaction, call, next, { takesAway, request: { ...profile, members } });
    if (members !== undefined) {
      await replaceMembers(transaction, next, await resolveMembers(transaction, call, members, unknownInAttribute));
    }
    return viewCompany(transaction, call, next);
  });
}

function refuseRename({ name }: Company, draft: CompanyDraft): void {
  if (draft.name === undefined || draft.name === '' || keyOfCompany(draft.name) === keyOfCompany(name)) return;
  throw new Problem('request.invalid', { field: 'name', reason: 'is not the name in the path, and can not change' });
}

/** @throws Problem auth.forbidden, company.not-found */
export async function setCompanyStatus(
  plane: Plane,
  call: Call,
  ref: CompanyRef,
  status: CompanyStatus,
): Promise<void> {
  await commit(plane, call, async (transaction) => {
    const current = await loadCompany(transaction, call, { verb: 'put', ref });
    const next = changeCompany(current, { status }, authorship(plane, call));
    const takesAway = takesFromOwner(current, next);
    await saveCompany(transaction, call, next, { takesAway, request: { action: status } });
  });
}

/**
 * Deletes the company; memberships, apps and keys are invisible at once and go in the background.
 * @returns the company as it was
 * @throws Problem auth.forbidden, company.not-found
 */
export async function deleteCompany(plane: Plane, call: Call, ref: CompanyRef): Promise<CompanyView> {
  return commit(plane, call, async (transaction) => {
    const company = await loadCompany(transaction, call, { verb: 'delete', ref });
    const view = await viewCompany(transaction, call, company);
    await transaction.companies.delete(company);
    const takesAway = takesFromOwner(company, undefined);
    recordCompany(transaction, call, company, { kind: 'delete', takesAway, at: plane.clock.now() });
    return view;
  });
}

export interface CompanyListQuery {
  /** Whether the answer shows whole companies: then their apps are read too. */
  readonly expand: boolean;
  /** Page size; the dialect's largest where absent. */
  readonly count?: number | undefined;
  /** Name of the first company of the page, inclusive. */
  readonly startKey?: string | undefined;
}

/**
 * By lower-cased name, bytewise.
 * @throws Problem auth.forbidden, request.invalid, company.not-found for an unknown `startKey`
 */
export async function listCompanies(plane: Plane, call: Call, query: CompanyListQuery): Promise<CompanyView[]> {
  authorize(call, 'get', ['companies']);
  const { startKey } = query;
  const limit = parseCount(query.count, { most: call.rules.companyPageMax });
  const start = startKey === undefined ? undefined : await findCompany(plane.store, call, [startKey]);
  if (startKey !== undefined && start === undefined) throw unknownCompany(call, startKey);
  const from = start && keyOfCompany(start.name);
  const companies = await plane.store.companies.list(call.organization.id, {}, { from, limit });
  return query.expand ? viewCompanies(plane.store, call, companies) : companies.map((each) => ({ ...each, apps: [] }));
}

export interface CompanyPage extends TokenPage<CompanyView> {
  /** Of all pages. */
  readonly totalSize: number;
}

/**
 * The same, walked by tokens and with a filter.
 * @throws Problem auth.forbidden, request.invalid
 */
export async function pageCompanies(
  plane: Plane,
  call: Call,
  query: TokenQuery & { readonly filter: CompanyFilter },
): Promise<CompanyPage> {
  authorize(call, 'get', ['companies']);
  const pageSize = parsePageSize(query.pageSize, call.rules.companyPageMax);
  const from = query.pageToken ? keyOfCompany(query.pageToken) : undefined;
  return plane.store.snapshot(async (view) => {
    const rows = await view.companies.list(call.organization.id, query.filter, { from, limit: pageSize + 1 });
    const { items, nextPageToken } = cutPage(rows, pageSize, ({ name }) => name);
    const totalSize = await view.companies.count(call.organization.id, query.filter);
    return { items: await viewCompanies(view, call, items), nextPageToken, totalSize };
  });
}
