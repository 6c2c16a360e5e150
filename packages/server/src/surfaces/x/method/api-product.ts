import type { DiscoveryMethod, QueryParameter, ResourceParameter } from '../discovery-method.ts';
import { apiProductMessage, listApiProductsMessage, moveApiProductMessage } from '../schema/api-product.ts';
import { attributeMessage, attributesMessage } from '../schema/attribute.ts';

const inOrganization: ResourceParameter = {
  name: 'parent',
  template: 'organizations/{organizationsId}',
  doc: 'The organization, as organizations/myorg.',
};

const productTemplate = 'organizations/{organizationsId}/apiproducts/{apiproductsId}';

const product: ResourceParameter = {
  name: 'name',
  template: productTemplate,
  doc: 'The product, as organizations/myorg/apiproducts/weather.',
};

const ofProduct: ResourceParameter = { ...product, name: 'parent' };

const attribute: ResourceParameter = {
  name: 'name',
  template: `${productTemplate}/attributes/{attributesId}`,
  doc: 'The attribute, as organizations/myorg/apiproducts/weather/attributes/access.',
};

const productQuery: Readonly<Record<string, QueryParameter>> = {
  expand: { type: 'boolean', doc: 'Whether to show all of each product, or the name alone.' },
  count: { type: 'int64', doc: 'How many to answer with, 1 to 1000.' },
  startKey: { type: 'string', doc: 'Name of the first product to answer with.' },
  attributename: { type: 'string', doc: 'Shows only products that have this attribute.' },
  attributevalue: { type: 'string', doc: 'What the attribute has to hold.' },
  space: { type: 'string', doc: 'Shows only products of this space.' },
};

export const apiProductMethods: readonly DiscoveryMethod[] = [
  {
    id: 'apigee.organizations.apiproducts.list',
    httpMethod: 'GET',
    doc: 'Tells of the products of an organization, ordered by name and at most 1000 at a time.',
    resource: inOrganization,
    suffix: '/apiproducts',
    query: productQuery,
    response: listApiProductsMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.create',
    httpMethod: 'POST',
    doc: 'Makes a product.',
    resource: inOrganization,
    suffix: '/apiproducts',
    request: apiProductMessage,
    response: apiProductMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.get',
    httpMethod: 'GET',
    doc: 'Tells of one product.',
    resource: product,
    response: apiProductMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.update',
    httpMethod: 'PUT',
    doc: 'Sets all that a client may set of a product; what is not sent is gone. Name and space stay as they are.',
    resource: product,
    request: apiProductMessage,
    response: apiProductMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.delete',
    httpMethod: 'DELETE',
    doc: 'Deletes a product with its rate plans. Keys that name it match nothing by it. Answers with the product as it was.',
    resource: product,
    response: apiProductMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.move',
    httpMethod: 'POST',
    doc: 'Moves a product to another space.',
    resource: product,
    suffix: ':move',
    request: moveApiProductMessage,
    response: apiProductMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.attributes',
    httpMethod: 'POST',
    doc: 'Sets all attributes of a product; those not sent are gone.',
    resource: product,
    suffix: '/attributes',
    request: attributesMessage,
    response: attributesMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.attributes.list',
    httpMethod: 'GET',
    doc: 'Tells all attributes of a product.',
    resource: ofProduct,
    suffix: '/attributes',
    response: attributesMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.attributes.get',
    httpMethod: 'GET',
    doc: 'Tells one attribute of a product.',
    resource: attribute,
    response: attributeMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.attributes.updateApiProductAttribute',
    httpMethod: 'POST',
    doc: 'Sets one attribute of a product, whether it was there or not.',
    resource: attribute,
    request: attributeMessage,
    response: attributeMessage,
  },
  {
    id: 'apigee.organizations.apiproducts.attributes.delete',
    httpMethod: 'DELETE',
    doc: 'Takes one attribute from a product. Answers with the attribute as it was.',
    resource: attribute,
    response: attributeMessage,
  },
];
