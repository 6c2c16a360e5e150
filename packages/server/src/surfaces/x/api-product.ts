import type { ApiProduct } from '../../domain/api-product.ts';
import {
  type ApiProductRef,
  createProduct,
  deleteProduct,
  deleteProductAttribute,
  getProduct,
  getProductAttribute,
  listProductAttributes,
  listProducts,
  moveProduct,
  replaceProductAttributes,
  setProductAttribute,
  updateProduct,
} from '../../operations/api-product.ts';
import type { Answer } from '../http/answer.ts';
import type { Visit } from '../http/visit.ts';
import { createAttributeHandlers } from './attribute.ts';
import { apiProductMethods } from './method/api-product.ts';
import { alternativeSegments } from './path-segment.ts';
import { answer, type BodyOf, createRoutes, type Handlers, tolerateSlash, visit, type XRoute } from './route.ts';
import { apiProductMessage, listApiProductsMessage, type moveApiProductMessage } from './schema/api-product.ts';

/** The product that a path names. */
export interface ProductParams {
  readonly apiproductsId: string;
}

interface ListQuery {
  readonly expand?: boolean;
  readonly count?: number;
  readonly startKey?: string;
  readonly attributename?: string;
  readonly attributevalue?: string;
  readonly space?: string;
}

type ProductBody = BodyOf<typeof apiProductMessage>;

/** Every member has the name that it has here. */
function answerProduct(at: Visit, product: ApiProduct): Answer {
  return answer(at, apiProductMessage, product);
}

/** Clients encode names twice (compat/x.md §1.0, "Path segments"). */
export function productRefOf({ apiproductsId }: ProductParams): ApiProductRef {
  const [first, ...others] = alternativeSegments(apiproductsId);
  return [first ?? '', ...others];
}

const list = visit(async (at: Visit<unknown, ListQuery>) => {
  const { expand, count, startKey, space, attributename: attributeName, attributevalue: attributeValue } = at.query;
  const products = await listProducts(at.plane, at.call, { count, startKey, space, attributeName, attributeValue });
  const apiProduct = expand === true ? products : products.map(({ name }) => ({ name }));
  return answer(at, listApiProductsMessage, { apiProduct });
});

const create = visit(async (at: Visit<unknown, unknown, ProductBody>) =>
  answerProduct(at, await createProduct(at.plane, at.call, at.body)),
);

const get = visit(async (at: Visit<ProductParams>) =>
  answerProduct(at, await getProduct(at.plane, at.call, productRefOf(at.params))),
);

const update = visit(async (at: Visit<ProductParams, unknown, ProductBody>) =>
  answerProduct(at, await updateProduct(at.plane, at.call, productRefOf(at.params), at.body)),
);

const move = visit(async (at: Visit<ProductParams, unknown, BodyOf<typeof moveApiProductMessage>>) =>
  answerProduct(at, await moveProduct(at.plane, at.call, productRefOf(at.params), at.body.space)),
);

const remove = visit(async (at: Visit<ProductParams>) =>
  answerProduct(at, await deleteProduct(at.plane, at.call, productRefOf(at.params))),
);

const attributes = createAttributeHandlers<ProductParams>({
  list: (at) => listProductAttributes(at.plane, at.call, productRefOf(at.params)),
  replace: (at, drafts) => replaceProductAttributes(at.plane, at.call, productRefOf(at.params), drafts),
  get: (at, name) => getProductAttribute(at.plane, at.call, productRefOf(at.params), name),
  set: (at, draft) => setProductAttribute(at.plane, at.call, productRefOf(at.params), draft),
  remove: (at, name) => deleteProductAttribute(at.plane, at.call, productRefOf(at.params), name),
});

const handlers: Handlers = {
  'apigee.organizations.apiproducts.list': list,
  'apigee.organizations.apiproducts.create': create,
  'apigee.organizations.apiproducts.get': get,
  'apigee.organizations.apiproducts.update': update,
  'apigee.organizations.apiproducts.delete': remove,
  'apigee.organizations.apiproducts.move': move,
  'apigee.organizations.apiproducts.attributes': attributes.replace,
  'apigee.organizations.apiproducts.attributes.list': attributes.list,
  'apigee.organizations.apiproducts.attributes.get': attributes.get,
  'apigee.organizations.apiproducts.attributes.updateApiProductAttribute': attributes.set,
  'apigee.organizations.apiproducts.attributes.delete': attributes.remove,
};

const routes = createRoutes(apiProductMethods, handlers);

export const apiProductRoutes: readonly XRoute[] = [
  ...routes,
  ...tolerateSlash(routes.filter(({ id }) => id === 'apigee.organizations.apiproducts.move')),
];
