import type { AuditEntry } from '../domain/audit.ts';
import { keyOfCompany } from '../domain/company.ts';
import { keyOfEmail } from '../domain/developer.ts';
import { canonicalSegments, splitPath } from '../domain/permission.ts';
import { Problem } from '../domain/problem.ts';
import { authorizeSelf } from './account.ts';
import { type AccountCall, authorize, authorizeSysadmin, type Call } from './call.ts';
import type { Plane } from './plane.ts';

/** Which entries (compat/edge.md §9). */
export interface AuditWindow {
  /** `today` (also `day`), `week` or `month`; absent: today. Counts where neither time is given. */
  readonly timeline?: string | undefined;
  /** Milliseconds since 1970 UTC, both inclusive. */
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
  /** At most {@link auditRowsMax}, which is also the default. */
  readonly rows?: number | undefined;
}

export interface AuditSearch extends AuditWindow {
  /** Segments below the organization; empty: all of it. */
  readonly resource: readonly string[];
  /** Whether entities below the resource count too; absent: yes. */
  readonly expand?: boolean | undefined;
  /** E-mail of an account. */
  readonly user?: string | undefined;
  readonly operation?: string | undefined;
}

export const auditRowsMax = 1000;
const day = 86_400_000;

/**
 * What was done in the organization, newest first. Unknown entities have no entries.
 * @throws Problem auth.forbidden, request.invalid
 */
export async function queryAudit(plane: Plane, call: Call, search: AuditSearch): Promise<AuditEntry[]> {
  // Split anew, so that what is authorised is what is read, whatever a segment holds.
  const resource = await resolveResource(plane, call, splitPath(search.resource.join('/')));
  authorize(call, 'get', ['audits', ...resource]);
  return plane.store.audit.list({
    organizationId: call.organization.id,
    resource: `/${resource.join('/')}`,
    beneath: search.expand ?? true,
    account: search.user === undefined ? undefined : await spellingOf(plane, search.user),
    operation: search.operation?.toUpperCase(),
    ...resolveWindow(search, plane.clock.now()),
  });
}

/**
 * Entries name a developer by the key of his e-mail, and a company by its name as it was made; callers name him by id,
 * and both in any case. Who is not found, as one that is deleted, is looked for as he was named.
 */
async function resolveResource(plane: Plane, call: Call, resource: readonly string[]): Promise<string[]> {
  const [collection, entity, ...below] = canonicalSegments(resource);
  if (collection === undefined || entity === undefined) return [...canonicalSegments(resource)];
  if (collection === 'developers') return [collection, await resolveDeveloper(plane, call, entity), ...below];
  if (collection === 'companies') return [collection, await resolveCompany(plane, call, entity), ...below];
  return [...resource];
}

async function resolveDeveloper(plane: Plane, call: Call, developer: string): Promise<string> {
  if (developer.includes('@')) return keyOfEmail(developer);
  return keyOfEmail((await plane.store.developers.find(call.organization.id, developer))?.email ?? developer);
}

async function resolveCompany(plane: Plane, call: Call, company: string): Promise<string> {
  return (await plane.store.companies.findByName(call.organization.id, keyOfCompany(company)))?.name ?? company;
}

/**
 * What an account did, over all organizations: for itself and for sysadmins.
 * @throws Problem auth.forbidden, request.invalid
 */
export async function queryAccountAudit(
  plane: Plane,
  call: AccountCall,
  { email, ...window }: AuditWindow & { readonly email: string },
): Promise<AuditEntry[]> {
  authorizeSelf(call, email);
  return plane.store.audit.listOfAccount(await spellingOf(plane, email), resolveWindow(window, plane.clock.now()));
}

export interface PlaneAuditSearch extends AuditWindow {
  /** Name of an organization; absent: all of them, and what belongs to none. */
  readonly organization?: string | undefined;
  /** E-mail of an account. */
  readonly account?: string | undefined;
}

/** An entry with the name of its organization; undefined where it has none, or its organization is gone. */
export interface PlaneAuditEntry extends AuditEntry {
  readonly organization: string | undefined;
}

/**
 * What was done on the whole plane, newest first; for sysadmins.
 * @throws Problem auth.forbidden, organization.not-found, request.invalid
 */
export async function queryPlaneAudit(
  plane: Plane,
  call: AccountCall,
  { organization, account, ...asked }: PlaneAuditSearch,
): Promise<PlaneAuditEntry[]> {
  authorizeSysadmin(call, '/audit');
  const window = resolveWindow(asked, plane.clock.now());
  const by = account === undefined ? undefined : await spellingOf(plane, account);
  const { audit, organizations } = plane.store;
  if (organization !== undefined) {
    const found = await organizations.findByName(organization);
    if (found === undefined) throw new Problem('organization.not-found', { organization });
    const entries = await audit.list({
      organizationId: found.id,
      resource: '/',
      beneath: true,
      account: by,
      ...window,
    });
    return entries.map((entry) => ({ ...entry, organization: found.name }));
  }
  return withOrganizations(plane, await (by === undefined ? audit.listOfAll(window) : audit.listOfAccount(by, window)));
}

async function withOrganizations(plane: Plane, entries: readonly AuditEntry[]): Promise<PlaneAuditEntry[]> {
  const names = new Map<string, string>();
  for (const id of new Set(entries.map(({ organizationId }) => organizationId))) {
    const found = id === undefined ? undefined : await plane.store.organizations.find(id);
    if (found !== undefined) names.set(found.id, found.name);
  }
  return entries.map((entry) => ({ ...entry, organization: names.get(entry.organizationId ?? '') }));
}

/** The e-mail as its account has it, since entries name it so; of an account that is gone, as it was asked. */
async function spellingOf(plane: Plane, email: string): Promise<string> {
  return (await plane.store.accounts.findByEmail(keyOfEmail(email)))?.email ?? email;
}

function resolveWindow(window: AuditWindow, now: number): { from: number; to: number; limit: number } {
  const { startTime, endTime, rows = auditRowsMax } = window;
  if (!Number.isInteger(rows) || rows < 1 || rows > auditRowsMax) {
    throw new Problem('request.invalid', { field: 'rows', reason: `takes a whole number from 1 to ${auditRowsMax}` });
  }
  const from = startTime ?? (endTime === undefined ? startOfTimeline(window.timeline ?? 'today', now) : 0);
  const last = endTime ?? now;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(last) || last < from) {
    throw new Problem('request.invalid', { field: 'startTime', reason: 'has to lie before endTime' });
  }
  return { from, to: last + 1, limit: rows };
}

/** Today begins at midnight UTC; a week and a month count back 7 and 30 days from now. */
function startOfTimeline(timeline: string, now: number): number {
  switch (timeline) {
    case 'today':
    case 'day':
      return now - (now % day);
    case 'week':
      return now - 7 * day;
    case 'month':
      return now - 30 * day;
    default:
      throw new Problem('request.invalid', { field: 'timeline', reason: 'takes today, week or month' });
  }
}
