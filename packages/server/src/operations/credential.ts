import { type AttributeDraft, parseAttributes } from '../domain/attribute.ts';
import { hintOfKey } from '../domain/consumer-key.ts';
import {
  addProducts,
  type Credential,
  type CredentialStatus,
  changeCredential,
  parseScopes,
  removeProduct,
  setProductStatus,
} from '../domain/credential.ts';
import type { Verb } from '../domain/permission.ts';
import { Problem } from '../domain/problem.ts';
import { takesFromCredential } from '../domain/revocation.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
import { type AppRef, type LoadedApp, loadApp } from './app-owner.ts';
import type { AttributeHolder } from './attribute.ts';
import { authorship, type Call, commit, recordChange } from './call.ts';
import { requireProducts } from './credential-issue.ts';
import type { Plane } from './plane.ts';

/** A consumer key beneath an app. */
export interface CredentialRef {
  readonly app: AppRef;
  readonly consumerKey: string;
}

/** A product on a key: what a path segment may stand for, in the order to try. */
export interface CredentialProductRef extends CredentialRef {
  readonly products: readonly [string, ...string[]];
}

/** What is absent stays as it is. */
export interface CredentialUpdate {
  /** Added to those that are there. */
  readonly apiProducts?: readonly string[] | undefined;
  /** Replace all. */
  readonly attributes?: readonly AttributeDraft[] | undefined;
  /** Replace all. */
  readonly scopes?: readonly string[] | undefined;
  readonly status?: 'approved' | 'revoked' | undefined;
}

/** @throws Problem auth.forbidden, credential.not-found, or that app or owner is not found */
export async function getCredential(plane: Plane, call: Call, ref: CredentialRef): Promise<Credential> {
  return (await loadCredential(plane.store, call, { verb: 'get', ref })).credential;
}

/**
 * Adds products, replaces attributes and scopes (compat/edge.md §5).
 * @throws Problem auth.forbidden, credential.not-found, credential.invalid-scopes, api-product.unknown,
 *   attribute.too-many, request.missing, request.invalid, or that app or owner is not found
 */
export async function updateCredential(
  plane: Plane,
  call: Call,
  ref: CredentialRef,
  update: CredentialUpdate,
): Promise<Credential> {
  return editCredential(plane, call, {
    verb: 'put',
    ref,
    request: update,
    edit: async ({ credential }, view) => {
      const added = await requireProducts(view, call, update.apiProducts ?? []);
      const products = addProducts(credential.products, added);
      const drafts = update.attributes;
      return {
        products,
        ...(drafts && { attributes: parseAttributes(drafts, call.rules, 'attributes') }),
        ...(update.status && { status: update.status }),
        ...(update.scopes && { scopes: await checkScopes(view, call, { products, scopes: update.scopes }) }),
      };
    },
  });
}

async function checkScopes(
  view: StoreView,
  call: Call,
  { products, scopes }: Pick<Credential, 'products' | 'scopes'>,
): Promise<string[]> {
  const names = products.map(({ name }) => name);
  return parseScopes(scopes, await view.products.findMany(call.organization.id, names));
}

/** @throws Problem auth.forbidden, credential.not-found, or that app or owner is not found */
export async function setCredentialStatus(
  plane: Plane,
  call: Call,
  ref: CredentialRef,
  status: 'approved' | 'revoked',
): Promise<void> {
  await editCredential(plane, call, { verb: 'put', ref, request: { status }, edit: async () => ({ status }) });
}

/** @throws Problem auth.forbidden, credential.not-found, or that app or owner is not found */
export async function deleteCredential(plane: Plane, call: Call, ref: CredentialRef): Promise<Credential> {
  return commit(plane, call, async (transaction) => {
    const found = await loadCredential(transaction, call, { verb: 'delete', ref });
    await transaction.credentials.delete(found.credential);
    const takesAway = takesFromCredential(found.credential, undefined);
    recordCredential(transaction, call, found, { kind: 'delete', takesAway, at: plane.clock.now() });
    return found.credential;
  });
}

