import { keyOfCompany } from '../domain/company.ts';
import type { Developer } from '../domain/developer.ts';
import { decideEffectiveStatus, type EffectiveStatus } from '../domain/effective-status.ts';
import { requiresProducts } from '../domain/organization.ts';
import {
  checkSearchQuery,
  matchesQuery,
  type SearchFacts,
  type SearchNoun,
  type SearchQuery,
  textsOfDeveloper,
} from '../domain/search.ts';
import type { FoundApp, FoundCredential } from '../ports/search-store.ts';
import { authorize, type Call } from './call.ts';
import { identifyDeveloper } from './developer.ts';
import type { Plane } from './plane.ts';
import { type SearchPage, type Seeker, walkSearch } from './search-walk.ts';

/** Which page, and what of. */
export interface SearchRequest {
  /** What the noun itself says. */
  readonly query: Omit<SearchQuery, 'ownerId' | 'appId'>;
  /** E-mail or id of the developer who owns it. */
  readonly developer?: string | undefined;
  /** Name of the company or app group that owns it. */
  readonly company?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A key that was found, with whether it works now. */
export interface FoundKey extends FoundCredential {
  readonly consumerKey: string;
  readonly standing: EffectiveStatus;
}

/** @throws Problem auth.forbidden, request.invalid */
export function searchDevelopers(plane: Plane, call: Call, request: SearchRequest): Promise<SearchPage<Developer>> {
  const { product } = request.query;
  authorize(call, 'get', ['developers']);
  // It tells of the developer's apps.
  if (product !== undefined) authorize(call, 'get', ['apps']);
  return search(plane, call, request, {
    noun: 'developer',
    async examine(query, ids) {
      const { id: organizationId } = call.organization;
      const developers = await plane.store.developers.listByIds(organizationId, ids);
      const holders =
        product === undefined ? undefined : await plane.store.search.findHolders(organizationId, product, ids);
      const products = (id: string) => (product !== undefined && holders?.has(id) ? [product] : []);
      return developers
        .filter((each) => matchesQuery({ ...each, texts: textsOfDeveloper(each), products: products(each.id) }, query))
        .map((each) => [each.id, each]);
    },
  });
}

/** @throws Problem auth.forbidden, request.invalid */
export function searchApps(plane: Plane, call: Call, request: SearchRequest): Promise<SearchPage<FoundApp>> {
  authorize(call, 'get', ['apps']);
  return search(plane, call, request, {
    noun: 'app',
    async examine(query, ids) {
      const apps = await plane.store.search.findApps(call.organization.id, ids);
      return apps
        .filter(({ app, products }) => {
          const facts = { ...app, texts: [app.name], products, ownerId: app.owner.id };
          return matchesQuery(facts, query);
        })
        .map((each) => [each.app.id, each]);
    },
  });
}

export interface KeySearchRequest extends SearchRequest {
  /** Id of the app that it belongs to. */
  readonly appId?: string | undefined;
  /** Whether it works now. */
  readonly effective?: boolean | undefined;
}

type JudgedCredential = FoundCredential & { readonly standing: EffectiveStatus };

/** @throws Problem auth.forbidden, request.invalid */
export async function searchKeys(plane: Plane, call: Call, request: KeySearchRequest): Promise<SearchPage<FoundKey>> {
  authorize(call, 'get', ['apps']);
  const { appId, effective } = request;
  const page = await search<JudgedCredential>(plane, call, request, {
    noun: 'credential',
    more: { appId },
    aside: { effective },
    async examine(query, ids) {
      const found = await plane.store.search.findCredentials(call.organization.id, ids);
      return found
        .filter((each) => matchesQuery(factsOfCredential(each), query))
        .map((each): JudgedCredential => ({ ...each, standing: judge(plane, call, each) }))
        .filter(({ standing }) => effective === undefined || standing.effective === effective)
        .map((each) => [each.credential.id, each]);
    },
  });
  return { ...page, items: await withKeys(plane, page.items) };
}

function factsOfCredential({ credential, app, owner }: FoundCredential): SearchFacts {
  const { status, attributes } = credential;
  const products = credential.products.map(({ name }) => name);
  return { texts: [], status, attributes, products, ownerId: owner.id, appId: app.id };
}

function judge(plane: Plane, call: Call, { credential, app, owner }: FoundCredential): EffectiveStatus {
  const productlessKeys = requiresProducts(call.organization) ? 'refused' : 'work';
  return decideEffectiveStatus({ credential, app, owner, productlessKeys, now: plane.clock.now() });
}

/** Keys are unsealed for those alone that are shown. One that went this very moment is left out. */
async function withKeys(plane: Plane, items: readonly JudgedCredential[]): Promise<FoundKey[]> {
  const byApp = await plane.store.credentials.listOfApps([...new Set(items.map(({ app }) => app.id))]);
  const keys = new Map([...byApp.values()].flat().map(({ id, consumerKey }) => [id, consumerKey]));
  return items.flatMap((item) => {
    const consumerKey = keys.get(item.credential.id);
    return consumerKey === undefined ? [] : [{ ...item, consumerKey }];
  });
}

interface Sought<T> {
  readonly noun: SearchNoun;
  readonly more?: Pick<SearchQuery, 'appId'>;
  /** What else is asked for, that no index knows. */
  readonly aside?: object;
  examine(query: SearchQuery, ids: readonly string[]): Promise<(readonly [string, T])[]>;
}

async function search<T>(
  plane: Plane,
  call: Call,
  request: SearchRequest,
  { noun, more = {}, aside = {}, examine }: Sought<T>,
): Promise<SearchPage<T>> {
  checkSearchQuery(request.query);
  const ownerId = await findOwnerId(plane, call, request);
  if (ownerId === null) return { items: [], next: undefined, total: 0, exact: true, complete: true };
  const query: SearchQuery = { ...request.query, ...more, ownerId };
  const { id: organizationId } = call.organization;
  const seeker: Seeker<T> = {
    organizationId,
    noun,
    query,
    narrowed: Object.values(aside).some((value) => value !== undefined),
    question: JSON.stringify([organizationId, noun, query, aside]),
    examine: async (ids) => new Map(await examine(query, ids)),
  };
  return walkSearch(plane, seeker, request);
}

/** Undefined: of anybody; null: of somebody who is not there. */
async function findOwnerId(
  plane: Plane,
  call: Call,
  { developer, company }: SearchRequest,
): Promise<string | null | undefined> {
  if (developer !== undefined && company !== undefined) return null;
  if (developer !== undefined) return (await identifyDeveloper(plane.store, call, [developer]))?.id ?? null;
  if (company === undefined) return undefined;
  return (await plane.store.companies.findByName(call.organization.id, keyOfCompany(company)))?.id ?? null;
}
