import type { ApiProduct } from '../domain/api-product.ts';
import { type App, appCredentialsMax } from '../domain/app.ts';
import { drawKeyText, readKeyLengths } from '../domain/consumer-key.ts';
import { addProducts, type Credential, createCredentialFrom, parseScopes } from '../domain/credential.ts';
import { type LifetimeDraft, parseLifetime } from '../domain/expiry.ts';
import { Problem } from '../domain/problem.ts';
import type { Random } from '../ports/random.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
import { authorship, type Call } from './call.ts';
import type { Plane } from './plane.ts';

/** What a request says of the credential that it makes. */
export interface CredentialWish {
  /** Names of products; one that is named twice counts once. */
  readonly apiProducts?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** How long the key lives: milliseconds, or what the dialect's rules say; -1 or absent: for ever. */
  readonly keyExpiresIn?: number | undefined;
}

/** A key or secret of this many letters and digits. */
export function generateKeyText(random: Random, length: number): string {
  let text = '';
  while (text.length < length) text += drawKeyText(random.bytes(length - text.length));
  return text;
}

/**
 * A credential for the app with generated key and secret, not stored yet.
 * @throws Problem api-product.unknown, credential.invalid-scopes, request.invalid
 */
export async function issueCredential(
  plane: Plane,
  call: Call,
  { view, app, wish }: { readonly view: StoreView; readonly app: App; readonly wish: CredentialWish },
): Promise<Credential> {
  const by = authorship(plane, call);
  const products = await requireProducts(view, call, wish.apiProducts ?? []);
  const lengths = readKeyLengths(call.organization.properties);
  const identity = {
    id: plane.random.rowId(),
    organizationId: app.organizationId,
    appId: app.id,
    consumerKey: generateKeyText(plane.random, lengths.key),
    consumerSecret: generateKeyText(plane.random, lengths.secret),
  };
  const content = {
    products: addProducts([], products),
    attributes: [],
    scopes: parseScopes(withoutEcho(app, wish.scopes ?? [], products), products),
    expiresAt: parseLifetime(lifetimeOf(call, app, wish), by.at),
  };
  return createCredentialFrom(identity, content, by);
}

function lifetimeOf({ rules }: Call, { owner }: App, { keyExpiresIn }: CredentialWish): LifetimeDraft {
  const unit = owner.kind === 'company' ? rules.companyKeyExpiresIn : 'milliseconds';
  return { field: 'keyExpiresIn', length: keyExpiresIn, unit };
}

/** @throws Problem api-product.unknown for the first that does not exist */
export async function requireProducts(
  view: StoreView,
  call: Call,
  names: readonly string[],
): Promise<readonly ApiProduct[]> {
  if (names.length === 0) return [];
  const distinct = [...new Set(names)];
  // One that holds U+0000 is no name, and not every store may be asked for it.
  const askable = distinct.filter((name) => !name.includes('\0'));
  const products = await view.products.findMany(call.organization.id, askable);
  const found = new Set(products.map(({ name }) => name));
  const unknown = distinct.find((name) => !found.has(name));
  if (unknown === undefined) return products;
  throw new Problem('api-product.unknown', { product: unknown, organization: call.organization.name });
}

/**
 * Whoever PUTs back what was read sends the app's own scopes along: of those, the products' own are meant. Others
 * are asked for, and have to be offered.
 */
function withoutEcho(app: App, asked: readonly string[], products: readonly ApiProduct[]): string[] {
  const offered = products.flatMap(({ scopes }) => scopes);
  return asked.filter((scope) => offered.includes(scope) || !app.scopes.includes(scope));
}

/**
 * Adds a credential to an app. Who calls it writes the app's row in the same transaction, so that two additions, or
 * an addition and the app's deletion, never pass each other: the limit holds, and no key is left without an app.
 * @throws Problem app.too-many-credentials, credential.exists
 */
export async function addCredential(transaction: StoreTransaction, credential: Credential): Promise<void> {
  if ((await transaction.credentials.countOfApp(credential.appId)) >= appCredentialsMax) {
    throw new Problem('app.too-many-credentials', { limit: appCredentialsMax });
  }
  await insertCredential(transaction, credential);
}

/** The same for an app that this transaction made, and that has none. @throws Problem credential.exists */
export async function insertCredential(transaction: StoreTransaction, credential: Credential): Promise<void> {
  if (!(await transaction.credentials.insert(credential))) throw new Problem('credential.exists', {});
}