/** @throws Problem auth.forbidden, credential.not-found, credential.product-missing, or that app or owner is not found */
export async function setCredentialProductStatus(
  plane: Plane,
  call: Call,
  ref: CredentialProductRef,
  status: CredentialStatus,
): Promise<void> {
  await editCredential(plane, call, {
    verb: 'put',
    ref,
    below: ['apiproducts', ref.products[0]],
    request: { status },
    edit: async ({ credential: { products } }) => ({
      products: setProductStatus(products, chooseProduct(products, ref), status),
    }),
  });
}

/** @throws Problem auth.forbidden, credential.not-found, credential.product-missing, or that app or owner is not found */
export async function removeCredentialProduct(
  plane: Plane,
  call: Call,
  ref: CredentialProductRef,
): Promise<Credential> {
  return editCredential(plane, call, {
    verb: 'delete',
    ref,
    below: ['apiproducts', ref.products[0]],
    edit: async ({ credential: { products } }) => ({ products: removeProduct(products, chooseProduct(products, ref)) }),
  });
}

function chooseProduct(products: Credential['products'], ref: CredentialProductRef): string {
  return ref.products.find((name) => products.some((product) => product.name === name)) ?? ref.products[0];
}

/** A credential that carries its app along, for the audit. */
interface PlacedCredential extends Credential {
  readonly loaded: LoadedApp;
}

/** The attributes of a credential. */
export function credentialAttributes(call: Call, ref: CredentialRef): AttributeHolder<PlacedCredential> {
  return {
    async load(view, verb, below) {
      const { loaded, credential } = await loadCredential(view, call, { verb, ref, below });
      return { ...credential, loaded };
    },
    async save(transaction, { loaded, ...credential }, record) {
      await transaction.credentials.update(credential);
      recordCredential(transaction, call, { loaded, credential }, record);
    },
    name: ({ consumerKey }) => hintOfKey(consumerKey),
  };
}

interface Target {
  readonly verb: Verb;
  readonly ref: CredentialRef;
  /** Segments below the key, for the permission and the audit. */
  readonly below?: readonly string[];
}

export interface FoundCredential {
  readonly loaded: LoadedApp;
  readonly credential: Credential;
}

/** Finds and authorises in one step; a key of another app does not exist here. */
async function loadCredential(
  view: StoreView,
  call: Call,
  { verb, ref, below = [] }: Target,
): Promise<FoundCredential> {
  const path = ['keys', hintOfKey(ref.consumerKey), ...below];
  const loaded = await loadApp(view, call, { verb, ref: ref.app, below: path });
  const credential = await view.credentials.findByKey(call.organization.id, ref.consumerKey);
  if (credential?.appId !== loaded.app.id) throw new Problem('credential.not-found', {});
  return { loaded, credential };
}

interface CredentialEdit extends Target {
  readonly request?: object;
  readonly edit: (found: FoundCredential, view: StoreView) => Promise<Parameters<typeof changeCredential>[1]>;
}

async function editCredential(plane: Plane, call: Call, target: CredentialEdit): Promise<Credential> {
  return commit(plane, call, async (transaction) => {
    const found = await loadCredential(transaction, call, target);
    const changed = await target.edit(found, transaction);
    const credential = changeCredential(found.credential, changed, authorship(plane, call));
    await transaction.credentials.update(credential);
    const { below, request = changed } = target;
    const takesAway = takesFromCredential(found.credential, credential);
    recordCredential(transaction, call, { ...found, credential }, { takesAway, below, request });
    return credential;
  });
}

interface CredentialRecord {
  readonly kind?: 'put' | 'delete';
  readonly takesAway: boolean;
  readonly below?: readonly string[] | undefined;
  readonly request?: object;
  readonly at?: number;
}

/** Appends the change and its audit entry. Neither resource nor request holds the key or its secret (G9). */
export function recordCredential(
  transaction: StoreTransaction,
  call: Call,
  { loaded: { app, path }, credential }: FoundCredential,
  { kind = 'put', takesAway, below = [], request, at = credential.lastModifiedAt }: CredentialRecord,
): void {
  recordChange(transaction, call, {
    organizationId: credential.organizationId,
    change: { noun: 'credential', entityId: credential.id, kind, version: credential.version },
    takesAway,
    resource: ['', ...path, app.name, 'keys', hintOfKey(credential.consumerKey), ...below].join('/'),
    request,
    at,
  });
}
