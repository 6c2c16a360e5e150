import { type ApiProduct, productUsersMax } from '../domain/api-product.ts';
import { Problem } from '../domain/problem.ts';
import { type ApiProductRef, loadProduct } from './api-product.ts';
import { authorize, type Call } from './call.ts';
import { parseCount } from './page-count.ts';
import type { Plane } from './plane.ts';

/** What a product's users are asked for as. */
export const productUserKinds = ['keys', 'apps', 'developers', 'companies'] as const;
export type ProductUserKind = (typeof productUserKinds)[number];

export interface ProductUserQuery {
  readonly entity: string | undefined;
  readonly count?: number | undefined;
  /** First entry of the page, inclusive. */
  readonly startKey?: string | undefined;
}

/**
 * Consumer keys, app ids, developer ids or company names that name the product (compat/edge.md §6).
 * @throws Problem auth.forbidden, api-product.not-found, request.missing, request.invalid
 */
export async function listProductUsers(
  plane: Plane,
  call: Call,
  ref: ApiProductRef,
  { entity, count, startKey }: ProductUserQuery,
): Promise<string[]> {
  const { product, kind } = await loadUsed(plane, call, ref, entity);
  const page = { from: startKey, limit: parseCount(count, { most: productUsersMax }) };
  return plane.store.products.listUsers(product.organizationId, product.name, { entity: kind, page });
}

/** @throws Problem auth.forbidden, api-product.not-found, request.missing, request.invalid */
export async function countProductUsers(
  plane: Plane,
  call: Call,
  ref: ApiProductRef,
  entity: string | undefined,
): Promise<number> {
  const { product, kind } = await loadUsed(plane, call, ref, entity);
  return plane.store.products.countUsers(product.organizationId, product.name, kind);
}

/** Who may read products alone must not learn keys by it: what is told needs its own permission too. */
async function loadUsed(
  plane: Plane,
  call: Call,
  ref: ApiProductRef,
  entity: string | undefined,
): Promise<{ product: ApiProduct; kind: ProductUserKind }> {
  const product = await loadProduct(plane.store, call, { verb: 'get', ref });
  if (entity === undefined) throw new Problem('request.missing', { field: 'entity' });
  const kind = productUserKinds.find((known) => known === entity);
  if (kind === undefined) {
    throw new Problem('request.invalid', {
      field: 'entity',
      reason: `has to be one of ${productUserKinds.join(', ')}`,
    });
  }
  authorize(call, 'get', [kind === 'keys' ? 'apps' : kind]);
  return { product, kind };
}
