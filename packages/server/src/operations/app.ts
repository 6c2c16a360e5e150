import {
  type App,
  type AppDraft,
  type AppStatus,
  type AppView,
  changeApp,
  createAppFrom,
  parseAppProfile,
  parseNewAppProfile,
} from '../domain/app.ts';
import type { Credential, CredentialStatus } from '../domain/credential.ts';
import { requiresProducts } from '../domain/organization.ts';
import { Problem } from '../domain/problem.ts';
import { takesFromApp } from '../domain/revocation.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
import {
  type AppOwnerRef,
  type AppRef,
  findApp,
  type LoadedApp,
  type LoadedOwner,
  loadApp,
  loadAppOwner,
} from './app-owner.ts';
import type { AttributeHolder } from './attribute.ts';
import { appendBeside, authorship, type Call, commit, recordChange } from './call.ts';
import { addCredential, type CredentialWish, insertCredential, issueCredential } from './credential-issue.ts';
import { parseCount } from './page-count.ts';
import type { Plane } from './plane.ts';

/** A body on an app: what it says of the app, and of the credential that is made with it. */
export type AppRequest = AppDraft & CredentialWish;

/** @throws Problem auth.forbidden, app.not-found, or that the owner is not found */
export async function getApp(plane: Plane, call: Call, ref: AppRef): Promise<AppView> {
  return await viewApp(plane.store, await loadApp(plane.store, call, { verb: 'get', ref }));
}

/**
 * Makes an app with exactly one credential, with products or without (compat/edge.md §4.3).
 * @throws Problem auth.forbidden, app.exists, app.invalid-name, app.products-required, api-product.unknown,
 *   credential.invalid-scopes, attribute.too-many, request.missing, request.invalid, or that the owner is not found
 */
export async function createApp(plane: Plane, call: Call, owner: AppOwnerRef, request: AppRequest): Promise<AppView> {
  return commit(plane, call, async (transaction) => {
    const loaded = await loadAppOwner(transaction, call, { verb: 'put', owner });
    if (requiresProducts(call.organization) && (request.apiProducts ?? []).length === 0) {
      throw new Problem('app.products-required', {});
    }
    const profile = parseNewAppProfile(request, call.rules);
    const identity = { id: plane.random.rowId(), organizationId: call.organization.id, owner: loaded.owner };
    const draft = createAppFrom({ ...profile, scopes: [] }, identity, authorship(plane, call));
    const credential = await issueCredential(plane, call, { view: transaction, app: draft, wish: request });
    const app = { ...draft, scopes: credential.scopes };
    if (!(await transaction.apps.insert(app))) {
      throw new Problem('app.exists', { app: app.name, owner: loaded.ownerName });
    }
    await insertCredential(transaction, credential);
    appendBeside(transaction, 'credential', credential);
    const asked = { ...profile, ...describeWish(request) };
    recordApp(transaction, call, { ...loaded, app }, { takesAway: false, request: asked });
    return { app, credentials: [credential], ownerName: loaded.ownerName };
  });
}

/**
 * Replaces attributes and callback URL. Products in the request make one more credential; without them none is made
 * (compat/edge.md §4.3). The name never changes, the status has a call of its own.
 * @throws Problem auth.forbidden, app.not-found, app.too-many-credentials, api-product.unknown,
 *   credential.invalid-scopes, attribute.too-many, request.missing, request.invalid, or that the owner is not found
 */
export async function updateApp(plane: Plane, call: Call, ref: AppRef, request: AppRequest): Promise<AppView> {
  return commit(plane, call, async (transaction) => {
    const loaded = await loadApp(transaction, call, { verb: 'put', ref });
    const profile = parseAppProfile(request, call.rules);
    const app = changeApp(loaded.app, profile, authorship(plane, call));
    const wanted = request.apiProducts !== undefined && request.apiProducts.length > 0;
    const made = wanted ? await issueCredential(plane, call, { view: transaction, app, wish: request }) : undefined;
    if (made !== undefined) {
      await addCredential(transaction, made);
      appendBeside(transaction, 'credential', made);
    }
    await transaction.apps.update(app);
    const takesAway = takesFromApp(loaded.app, app);
    const asked = { ...profile, ...describeWish(request) };
    recordApp(transaction, call, { ...loaded, app }, { takesAway, request: asked });
    return showMade(await viewApp(transaction, { ...loaded, app }), made);
  });
}

/** @throws Problem auth.forbidden, app.not-found, or that the owner is not found */
export async function setAppStatus(plane: Plane, call: Call, ref: AppRef, status: AppStatus): Promise<void> {
  await commit(plane, call, async (transaction) => {
    const loaded = await loadApp(transaction, call, { verb: 'put', ref });
    const app = changeApp(loaded.app, { status }, authorship(plane, call));
    await transaction.apps.update(app);
    const takesAway = takesFromApp(loaded.app, app);
    recordApp(transaction, call, { ...loaded, app }, { takesAway, request: { status } });
  });
}

/**
 * Deletes the app; its keys are invisible at once and go in the background.
 * @returns the app and its credentials as they were
 * @throws Problem auth.forbidden, app.not-found, or that the owner is not found
 */
