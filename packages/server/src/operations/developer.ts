import type { Attribute, AttributeDraft } from '../domain/attribute.ts';
import {
  createDeveloperFrom,
  type Developer,
  type DeveloperDraft,
  type DeveloperStatus,
  type DeveloperView,
  keyOfEmail,
  parseDeveloperProfile,
  replaceDeveloperProfile,
  withDeveloperStatus,
} from '../domain/developer.ts';
import type { Verb } from '../domain/permission.ts';
import { Problem } from '../domain/problem.ts';
import { takesFromOwner } from '../domain/revocation.ts';
import type { DeveloperIdentity, StoreTransaction, StoreView } from '../ports/store.ts';
import {
  type AttributeHolder,
  deleteAttributeOf,
  getAttributeOf,
  listAttributesOf,
  replaceAttributesOf,
  setAttributeOf,
} from './attribute.ts';
import { authorize, authorship, type Call, commit, recordChange } from './call.ts';
import { parseCount } from './page-count.ts';
import type { Plane } from './plane.ts';

/**
 * What a path segment may stand for, in the order to try: an e-mail in any case, or an id. More than one where a
 * dialect's clients encode twice (compat/x.md §1.0).
 */
export type DeveloperRef = readonly [string, ...string[]];

/** Apps that a developer's answer names at most (compat/edge.md §3.1). */
const developerAppsShown = 100;

/** @throws Problem auth.forbidden, developer.not-found */
export async function getDeveloper(plane: Plane, call: Call, ref: DeveloperRef): Promise<DeveloperView> {
  return await viewDeveloper(plane.store, await loadDeveloper(plane.store, call, { verb: 'get', ref }));
}

/** @throws Problem auth.forbidden, developer.exists, request.missing, request.invalid, attribute.too-many */
export async function createDeveloper(plane: Plane, call: Call, draft: DeveloperDraft): Promise<DeveloperView> {
  authorize(call, 'put', ['developers']);
  const profile = parseDeveloperProfile(draft, call.rules);
  const identity = { id: plane.random.rowId(), organizationId: call.organization.id };
  const developer = createDeveloperFrom(profile, identity, authorship(plane, call));
  await commit(plane, call, async (transaction) => {
    if (!(await transaction.developers.insert(developer))) throw emailTaken(call, developer);
    recordDeveloper(transaction, call, developer, { takesAway: false, request: profile });
  });
  return { ...developer, apps: [], companies: [] };
}

/**
 * Replaces the profile. The status stays; it has a call of its own.
 * @throws Problem auth.forbidden, developer.not-found, developer.exists, developer.email-mismatch, request.missing,
 *   request.invalid, attribute.too-many
 */
export async function updateDeveloper(
  plane: Plane,
  call: Call,
  ref: DeveloperRef,
  draft: DeveloperDraft,
): Promise<DeveloperView> {
  return commit(plane, call, async (transaction) => {
    const current = await loadDeveloper(transaction, call, { verb: 'put', ref });
    checkRename(call, current, ref, draft);
    const profile = parseDeveloperProfile(draft, call.rules);
    const next = replaceDeveloperProfile(current, profile, authorship(plane, call));
    await saveDeveloper(transaction, call, next, { takesAway: takesFromOwner(current, next), request: profile });
    return viewDeveloper(transaction, next);
  });
}

/** @throws Problem auth.forbidden, developer.not-found */
export async function setDeveloperStatus(
  plane: Plane,
  call: Call,
  ref: DeveloperRef,
  status: DeveloperStatus,
): Promise<void> {
  await commit(plane, call, async (transaction) => {
    const current = await loadDeveloper(transaction, call, { verb: 'put', ref });
    const next = withDeveloperStatus(current, status, authorship(plane, call));
    const takesAway = takesFromOwner(current, next);
    await saveDeveloper(transaction, call, next, { takesAway, request: { action: status } });
  });
}

/**
 * Deletes the developer; apps, keys and memberships are invisible at once and go in the background.
 * @returns the developer as he was
 * @throws Problem auth.forbidden, developer.not-found
 */
export async function deleteDeveloper(plane: Plane, call: Call, ref: DeveloperRef): Promise<DeveloperView> {
  return commit(plane, call, async (transaction) => {
    const developer = await loadDeveloper(transaction, call, { verb: 'delete', ref });
    const view = await viewDeveloper(transaction, developer);
    await transaction.developers.delete(developer);
    const takesAway = takesFromOwner(developer, undefined);
    recordDeveloper(transaction, call, developer, { kind: 'delete', takesAway, at: plane.clock.now() });
    return view;
  });
}

