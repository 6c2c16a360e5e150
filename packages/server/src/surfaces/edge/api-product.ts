import { type Static, Type } from '@sinclair/typebox';
import type { ApiProduct, ApiProductDraft } from '../../domain/api-product.ts';
import type { Attribute } from '../../domain/attribute.ts';
import { Problem } from '../../domain/problem.ts';
import { compareBytewise } from '../../domain/text.ts';
import {
  createProduct,
  deleteProduct,
  deleteProductAttribute,
  getProduct,
  getProductAttribute,
  listProductAttributes,
  listProducts,
  replaceProductAttributes,
  setProductAttribute,
  updateProduct,
} from '../../operations/api-product.ts';
import { countProductUsers, listProductUsers } from '../../operations/api-product-user.ts';
import type { Answer } from '../http/answer.ts';
import type { AttributeCalls } from '../http/attribute-call.ts';
import type { Visit } from '../http/visit.ts';
import * as product from './api-product-schema.ts';
import { apiProductDocument, apiProductsDocument } from './api-product-shape.ts';
import { createAttributeRoutes } from './attribute.ts';
import { always, answer, type EdgeRoute, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';

const listQuery = Type.Object({
  expand: Type.Optional(Type.Boolean({ description: 'Whole products instead of names.' })),
  count: Type.Optional(Type.Integer({ description: 'Size of the page, at most 1000.' })),
  startKey: Type.Optional(Type.String({ description: 'Name of the first product of the page, inclusive.' })),
  attributename: Type.Optional(Type.String({ description: 'Only products with this attribute …' })),
  attributevalue: Type.Optional(Type.String({ description: '… of this value.' })),
});

const usersQuery = Type.Object({
  query: Type.Optional(Type.String({ description: '`list` or `count`: tells who uses the product instead.' })),
  entity: Type.Optional(Type.String({ description: '`keys`, `apps` (ids), `developers` (ids) or `companies`.' })),
  count: Type.Optional(Type.Integer({ description: 'Size of the page, at most 100.' })),
  startkey: Type.Optional(Type.String({ description: 'First entry of the page, inclusive.' })),
});

type Query = Static<typeof listQuery>;
type Users = Static<typeof usersQuery>;
type One = Static<typeof product.apiProductParams>;

/** As it was sent where it was just written, sorted where it is read (compat/edge.md §6, the recording of 2017). */
type Order = 'as sent' | 'sorted';

/** In Edge's order of members, which is alphabetical. */
function encodeProduct(value: ApiProduct, order: Order): object {
  const { id: _id, organizationId: _organizationId, version: _version, space: _space, ...shown } = value;
  const sorted = order === 'sorted';
  return sortMembers({
    ...shown,
    attributes: sorted ? sortAttributes(value.attributes) : value.attributes,
    environments: sorted ? value.environments.toSorted(compareBytewise) : value.environments,
  });
}

function sortAttributes(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.toSorted((left, right) => compareBytewise(left.name, right.name));
}

/** Members by name at every depth, without those that are absent. */
function sortMembers(value: object): object {
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    present.sort(([left], [right]) => compareBytewise(left, right)).map(([name, member]) => [name, sortDeep(member)]),
  );
}

function sortDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortDeep);
  return typeof value === 'object' && value !== null ? sortMembers(value) : value;
}

function answerProduct(at: Visit, value: ApiProduct, order: Order): Answer {
  return answer(at, encodeProduct(value, order), apiProductDocument);
}

const list = visit(async (at: Visit<unknown, Query>) => {
  const { expand, count, startKey, attributename: attributeName, attributevalue: attributeValue } = at.query;
  const products = await listProducts(at.plane, at.call, { count, startKey, attributeName, attributeValue });
  if (expand !== true)
    return answer(
      at,
      products.map(({ name }) => name),
      shape.namesDocument,
    );
  return answer(at, { apiProduct: products.map((each) => encodeProduct(each, 'sorted')) }, apiProductsDocument);
});

const create = visit(async (at: Visit<unknown, unknown, ApiProductDraft>) =>
  answerProduct(at, await createProduct(at.plane, at.call, at.body), 'as sent'),
);

