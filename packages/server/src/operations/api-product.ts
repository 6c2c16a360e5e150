import {
  type ApiProduct,
  type ApiProductDraft,
  createProductFrom,
  parseProductProfile,
  parseSpace,
  replaceProductProfile,
  withProductSpace,
} from '../domain/api-product.ts';
import type { Attribute, AttributeDraft } from '../domain/attribute.ts';
import type { Verb } from '../domain/permission.ts';
import { Problem } from '../domain/problem.ts';
import { takesFromProduct } from '../domain/revocation.ts';
import type { ApiProductFilter } from '../ports/key-store.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
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
 * Names that a path segment may stand for, in the order to try: more than one where a dialect's clients encode twice
 * (compat/x.md §1.0).
 */
export type ApiProductRef = readonly [string, ...string[]];

/** @throws Problem auth.forbidden, api-product.not-found */
export function getProduct(plane: Plane, call: Call, ref: ApiProductRef): Promise<ApiProduct> {
  return loadProduct(plane.store, call, { verb: 'get', ref });
}

/**
 * @throws Problem auth.forbidden, api-product.exists, api-product.invalid-name, api-product.invalid-display-name,
 *   request.missing, request.invalid, attribute.too-many
 */
export async function createProduct(plane: Plane, call: Call, draft: ApiProductDraft): Promise<ApiProduct> {
  authorize(call, 'put', ['apiproducts']);
  const profile = parseProductProfile(draft, call.rules);
  const identity = { id: plane.random.rowId(), organizationId: call.organization.id };
  const product = createProductFrom(profile, identity, authorship(plane, call));
  await commit(plane, call, async (transaction) => {
    if (!(await transaction.products.insert(product))) {
      throw new Problem('api-product.exists', { product: product.name, organization: call.organization.name });
    }
    recordProduct(transaction, call, product, { takesAway: false, request: profile });
  });
  return product;
}

/**
 * Replaces all but name and space.
 * @throws Problem auth.forbidden, api-product.not-found, api-product.invalid-display-name, request.missing,
 *   request.invalid, attribute.too-many
 */
export async function updateProduct(
  plane: Plane,
  call: Call,
  ref: ApiProductRef,
  draft: ApiProductDraft,
): Promise<ApiProduct> {
  return commit(plane, call, async (transaction) => {
    const current = await loadProduct(transaction, call, { verb: 'put', ref });
    if (draft.name !== undefined && draft.name !== '' && draft.name !== current.name) {
      throw new Problem('request.invalid', {
        field: 'name',
        reason: 'is not the name in the path, and can not change',
      });
    }
    const profile = parseProductProfile({ ...draft, name: current.name }, call.rules);
    const next = replaceProductProfile(current, profile, authorship(plane, call));
    await saveProduct(transaction, call, next, { takesAway: takesFromProduct(current, next), request: profile });
    return next;
  });
}

/**
 * Moves the product to another space; none stands for the organization itself.
 * @throws Problem auth.forbidden, api-product.not-found, request.invalid
 */
export async function moveProduct(
  plane: Plane,
  call: Call,
  ref: ApiProductRef,
  spaceDraft: string | undefined,
): Promise<ApiProduct> {
  return commit(plane, call, async (transaction) => {
    const current = await loadProduct(transaction, call, { verb: 'put', ref });
    const space = parseSpace(spaceDraft);
    const next = withProductSpace(current, space, authorship(plane, call));
    await saveProduct(transaction, call, next, { takesAway: false, request: { space: space ?? '' } });
    return next;
  });
}

/**
 * Deletes the product with its rate plans. Where the dialect allows it while keys name the product, they stay, and
 * match nothing by it (design.md, "Deleting a product on a key").
 * @returns the product as it was
 * @throws Problem auth.forbidden, api-product.not-found, api-product.in-use
 */
export async function deleteProduct(plane: Plane, call: Call, ref: ApiProductRef): Promise<ApiProduct> {
  return commit(plane, call, async (transaction) => {
    const product = await loadProduct(transaction, call, { verb: 'delete', ref });
    await refuseInUse(transaction, call, product);
    await transaction.ratePlans.deleteOfProduct(product);
    await transaction.products.delete(product);
    const takesAway = takesFromProduct(product, undefined);
    recordProduct(transaction, call, product, { kind: 'delete', takesAway, at: plane.clock.now() });
    return product;
  });
}

async function refuseInUse(view: StoreView, call: Call, { organizationId, name }: ApiProduct): Promise<void> {
  if (call.rules.productDeleteInUse === 'allowed') return;
  if (await view.credentials.isProductInUse(organizationId, name)) {
    throw new Problem('api-product.in-use', { product: name });
  }
}

export interface ProductListQuery {
  /** Page size; the dialect's largest where absent. */
  readonly count?: number | undefined;
  /** Name of the first product of the page, inclusive. */
  readonly startKey?: string | undefined;
  /** Only products with this attribute of this value: both, or neither. */
  readonly attributeName?: string | undefined;
  readonly attributeValue?: string | undefined;
  readonly space?: string | undefined;
}

/**
 * By name, bytewise.
 * @throws Problem auth.forbidden, request.invalid, request.missing, api-product.not-found for an unknown `startKey`
 */
