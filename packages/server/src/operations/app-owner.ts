import type { App, AppOwner } from '../domain/app.ts';
import type { Company } from '../domain/company.ts';
import { keyOfEmail } from '../domain/developer.ts';
import type { Verb } from '../domain/permission.ts';
import { Problem } from '../domain/problem.ts';
import type { StoreView } from '../ports/store.ts';
import { authorize, type Call } from './call.ts';
import { findCompany, requireOpenCompany, unknownCompany } from './company-record.ts';
import { type DeveloperRef, identifyDeveloper, unknownDeveloper } from './developer.ts';

/** Whose apps: what path segments may stand for, in the order to try. */
export type AppOwnerRef =
  | { readonly kind: 'developer'; readonly ref: DeveloperRef }
  | { readonly kind: 'company'; readonly ref: readonly [string, ...string[]] };

/** An app beneath its owner: by name, or by id where the dialect finds it so (`appById`). */
export interface AppRef {
  readonly owner: AppOwnerRef;
  readonly names: readonly [string, ...string[]];
}

/** An owner that exists. */
export interface LoadedOwner {
  readonly owner: AppOwner;
  /** E-mail of the developer, or name of the company. */
  readonly ownerName: string;
  /** Canonical path below the organization of what was asked for beneath the owner, for permissions and the audit. */
  readonly path: readonly string[];
}

/** An app that exists. */
export interface LoadedApp extends LoadedOwner {
  readonly app: App;
}

export interface OwnerTarget {
  readonly verb: Verb;
  readonly owner: AppOwnerRef;
  /** Segments below the owner, for the permission; the apps where absent. */
  readonly below?: readonly string[];
}

export interface AppTarget {
  readonly verb: Verb;
  readonly ref: AppRef;
  /** Segments below the app, for the permission. */
  readonly below?: readonly string[];
}

/**
 * Finds and authorises in one step, on the canonical path whichever name the caller used, and before absence is told.
 * @throws Problem auth.forbidden, developer.not-found, company.not-found, company.inactive
 */
export async function loadAppOwner(
  view: StoreView,
  call: Call,
  { verb, owner, below = ['apps'] }: OwnerTarget,
): Promise<LoadedOwner> {
  const found = await findOwner(view, call, owner);
  const path = [...pathOfOwner(owner.kind, found?.ownerName ?? owner.ref[0]), ...below];
  authorize(call, verb, path);
  return { ...requireOwner(call, owner, found), path };
}

/**
 * The same for one app.
 * @throws Problem auth.forbidden, developer.not-found, company.not-found, company.inactive, app.not-found
 */
export async function loadApp(view: StoreView, call: Call, { verb, ref, below = [] }: AppTarget): Promise<LoadedApp> {
  const { owner, names } = ref;
  const { found, app } = await findOwned(view, call, ref);
  const path = [...pathOfOwner(owner.kind, found?.ownerName ?? owner.ref[0]), 'apps'];
  authorize(call, verb, [...path, app?.name ?? names[0], ...below]);
  const loaded = requireOwner(call, owner, found);
  if (app === undefined) throw new Problem('app.not-found', { app: names[0], owner: loaded.ownerName });
  return { ...loaded, path, app };
}

/** An app that was found by something that hangs on it; undefined: its owner went at this very moment. */
export async function placeApp(view: StoreView, app: App): Promise<LoadedApp | undefined> {
  const { kind, id } = app.owner;
  const name =
    kind === 'developer'
      ? (await view.developers.find(app.organizationId, id))?.email
      : (await view.companies.find(app.organizationId, id))?.name;
  return name === undefined
    ? undefined
    : { app, owner: app.owner, ownerName: name, path: [...pathOfOwner(kind, name), 'apps'] };
}

/** Under its owner alone: another's app does not exist here. */
export async function findApp(
  view: StoreView,
  call: Call,
  owner: AppOwner,
  names: readonly string[],
): Promise<App | undefined> {
  for (const name of names) {
    const app = (await view.apps.findByName(owner, name)) ?? (await findAppById(view, call, owner, name));
    if (app !== undefined) return app;
  }
  return undefined;
}

async function findAppById(view: StoreView, call: Call, owner: AppOwner, id: string): Promise<App | undefined> {
  if (call.rules.appById === 'unknown') return undefined;
  const app = await view.apps.find(call.organization.id, id);
  return app?.owner.kind === owner.kind && app.owner.id === owner.id ? app : undefined;
}

interface FoundOwner extends Omit<LoadedOwner, 'path'> {
  /** Where the owner is a company. */
  readonly company?: Company;
}

/** The one place that knows who may own apps. */
async function findOwner(view: StoreView, call: Call, { kind, ref }: AppOwnerRef): Promise<FoundOwner | undefined> {
  if (kind === 'developer') {
    const developer = await identifyDeveloper(view, call, ref);
    return developer && { owner: { kind, id: developer.id }, ownerName: developer.email };
  }
  const company = await findCompany(view, call, ref);
  return company && { owner: { kind, id: company.id }, ownerName: company.name, company };
}

interface FoundApp {
  readonly found: FoundOwner | undefined;
  readonly app: App | undefined;
}

/** Most callers name a developer by e-mail and his app by name, which is one look; all else is looked for in turn. */
async function findOwned(view: StoreView, call: Call, { owner, names }: AppRef): Promise<FoundApp> {
  const [ref] = owner.ref;
  if (owner.kind === 'developer' && ref.includes('@')) {
    const owned = await view.apps.findOfDeveloper(call.organization.id, keyOfEmail(ref), names[0]);
    if (owned !== undefined) return { found: { owner: owned.app.owner, ownerName: owned.ownerName }, app: owned.app };
  }
  const found = await findOwner(view, call, owner);
  return { found, app: found && (await findApp(view, call, found.owner, names)) };
}

/** After the permission is judged, so that a refusal tells neither of absence nor of status. */
function requireOwner(call: Call, { kind, ref }: AppOwnerRef, found: FoundOwner | undefined): FoundOwner {
  if (found === undefined) throw kind === 'developer' ? unknownDeveloper(call, ref[0]) : unknownCompany(call, ref[0]);
  if (found.company !== undefined) requireOpenCompany(call, found.company);
  return found;
}

function pathOfOwner(kind: AppOwner['kind'], name: string): string[] {
  return kind === 'developer' ? ['developers', keyOfEmail(name)] : ['companies', name];
}