/** `query` turns a read of the product into one of its users (compat/edge.md §6). */
const get = visit(async (at: Visit<One, Users>) => {
  const { query, entity, count, startkey: startKey } = at.query;
  if (query === undefined) return answerProduct(at, await getProduct(at.plane, at.call, refOf(at)), 'sorted');
  if (query === 'list') {
    const users = await listProductUsers(at.plane, at.call, refOf(at), { entity, count, startKey });
    return answer(at, users, shape.namesDocument);
  }
  if (query === 'count') {
    return answer(at, await countProductUsers(at.plane, at.call, refOf(at), entity), shape.countDocument);
  }
  throw new Problem('request.invalid', { field: 'query', reason: 'has to be list or count' });
});

const update = visit(async (at: Visit<One, unknown, ApiProductDraft>) =>
  answerProduct(at, await updateProduct(at.plane, at.call, refOf(at), at.body), 'as sent'),
);

const remove = visit(async (at: Visit<One>) =>
  answerProduct(at, await deleteProduct(at.plane, at.call, refOf(at)), 'sorted'),
);

const attributeCalls: AttributeCalls<One> = {
  list: async (at) => sortAttributes(await listProductAttributes(at.plane, at.call, refOf(at))),
  replace: (at, drafts) => replaceProductAttributes(at.plane, at.call, refOf(at), drafts),
  get: (at, name) => getProductAttribute(at.plane, at.call, refOf(at), name),
  set: (at, draft) => setProductAttribute(at.plane, at.call, refOf(at), draft),
  remove: (at, name) => deleteProductAttribute(at.plane, at.call, refOf(at), name),
};

function refOf(at: { readonly params: One }): [string] {
  return [at.params.apiproduct];
}

const collection = '/organizations/:organization/apiproducts';
const item = `${collection}/:apiproduct`;
const tag = 'apiproducts';
const { answers } = schema;
const { apiProduct, apiProductDraft, apiProductParams: params } = product;

/** PUT and POST are the same here (compat/edge.md §6). */
function updateRoute(id: string, method: 'PUT' | 'POST'): EdgeRoute {
  return {
    id,
    method,
    path: item,
    summary: 'Update an API product',
    tag,
    status: 200,
    takesBody: always,
    document: apiProductDocument,
    schema: { params, body: apiProductDraft, response: answers(200, apiProduct) },
    handle: update,
  };
}

export const apiProductRoutes: readonly EdgeRoute[] = [
  {
    id: 'edge.apiproducts.list',
    method: 'GET',
    path: collection,
    summary: 'List API products',
    tag,
    status: 200,
    schema: {
      params: schema.organizationParams,
      querystring: listQuery,
      response: answers(200, Type.Union([schema.names, product.apiProductList])),
    },
    handle: list,
  },
  {
    id: 'edge.apiproducts.create',
    method: 'POST',
    path: collection,
    summary: 'Create an API product',
    tag,
    status: 201,
    takesBody: always,
    document: apiProductDocument,
    schema: { params: schema.organizationParams, body: apiProductDraft, response: answers(201, apiProduct) },
    handle: create,
  },
  {
    id: 'edge.apiproducts.get',
    method: 'GET',
    path: item,
    summary: 'Get an API product, or (?query=) who uses it',
    tag,
    status: 200,
    schema: {
      params,
      querystring: usersQuery,
      response: answers(200, Type.Union([apiProduct, schema.names, Type.Integer()])),
    },
    handle: get,
  },
  updateRoute('edge.apiproducts.update', 'PUT'),
  updateRoute('edge.apiproducts.updateByPost', 'POST'),
  {
    id: 'edge.apiproducts.delete',
    method: 'DELETE',
    path: item,
    summary: 'Delete an API product that no key names',
    tag,
    status: 200,
    schema: { params, response: answers(200, apiProduct) },
    handle: remove,
  },
  ...createAttributeRoutes({
    id: 'edge.apiproducts',
    path: item,
    tag,
    noun: 'an API product',
    params,
    calls: attributeCalls,
  }),
];