export async function deleteApp(plane: Plane, call: Call, ref: AppRef): Promise<AppView> {
  return commit(plane, call, async (transaction) => {
    const loaded = await loadApp(transaction, call, { verb: 'delete', ref });
    const view = await viewApp(transaction, loaded);
    await transaction.apps.delete(loaded.app);
    const takesAway = takesFromApp(loaded.app, undefined);
    recordApp(transaction, call, loaded, { kind: 'delete', takesAway, at: plane.clock.now() });
    return view;
  });
}

export interface AppListQuery {
  /** Whether the answer shows whole apps: then their credentials are read too. */
  readonly expand: boolean;
  /** Page size; the dialect's default where absent. */
  readonly count?: number | undefined;
  /** Name of the first app of the page, inclusive. */
  readonly startKey?: string | undefined;
  /** Only those with a credential of this status (compat/edge.md §4.2). */
  readonly keyStatus?: CredentialStatus | undefined;
}

/**
 * The owner's apps by name, bytewise.
 * @throws Problem auth.forbidden, request.invalid, app.not-found for an unknown `startKey`, or that the owner is not
 *   found
 */
export async function listApps(plane: Plane, call: Call, owner: AppOwnerRef, query: AppListQuery): Promise<AppView[]> {
  const { store } = plane;
  const loaded = await loadAppOwner(store, call, { verb: 'get', owner });
  const limit = parseCount(query.count, { most: call.rules.appPageMax, standard: call.rules.appPageDefault });
  const start = query.startKey === undefined ? undefined : await findApp(store, call, loaded.owner, [query.startKey]);
  if (query.startKey !== undefined && start === undefined) {
    throw new Problem('app.not-found', { app: query.startKey, owner: loaded.ownerName });
  }
  const walk = { owner: loaded.owner, from: start?.name, limit, keyStatus: query.keyStatus };
  const apps = query.keyStatus === undefined ? await store.apps.listOfOwner(walk.owner, walk) : await sift(store, walk);
  if (!query.expand) return apps.map((app) => ({ app, credentials: [], ownerName: loaded.ownerName }));
  const credentials = await store.credentials.listOfApps(apps.map(({ id }) => id));
  return apps.map((app) => ({ app, credentials: credentials.get(app.id) ?? [], ownerName: loaded.ownerName }));
}

interface Walk {
  readonly owner: App['owner'];
  readonly from: string | undefined;
  readonly limit: number;
  readonly keyStatus: CredentialStatus | undefined;
}

const siftPage = 100;

/** Walks the owner's apps until the page is full of those with a credential of the status. */
async function sift(view: StoreView, { owner, from, limit, keyStatus }: Walk): Promise<App[]> {
  const found: App[] = [];
  let page = await view.apps.listOfOwner(owner, { from, limit: siftPage });
  while (page.length > 0 && found.length < limit) {
    const credentials = await view.credentials.listOfApps(page.map(({ id }) => id));
    found.push(...page.filter(({ id }) => credentials.get(id)?.some(({ status }) => status === keyStatus)));
    const after = page.length < siftPage ? undefined : page.at(-1)?.name;
    page = after === undefined ? [] : await view.apps.listOfOwner(owner, { after, limit: siftPage });
  }
  return found.slice(0, limit);
}

/** An app that carries its place along, for the audit. */
interface PlacedApp extends App {
  readonly place: LoadedOwner;
}

/** The attributes of an app. */
export function appAttributes(call: Call, ref: AppRef): AttributeHolder<PlacedApp> {
  return {
    async load(view, verb, below) {
      const { app, ...place } = await loadApp(view, call, { verb, ref, below });
      return { ...app, place };
    },
    async save(transaction, { place, ...app }, record) {
      await transaction.apps.update(app);
      recordApp(transaction, call, { ...place, app }, record);
    },
    name: ({ name }) => name,
  };
}

function describeWish({ apiProducts, scopes, keyExpiresIn }: CredentialWish): CredentialWish {
  return { apiProducts, scopes, keyExpiresIn };
}

interface AppChange {
  readonly kind?: 'put' | 'delete';
  readonly takesAway: boolean;
  readonly below?: readonly string[];
  readonly request?: object;
  readonly at?: number;
}

function recordApp(transaction: StoreTransaction, call: Call, { app, path }: LoadedApp, change: AppChange): void {
  const { kind = 'put', takesAway, below = [], request, at = app.lastModifiedAt } = change;
  recordChange(transaction, call, {
    organizationId: app.organizationId,
    change: { noun: 'app', entityId: app.id, kind, version: app.version },
    takesAway,
    resource: ['', ...path, app.name, ...below].join('/'),
    request,
    at,
  });
}

/** The call that makes a credential shows its secret, even where no other one does. */
function showMade(view: AppView, made: Credential | undefined): AppView {
  if (made === undefined) return view;
  return { ...view, credentials: view.credentials.map((each) => (each.id === made.id ? made : each)) };
}

async function viewApp(view: StoreView, { app, ownerName }: LoadedApp): Promise<AppView> {
  return { app, credentials: await view.credentials.listOfApp(app.id), ownerName };
}
