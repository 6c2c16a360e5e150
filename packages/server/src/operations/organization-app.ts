import type { App, AppStatus, AppView } from '../domain/app.ts';
import { keyOfCompany } from '../domain/company.ts';
import type { CredentialStatus } from '../domain/credential.ts';
import { Problem } from '../domain/problem.ts';
import type { AppFilter } from '../ports/key-store.ts';
import type { Page, StoreView } from '../ports/store.ts';
import { authorize, type Call } from './call.ts';
import { identifyDeveloper } from './developer.ts';
import { cutPage } from './page-token.ts';
import type { Plane } from './plane.ts';

/** Apps in one page of an organization, at most and where no size is given (compat/edge.md §1.5, compat/x.md §1.5). */
export const organizationAppPageMax = 1000;

/** Which apps, as a caller says it. What is given all has to hold. */
export interface OrganizationAppFilter {
  readonly ownerKind?: App['owner']['kind'] | undefined;
  readonly developer?: string | undefined;
  readonly company?: string | undefined;
  readonly name?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly status?: AppStatus | undefined;
  readonly appFamily?: string | undefined;
  readonly keyStatus?: CredentialStatus | undefined;
  readonly apiProduct?: string | undefined;
  readonly consumerKey?: string | undefined;
}

export interface OrganizationAppQuery {
  readonly filter: OrganizationAppFilter;
  /** Size of the page. */
  readonly limit?: number | undefined;
  /** The member that names it, for the error. */
  readonly limitField: string;
  /** Id of the first app of the page, inclusive; it has to exist. */
  readonly startKey?: string | undefined;
  /** The `next` of the page before. */
  readonly token?: string | undefined;
  /** Whether the apps come with their credentials. */
  readonly withCredentials: boolean;
  /** Whether to count all that the filter lets through. */
  readonly withTotal: boolean;
}

export interface OrganizationAppPage {
  readonly apps: readonly AppView[];
  /** Token of the next page; absent on the last one. */
  readonly next: string | undefined;
  readonly total: number | undefined;
}

/**
 * Apps of developers and companies alike, by id.
 * @throws Problem auth.forbidden, request.invalid, app.not-found for an unknown `startKey`
 */
export async function listOrganizationApps(
  plane: Plane,
  call: Call,
  query: OrganizationAppQuery,
): Promise<OrganizationAppPage> {
  authorize(call, 'get', ['apps']);
  const { limit = organizationAppPageMax, limitField } = query;
  if (limit < 1 || limit > organizationAppPageMax) {
    throw new Problem('request.invalid', { field: limitField, reason: `takes 1 to ${organizationAppPageMax}` });
  }
  return plane.store.snapshot(async (view) => {
    const page = { ...(await locatePage(view, call, query)), limit: limit + 1 };
    const filter = await resolveFilter(view, call, query.filter);
    if (filter === undefined) return { apps: [], next: undefined, total: query.withTotal ? 0 : undefined };
    const found = await view.apps.list(call.organization.id, filter, page);
    const { items, nextPageToken } = cutPage(found, limit, ({ id }) => id);
    return {
      apps: await viewApps(view, items, query.withCredentials),
      next: nextPageToken,
      total: query.withTotal ? await view.apps.count(call.organization.id, filter) : undefined,
    };
  });
}

/** @throws Problem auth.forbidden, app.not-found */
export async function getOrganizationApp(plane: Plane, call: Call, id: string): Promise<AppView> {
  authorize(call, 'get', ['apps', id]);
  const app = await plane.store.apps.find(call.organization.id, id);
  if (app === undefined) throw unknownApp(call, id);
  const [view] = await viewApps(plane.store, [app], true);
  if (view === undefined) throw unknownApp(call, id);
  return view;
}

async function locatePage(
  view: StoreView,
  call: Call,
  { startKey, token }: OrganizationAppQuery,
): Promise<Omit<Page, 'limit'>> {
  if (token !== undefined) return { from: parseToken(token) };
  if (startKey === undefined) return {};
  if ((await view.apps.find(call.organization.id, startKey)) === undefined) throw unknownApp(call, startKey);
  return { from: startKey };
}

/** In the store's words; undefined: names somebody or something that does not exist, so that no app fits. */
async function resolveFilter(
  view: StoreView,
  call: Call,
  { developer, company, consumerKey, ...filter }: OrganizationAppFilter,
): Promise<AppFilter | undefined> {
  if (filter.ids !== undefined && filter.ids.length > organizationAppPageMax) {
    throw new Problem('request.invalid', { field: 'ids', reason: `takes at most ${organizationAppPageMax}` });
  }
  const organizationId = call.organization.id;
  let resolved: AppFilter = filter;
  if (developer !== undefined) {
    const owner = await identifyDeveloper(view, call, [developer]);
    if (owner === undefined) return undefined;
    resolved = { ...resolved, ownerKind: 'developer', ownerId: owner.id };
  }
  if (company !== undefined) {
    const owner = await view.companies.findByName(organizationId, keyOfCompany(company));
    if (owner === undefined) return undefined;
    resolved = { ...resolved, ownerKind: 'company', ownerId: owner.id };
  }
  if (consumerKey === undefined) return resolved;
  const credential = await view.credentials.findByKey(organizationId, consumerKey);
  if (credential === undefined || resolved.ids?.includes(credential.appId) === false) return undefined;
  return { ...resolved, ids: [credential.appId] };
}

/** An app whose owner is deleted this very moment has no name to show, and is left out. */
async function viewApps(view: StoreView, apps: readonly App[], withCredentials: boolean): Promise<AppView[]> {
  const names = await view.apps.ownerNames(apps);
  const credentials = withCredentials ? await view.credentials.listOfApps(apps.map(({ id }) => id)) : undefined;
  return apps.flatMap((app) => {
    const ownerName = names.get(app.id);
    return ownerName === undefined ? [] : [{ app, credentials: credentials?.get(app.id) ?? [], ownerName }];
  });
}

const idShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The first app of the page, or where it was: a page begins there even if the app is gone by then.
 * @throws Problem request.invalid
 */
function parseToken(token: string): string {
  if (idShape.test(token)) return token;
  throw new Problem('request.invalid', { field: 'pageToken', reason: 'is not one that a page was answered with' });
}

function unknownApp(call: Call, id: string): Problem {
  return new Problem('app.not-found', { app: id, owner: call.organization.name });
}