export async function listProducts(plane: Plane, call: Call, query: ProductListQuery): Promise<ApiProduct[]> {
  authorize(call, 'get', ['apiproducts']);
  const limit = parseCount(query.count, { most: call.rules.productPageMax });
  const filter = parseFilter(query);
  const { startKey } = query;
  if (startKey === undefined) return plane.store.products.list(call.organization.id, filter, { limit });
  if ((await plane.store.products.find(call.organization.id, startKey)) === undefined) {
    throw unknownProduct(call, startKey);
  }
  return plane.store.products.list(call.organization.id, filter, { from: startKey, limit });
}

function parseFilter({ attributeName, attributeValue, space }: ProductListQuery): ApiProductFilter {
  if (attributeName === undefined && attributeValue === undefined) return { space };
  if (attributeName === undefined) throw new Problem('request.missing', { field: 'attributename' });
  if (attributeValue === undefined) throw new Problem('request.missing', { field: 'attributevalue' });
  return { space, attribute: { name: attributeName, value: attributeValue } };
}

/** @throws Problem auth.forbidden, api-product.not-found */
export function listProductAttributes(plane: Plane, call: Call, ref: ApiProductRef): Promise<readonly Attribute[]> {
  return listAttributesOf(plane, holderOf(call, ref));
}

/** @throws Problem auth.forbidden, api-product.not-found, attribute.not-found */
export function getProductAttribute(plane: Plane, call: Call, ref: ApiProductRef, name: string): Promise<Attribute> {
  return getAttributeOf(plane, holderOf(call, ref), name);
}

/**
 * Replaces the whole list.
 * @throws Problem auth.forbidden, api-product.not-found, attribute.too-many, request.missing, request.invalid
 */
export function replaceProductAttributes(
  plane: Plane,
  call: Call,
  ref: ApiProductRef,
  drafts: readonly AttributeDraft[],
): Promise<readonly Attribute[]> {
  return replaceAttributesOf(plane, call, holderOf(call, ref), drafts);
}

/**
 * Sets one attribute, new or not.
 * @throws Problem auth.forbidden, api-product.not-found, attribute.too-many, request.missing, request.invalid
 */
export function setProductAttribute(
  plane: Plane,
  call: Call,
  ref: ApiProductRef,
  draft: AttributeDraft,
): Promise<Attribute> {
  return setAttributeOf(plane, call, holderOf(call, ref), draft);
}

/**
 * @returns the attribute as it was
 * @throws Problem auth.forbidden, api-product.not-found, attribute.not-found
 */
export function deleteProductAttribute(plane: Plane, call: Call, ref: ApiProductRef, name: string): Promise<Attribute> {
  return deleteAttributeOf(plane, call, holderOf(call, ref), name);
}

function holderOf(call: Call, ref: ApiProductRef): AttributeHolder<ApiProduct> {
  return {
    load: (view, verb, below) => loadProduct(view, call, { verb, ref, below }),
    save: (transaction, next, record) => saveProduct(transaction, call, next, record),
    name: ({ name }) => name,
  };
}

export interface ProductTarget {
  readonly verb: Verb;
  readonly ref: ApiProductRef;
  /** Segments below the product, for the permission. */
  readonly below?: readonly string[];
}

/**
 * Finds and authorises in one step, on the product's own name: before absence is told, so that a refusal reveals
 * nothing.
 * @throws Problem auth.forbidden, api-product.not-found
 */
export async function loadProduct(
  view: StoreView,
  call: Call,
  { verb, ref, below = [] }: ProductTarget,
): Promise<ApiProduct> {
  const product = await findProduct(view, call, ref);
  authorize(call, verb, ['apiproducts', product?.name ?? ref[0], ...below]);
  if (product === undefined) throw unknownProduct(call, ref[0]);
  return product;
}

async function findProduct(view: StoreView, call: Call, ref: ApiProductRef): Promise<ApiProduct | undefined> {
  for (const name of ref) {
    const product = await view.products.find(call.organization.id, name);
    if (product !== undefined) return product;
  }
  return undefined;
}

interface ProductRecord {
  readonly kind?: 'put' | 'delete';
  readonly takesAway: boolean;
  readonly below?: readonly string[];
  readonly request?: object;
  readonly at?: number;
}

async function saveProduct(
  transaction: StoreTransaction,
  call: Call,
  product: ApiProduct,
  record: ProductRecord,
): Promise<void> {
  await transaction.products.update(product);
  recordProduct(transaction, call, product, record);
}

function recordProduct(
  transaction: StoreTransaction,
  call: Call,
  product: ApiProduct,
  { kind = 'put', takesAway, below = [], request, at = product.lastModifiedAt }: ProductRecord,
): void {
  const { organizationId, id, version, name } = product;
  recordChange(transaction, call, {
    organizationId,
    change: { noun: 'api-product', entityId: id, kind, version },
    takesAway,
    resource: ['', 'apiproducts', name, ...below].join('/'),
    request,
    at,
  });
}

function unknownProduct(call: Call, product: string): Problem {
  return new Problem('api-product.not-found', { product, organization: call.organization.name });
}
