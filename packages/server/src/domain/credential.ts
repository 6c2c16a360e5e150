import { type ApiProduct, parseProductName } from './api-product.ts';
import type { Attribute } from './attribute.ts';
import type { Authorship } from './developer.ts';
import { Problem } from './problem.ts';
import { type Stamp, stampChanged, stampNew } from './stamp.ts';
import { parseText } from './text.ts';

export type CredentialStatus = 'approved' | 'revoked' | 'pending';

/** @throws Problem request.invalid with `field` as the member's name */
export function parseCredentialStatus(value: string, field: string): CredentialStatus {
  if (value === 'approved' || value === 'revoked' || value === 'pending') return value;
  throw new Problem('request.invalid', { field, reason: 'takes approved, revoked or pending' });
}

/** A product on a key, with the say whether the key may use it. */
export interface CredentialProduct {
  /** Name of the API product. A product that was deleted and made again counts again. */
  readonly name: string;
  readonly status: CredentialStatus;
}

/** A consumer key with its secret, under one app. A live key is unique in its organization (design.md, "Keys"). */
export interface Credential extends Stamp {
  readonly id: string;
  readonly organizationId: string;
  readonly appId: string;
  readonly consumerKey: string;
  /** Absent where the organization shows secrets once only. */
  readonly consumerSecret: string | undefined;
  readonly status: CredentialStatus;
  /** In the order in which they were added. */
  readonly products: readonly CredentialProduct[];
  readonly attributes: readonly Attribute[];
  readonly scopes: readonly string[];
  /** Milliseconds since 1970 UTC. */
  readonly issuedAt: number;
  /** Milliseconds since 1970 UTC; absent: never. */
  readonly expiresAt: number | undefined;
  /** Where another key took this one's place. */
  readonly rotation?: CredentialRotation | undefined;
}

/** What a key that was rotated knows of it. */
export interface CredentialRotation {
  /** Id of the credential that took its place; it may be gone by now. */
  readonly successorId: string;
  /** Of the request that did it, by which a retry is known; absent: it asked for none. */
  readonly mark: string | undefined;
}

/** Products that one key may have. Ours; no source states one. */
const credentialProductsMax = 100;
/** Of one key, and characters of each. Ours too. */
const scopesMax = 100;
const scopeLengthMax = 255;

export type CredentialIdentity = Pick<Credential, 'id' | 'organizationId' | 'appId' | 'consumerKey' | 'consumerSecret'>;
export type CredentialContent = Pick<Credential, 'products' | 'attributes' | 'scopes' | 'expiresAt'>;

/** A new key is approved, whatever its products are (compat/edge.md §4.3). */
export function createCredentialFrom(
  identity: CredentialIdentity,
  content: CredentialContent,
  { at, by }: Authorship,
): Credential {
  return { ...identity, ...content, status: 'approved', issuedAt: at, ...stampNew(at, by) };
}

/** The credential with these members changed. Key and secret never change; the expiry, by rotation alone. */
export function changeCredential(
  credential: Credential,
  changed: Partial<Pick<Credential, 'status' | 'products' | 'attributes' | 'scopes'>>,
  { at, by }: Authorship,
): Credential {
  return { ...credential, ...changed, ...stampChanged(credential, at, by) };
}

/** A product that is new on a key starts approved, or pending where it wants a person's say (compat/edge.md §4.3). */
function statusOfNewProduct({ approvalType }: Pick<ApiProduct, 'approvalType'>): CredentialStatus {
  return approvalType === 'manual' ? 'pending' : 'approved';
}

/**
 * The key's products with these added at the end. Those that are there keep place and status (compat/edge.md §5).
 * @throws Problem request.invalid past the limit
 */
export function addProducts(
  products: readonly CredentialProduct[],
  added: readonly Pick<ApiProduct, 'name' | 'approvalType'>[],
): CredentialProduct[] {
  const known = new Set(products.map(({ name }) => name));
  const merged = [...products];
  for (const product of added) {
    if (known.has(product.name)) continue;
    known.add(product.name);
    merged.push({ name: product.name, status: statusOfNewProduct(product) });
  }
  if (merged.length > credentialProductsMax) {
    throw new Problem('request.invalid', { field: 'apiProducts', reason: `takes at most ${credentialProductsMax}` });
  }
  return merged;
}

/**
 * A whole list, each product once; without a status: approved.
 * @throws Problem request.invalid, request.missing, api-product.invalid-name
 */
export function parseCredentialProducts(
  drafts: readonly { readonly name: string; readonly status?: string | undefined }[],
): CredentialProduct[] {
  const field = 'apiProducts';
  if (drafts.length > credentialProductsMax) {
    throw new Problem('request.invalid', { field, reason: `takes at most ${credentialProductsMax}` });
  }
  const products = drafts.map(({ name, status = 'approved' }, index) => ({
    name: parseProductName(name),
    status: parseCredentialStatus(status, `${field}[${index}].status`),
  }));
  if (new Set(products.map(({ name }) => name)).size === products.length) return products;
  throw new Problem('request.invalid', { field, reason: 'names a product twice' });
}

/** @throws Problem credential.product-missing */
export function setProductStatus(
  products: readonly CredentialProduct[],
  name: string,
  status: CredentialStatus,
): CredentialProduct[] {
  requireProduct(products, name);
  return products.map((product) => (product.name === name ? { name, status } : product));
}

/** @throws Problem credential.product-missing */
export function removeProduct(products: readonly CredentialProduct[], name: string): CredentialProduct[] {
  requireProduct(products, name);
  return products.filter((product) => product.name !== name);
}

function requireProduct(products: readonly CredentialProduct[], name: string): void {
  if (!products.some((product) => product.name === name)) {
    throw new Problem('credential.product-missing', { product: name });
  }
}

/** The console makes products with the one scope `""`, which is none (compat/edge.md §6). */
function listDistinctScopes(scopes: readonly string[]): string[] {
  return [...new Set(scopes)].filter((scope) => scope !== '');
}

/** Scopes as they are, where nobody offers them yet. @throws Problem request.invalid */
export function parseScopeTexts(scopes: readonly string[]): string[] {
  const distinct = listDistinctScopes(scopes);
  if (distinct.length > scopesMax) {
    throw new Problem('request.invalid', { field: 'scopes', reason: `takes at most ${scopesMax}` });
  }
  return distinct.map((scope, index) => parseText(scope, { field: `scopes[${index}]`, lengthMax: scopeLengthMax }));
}

/** @throws Problem credential.invalid-scopes where one is not among those that the key's products offer */
export function parseScopes(scopes: readonly string[], products: readonly Pick<ApiProduct, 'scopes'>[]): string[] {
  const offered = listDistinctScopes(products.flatMap((product) => product.scopes));
  const distinct = listDistinctScopes(scopes);
  if (distinct.every((scope) => offered.includes(scope))) return distinct;
  throw new Problem('credential.invalid-scopes', { offered });
}

/** @throws Problem request.unknown-action */
export function parseCredentialAction(action: string): 'approved' | 'revoked' {
  if (action === 'approve') return 'approved';
  if (action === 'revoke') return 'revoked';
  throw new Problem('request.unknown-action', { action, allowed: ['approve', 'revoke'] });
}
