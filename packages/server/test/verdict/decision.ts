import {
  type AppRecord,
  type CredentialRecord,
  compileProduct,
  decide,
  type HeldKey,
  normalizePath,
  type OwnerRecord,
  type ProductRecord,
} from '@claviger/verify';
import { expiries } from './content.ts';
import type { KeyDraft, ProductDraft, World, WorldCall } from './world.ts';

/** What the decision says of a call, made of the draft alone: neither store, nor feed, nor what holds records is asked. */
export function decidePurely(world: World, { key, path, method }: WorldCall): string {
  const { environment, proxy, basePath } = world.place;
  if (key === undefined) return 'credential.missing';
  const beneath = cutBasePath(normalizePath(path), basePath);
  if (beneath === undefined) return 'request.ambiguous-path';
  const draft = world.keys[key];
  const products = new Map(world.products.map((product) => [product.name, compileProduct(toProduct(product))]));
  const verdict = decide(
    { environment, proxy, path: beneath, method },
    {
      held: draft && toHeld(draft),
      findProduct: (name) => products.get(name),
      productlessKeys: world.productlessKeys,
      now: Date.now(),
    },
  );
  return verdict.allowed ? 'allowed' : verdict.reason;
}

/** By hand, so that it is not what it is compared with. */
function cutBasePath(path: string | undefined, basePath: string): string | undefined {
  if (path === undefined || basePath === '/') return path;
  if (path === basePath) return '';
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined;
}

const authored = { createdAt: 0, createdBy: '', lastModifiedAt: 0, lastModifiedBy: '' };
const bare = { attributes: [], scopes: [] };

function toHeld({ owner: { kind, status: standing }, app: appStatus, status, expires, products }: KeyDraft): HeldKey {
  const of = { id: 'owner', status: standing, attributes: [], ...authored };
  const owner: OwnerRecord =
    kind === 'company'
      ? { kind, name: 'owner', displayName: undefined, ...of }
      : { kind, email: 'a@example.com', userName: undefined, firstName: 'A', lastName: 'B', ...of };
  const app: AppRecord = {
    ...{ id: 'app', name: 'app', owner: { kind, id: 'owner' }, status: appStatus },
    ...{ callbackUrl: undefined, appFamily: undefined, ...bare, ...authored },
  };
  const expiresAt = expires === 'never' ? undefined : expiries[expires];
  const credential: CredentialRecord = { id: 'key', appId: 'app', status, issuedAt: 0, expiresAt, products, ...bare };
  return { credential, app, owner };
}

function toProduct({ operations, ...product }: ProductDraft): ProductRecord {
  const rest = operations.map(({ apiSource, ...operation }) => ({
    ...{ apiSource, operations: [operation], quota: undefined, attributes: [] },
  }));
  const operationGroups = rest.length === 0 ? {} : { rest };
  return { id: product.name, displayName: product.name, ...product, ...bare, quota: undefined, operationGroups };
}