export interface DeveloperListQuery {
  /** Whether the answer shows whole developers: then their apps and companies are read too. */
  readonly expand: boolean;
  /** Page size; the dialect's largest where absent. */
  readonly count?: number | undefined;
  /** First developer of the page, inclusive: an e-mail or an id. */
  readonly startKey?: string | undefined;
  /** Only owners of an app of this name; then pages do not apply (compat/x.md §1.2). */
  readonly app?: string | undefined;
  /** Only these, by id or e-mail. */
  readonly ids?: readonly string[] | undefined;
  readonly includeCompany: boolean;
}

/**
 * By e-mail, bytewise.
 * @throws Problem auth.forbidden, request.invalid, developer.not-found for an unknown `startKey`
 */
export async function listDevelopers(plane: Plane, call: Call, query: DeveloperListQuery): Promise<DeveloperView[]> {
  authorize(call, 'get', ['developers']);
  const organizationId = call.organization.id;
  const limitMax = call.rules.developerPageMax;
  const limit = parseCount(query.count, { most: limitMax });
  const { developers } = plane.store;
  if (query.app !== undefined) {
    return showAll(plane.store, await developers.listByApp(organizationId, query.app, limitMax), query);
  }
  if (query.ids !== undefined) {
    const ids = parseIds(query.ids, limitMax);
    return showAll(plane.store, await developers.listByIds(organizationId, ids), query);
  }
  const from = query.startKey === undefined ? undefined : await resolveStartKey(plane.store, call, query.startKey);
  const page = { from, limit, withoutCompany: call.rules.companyDevelopersHidden && !query.includeCompany };
  if (query.expand) return developers.listViews(organizationId, page, developerAppsShown);
  return (await developers.list(organizationId, page)).map(withoutDependents);
}

/** E-mails by their key, in whatever letters they come. */
function parseIds(ids: readonly string[], limitMax: number): string[] {
  if (ids.length > limitMax)
    throw new Problem('request.invalid', { field: 'ids', reason: `takes at most ${limitMax}` });
  return ids.map((id) => (id.includes('@') ? keyOfEmail(id) : id));
}

async function resolveStartKey(view: StoreView, call: Call, startKey: string): Promise<string> {
  const developer = await findDeveloper(view, call, [startKey]);
  if (developer === undefined) throw unknownDeveloper(call, startKey);
  return keyOfEmail(developer.email);
}

/** @throws Problem auth.forbidden, developer.not-found */
export function listDeveloperAttributes(plane: Plane, call: Call, ref: DeveloperRef): Promise<readonly Attribute[]> {
  return listAttributesOf(plane, holderOf(call, ref));
}

/** @throws Problem auth.forbidden, developer.not-found, attribute.not-found */
export function getDeveloperAttribute(plane: Plane, call: Call, ref: DeveloperRef, name: string): Promise<Attribute> {
  return getAttributeOf(plane, holderOf(call, ref), name);
}

/**
 * Replaces the whole list.
 * @throws Problem auth.forbidden, developer.not-found, attribute.too-many, request.missing, request.invalid
 */
export function replaceDeveloperAttributes(
  plane: Plane,
  call: Call,
  ref: DeveloperRef,
  drafts: readonly AttributeDraft[],
): Promise<readonly Attribute[]> {
  return replaceAttributesOf(plane, call, holderOf(call, ref), drafts);
}

/**
 * Sets one attribute, new or not.
 * @throws Problem auth.forbidden, developer.not-found, attribute.too-many, request.missing, request.invalid
 */
export function setDeveloperAttribute(
  plane: Plane,
  call: Call,
  ref: DeveloperRef,
  draft: AttributeDraft,
): Promise<Attribute> {
  return setAttributeOf(plane, call, holderOf(call, ref), draft);
}

/**
 * @returns the attribute as it was
 * @throws Problem auth.forbidden, developer.not-found, attribute.not-found
 */
export function deleteDeveloperAttribute(
  plane: Plane,
  call: Call,
  ref: DeveloperRef,
  name: string,
): Promise<Attribute> {
  return deleteAttributeOf(plane, call, holderOf(call, ref), name);
}

function holderOf(call: Call, ref: DeveloperRef): AttributeHolder<Developer> {
  return {
    load: (view, verb, below) => loadDeveloper(view, call, { verb, ref, below }),
    save: (transaction, next, record) => saveDeveloper(transaction, call, next, record),
    name: ({ email }) => email,
  };
}

interface Target {
  readonly verb: Verb;
  readonly ref: DeveloperRef;
  /** Segments below the developer, for the permission and the audit. */
  readonly below?: readonly string[];
}

/** Finds without authorising: who calls it does. */
function findDeveloper({ developers }: StoreView, call: Call, ref: DeveloperRef): Promise<Developer | undefined> {
  const { id } = call.organization;
  return findByRef(
    ref,
    (emailKey) => developers.findByEmail(id, emailKey),
    (text) => developers.find(id, text),
  );
}

/** The same where it is only asked who he is. */
export function identifyDeveloper(
  { developers }: StoreView,
  call: Call,
  ref: DeveloperRef,
): Promise<DeveloperIdentity | undefined> {
  const { id } = call.organization;
  return findByRef<DeveloperIdentity>(
    ref,
    (emailKey) => developers.identify(id, emailKey),
    (text) => developers.find(id, text),
  );
}

/** The first that there is of what the texts may stand for. */
async function findByRef<T>(
  ref: DeveloperRef,
  byEmail: (emailKey: string) => Promise<T | undefined>,
  byId: (id: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const text of ref) {
    const found = await (text.includes('@') ? byEmail(keyOfEmail(text)) : byId(text));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Finds and authorises in one step. The permission is judged on the e-mail, whichever name the caller used, so that
 * an id opens no door that the e-mail does not; and before absence is told, so that a refusal reveals nothing.
 */
async function loadDeveloper(view: StoreView, call: Call, { verb, ref, below = [] }: Target): Promise<Developer> {
  const developer = await findDeveloper(view, call, ref);
  authorize(call, verb, ['developers', developer ? keyOfEmail(developer.email) : ref[0], ...below]);
  if (developer === undefined) throw unknownDeveloper(call, ref[0]);
  return developer;
}

function checkRename(call: Call, current: Developer, ref: DeveloperRef, draft: DeveloperDraft): void {
  if (draft.email === undefined) return;
  const mismatch = new Problem('developer.email-mismatch', { path: ref[0], body: draft.email });
  if (call.rules.updateById === 'refused' && ref.every((text) => keyOfEmail(text) !== keyOfEmail(current.email))) {
    throw mismatch;
  }
  if (call.rules.emailRename === 'refused' && keyOfEmail(draft.email) !== keyOfEmail(current.email)) throw mismatch;
}

interface DeveloperRecord {
  readonly kind?: 'put' | 'delete';
  readonly takesAway: boolean;
  readonly below?: readonly string[];
  readonly request?: object;
  readonly at?: number;
}

async function saveDeveloper(
  transaction: StoreTransaction,
  call: Call,
  developer: Developer,
  record: DeveloperRecord,
): Promise<void> {
  if (!(await transaction.developers.update(developer))) throw emailTaken(call, developer);
  recordDeveloper(transaction, call, developer, record);
}

function recordDeveloper(
  transaction: StoreTransaction,
  call: Call,
  developer: Developer,
  record: DeveloperRecord,
): void {
  recordChange(transaction, call, {
    organizationId: developer.organizationId,
    change: {
      noun: 'developer',
      entityId: developer.id,
      kind: record.kind ?? 'put',
      version: developer.version,
    },
    takesAway: record.takesAway,
    resource: ['', 'developers', keyOfEmail(developer.email), ...(record.below ?? [])].join('/'),
    request: record.request,
    at: record.at ?? developer.lastModifiedAt,
  });
}

async function viewDeveloper(view: StoreView, developer: Developer): Promise<DeveloperView> {
  const apps = await view.developers.appNames(developer.id, developerAppsShown);
  const companies = await view.developers.companyNames(developer.id);
  return { ...developer, apps, companies };
}

async function showAll(
  view: StoreView,
  developers: readonly Developer[],
  { expand }: DeveloperListQuery,
): Promise<DeveloperView[]> {
  if (!expand) return developers.map(withoutDependents);
  const ids = developers.map(({ id }) => id);
  const apps = await view.developers.appNamesOfMany(ids, developerAppsShown);
  const companies = await view.developers.companyNamesOfMany(ids);
  return developers.map((developer) => ({
    ...developer,
    apps: apps.get(developer.id) ?? [],
    companies: companies.get(developer.id) ?? [],
  }));
}

function withoutDependents(developer: Developer): DeveloperView {
  return { ...developer, apps: [], companies: [] };
}

function emailTaken(call: Call, developer: Developer): Problem {
  return new Problem('developer.exists', { email: developer.email, organization: call.organization.name });
}

export function unknownDeveloper(call: Call, developer: string): Problem {
  return new Problem('developer.not-found', { developer, organization: call.organization.name });
}
