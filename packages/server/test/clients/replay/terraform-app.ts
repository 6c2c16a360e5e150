import type { Replay } from '../replay.ts';
import { apps, makeAnn, makeProduct, on, organization } from './ground.ts';

const app = `${apps}/weather`;
const products = `${organization}/apiproducts`;
const attributes = [
  { name: 'b', value: '1' },
  { name: 'a', value: '2' },
];
const ownKey = { consumerKey: 'tf-own-key', consumerSecret: 'tf-own-secret' };
const own = `${app}/keys/tf-own-key`;
const scoped = { scopes: ['READ', 'WRITE'] };

/** apigee_product, apigee_developer_app and apigee_developer_app_credential of scastria/apigee. */
export const scastriaApps: Replay = {
  client: 'terraform scastria/apigee, apps',
  source: 'compat/edge.md §14.5',
  dialect: 'edge',
  steps: [
    makeAnn,
    makeProduct('gold', 'auto', scoped),
    {
      does: 'creates a product',
      call: `POST ${products}`,
      json: { name: 'tin', displayName: 'Tin', approvalType: 'auto', quota: '5', quotaInterval: '1', ...scoped },
      status: 201,
      has: { name: 'tin', quota: '5', quotaInterval: '1' },
    },
    { does: 'reads the product', call: `GET ${products}/tin`, status: 200, has: { displayName: 'Tin', ...scoped } },
    {
      does: 'updates the product',
      call: `PUT ${products}/tin`,
      json: { name: 'tin', displayName: 'New', approvalType: 'auto', ...scoped },
      status: 200,
      has: { displayName: 'New' },
    },
    {
      does: 'creates an app, which comes with a key',
      call: `POST ${apps}`,
      json: { name: 'weather', callbackUrl: 'https://a', attributes, credentials: null },
      status: 201,
      has: { attributes, credentials: [{ status: 'approved' }] },
      lengths: { credentials: 1, 'credentials.0.apiProducts': 0 },
      keep: { key: 'credentials.0.consumerKey' },
    },
    { does: 'deletes every key that came', call: `DELETE ${app}/keys/{key}`, status: 200 },
    {
      does: 'reads the app, without keys',
      call: `GET ${app}`,
      status: 200,
      has: { attributes },
      lengths: { credentials: 0 },
    },
    {
      does: 'updates the app',
      call: `PUT ${app}`,
      json: { name: 'weather', callbackUrl: 'https://b', credentials: null },
      status: 200,
      has: { callbackUrl: 'https://b' },
      lengths: { attributes: 0, credentials: 0 },
    },
    { does: 'imports a key', call: `POST ${app}/keys/create`, json: ownKey, status: 201, has: ownKey },
    {
      does: 'adds products to the key',
      call: `POST ${own}`,
      json: { apiProducts: ['gold', 'tin'] },
      status: 200,
      has: { apiProducts: [on('gold'), on('tin')] },
    },
    {
      does: 'sets scopes and attributes of the key',
      call: `PUT ${own}`,
      json: { scopes: ['READ'], attributes },
      status: 200,
      has: { scopes: ['READ'], attributes, apiProducts: [on('gold'), on('tin')] },
      lengths: { scopes: 1 },
    },
    { does: 'reads the key', call: `GET ${own}`, status: 200, has: { ...ownKey, scopes: ['READ'], attributes } },
    { does: 'takes a product off the key', call: `DELETE ${own}/apiproducts/tin`, status: 200 },
    { does: 'destroys the key', call: `DELETE ${own}`, status: 200 },
    {
      does: 'sees that the key is gone',
      call: `GET ${own}`,
      status: 404,
      has: { code: 'keymanagement.service.InvalidClientIdForGivenApp' },
    },
    { does: 'revokes the app', call: `POST ${app}?action=revoke`, status: 204 },
    { does: 'destroys the app', call: `DELETE ${app}`, status: 200 },
    {
      does: 'sees that the app is gone',
      call: `GET ${app}`,
      status: 404,
      has: { code: 'developer.service.AppDoesNotExist' },
    },
    { does: 'destroys the product', call: `DELETE ${products}/tin`, status: 200 },
    { does: 'sees that the product is gone', call: `GET ${products}/tin`, status: 404 },
  ],
};

const companies = `${organization}/companies`;

/** zambien/apigee: product, developer_app and company_app, on the older go-apigee-edge, which has any 2xx for good. */
export const zambienApps: Replay = {
  client: 'terraform zambien/apigee, apps',
  source: 'compat/edge.md §14.5',
  dialect: 'edge',
  steps: [
    makeAnn,
    {
      does: 'creates a product',
      call: `POST ${products}`,
      json: { name: 'gold', displayName: 'Gold', approvalType: 'auto', attributes, environments: ['test'] },
      status: 201,
    },
    { does: 'reads the product', call: `GET ${products}/gold`, status: 200, has: { environments: ['test'] } },
    {
      does: 'updates the product',
      call: `PUT ${products}/gold`,
      json: { name: 'gold', displayName: 'Gold', approvalType: 'auto', description: 'new' },
      status: 200,
      has: { description: 'new' },
      lengths: { attributes: 0, environments: 0 },
    },
    { does: 'creates an app', call: `POST ${apps}`, json: { name: 'weather', apiProducts: ['gold'] }, status: 201 },
    {
      does: 'reads the app',
      call: `GET ${app}`,
      status: 200,
      has: { credentials: [{ apiProducts: [on('gold')] }] },
      numbers: ['createdAt', 'credentials.0.issuedAt', 'credentials.0.expiresAt'],
    },
    {
      does: 'updates the app',
      call: `PUT ${app}`,
      json: { name: 'weather', callbackUrl: 'https://b' },
      status: 200,
      has: { callbackUrl: 'https://b' },
    },
    { does: 'destroys the app', call: `DELETE ${app}`, status: 200 },
    { does: 'sees that the app is gone', call: `GET ${app}`, status: 404 },
    { does: 'creates a company', call: `POST ${companies}`, json: { name: 'acme', displayName: 'Acme' }, status: 201 },
    { does: 'reads the company', call: `GET ${companies}/acme`, status: 200, has: { displayName: 'Acme' } },
    {
      does: 'updates the company',
      call: `PUT ${companies}/acme`,
      json: { name: 'acme', displayName: 'New' },
      status: 200,
      has: { displayName: 'New' },
    },
    {
      does: 'creates an app of the company',
      call: `POST ${companies}/acme/apps`,
      json: { name: 'ours', apiproducts: ['gold'] },
      status: 201,
      has: { companyName: 'acme', credentials: [{ apiProducts: [on('gold')] }] },
    },
    { does: 'reads the app of the company', call: `GET ${companies}/acme/apps/ours`, status: 200 },
    {
      does: 'updates the app of the company',
      call: `PUT ${companies}/acme/apps/ours`,
      json: { name: 'ours', attributes },
      status: 200,
      has: { attributes },
    },
    { does: 'destroys the app of the company', call: `DELETE ${companies}/acme/apps/ours`, status: 200 },
    { does: 'destroys the company', call: `DELETE ${companies}/acme`, status: 200 },
    { does: 'destroys the product', call: `DELETE ${products}/gold`, status: 200 },
    { does: 'sees that the product is gone', call: `GET ${products}/gold`, status: 404 },
  ],
};

const operationGroup = {
  operationConfigType: 'proxy',
  operationConfigs: [
    {
      apiSource: 'weather',
      operations: [{ resource: '/**', methods: ['GET'] }],
      quota: { limit: '100', interval: '1', timeUnit: 'day' },
    },
  ],
};

/** google_apigee_api_product and google_apigee_developer_app. A key of one's own replaces the one that came. */
export const googleApps: Replay = {
  client: 'terraform google, apps',
  source: 'compat/x.md §1.3, §1.4 and §3',
  dialect: 'x',
  steps: [
    makeAnn,
    makeProduct('tin', 'auto', scoped),
    {
      does: 'creates a product',
      call: `POST ${products}?alt=json`,
      json: { name: 'gold', displayName: 'Gold', approvalType: 'auto', attributes, operationGroup, ...scoped },
      status: 200,
      texts: ['createdAt', 'lastModifiedAt'],
    },
    {
      does: 'reads the product',
      call: `GET ${products}/gold?alt=json`,
      status: 200,
      has: { name: 'gold', operationGroup, ...scoped },
    },
    {
      does: 'updates the product with the full object',
      call: `PUT ${products}/gold?alt=json`,
      json: { name: 'gold', displayName: 'New', approvalType: 'auto', attributes, operationGroup, ...scoped },
      status: 200,
      has: { displayName: 'New' },
    },
    {
      does: 'creates an app',
      call: `POST ${apps}?alt=json`,
      json: { name: 'weather', callbackUrl: 'https://a', apiProducts: ['gold'], keyExpiresIn: '-1', attributes },
      status: 200,
      has: { attributes, status: 'approved', credentials: [{ apiProducts: [on('gold')], expiresAt: '-1' }] },
      texts: ['createdAt', 'lastModifiedAt', 'credentials.0.issuedAt', 'credentials.0.expiresAt'],
      keep: { key: 'credentials.0.consumerKey' },
    },
    {
      does: 'reads the app, which has its key at once',
      call: `GET ${app}?alt=json`,
      status: 200,
      has: { credentials: [{ consumerKey: '{key}' }] },
    },
    { does: 'makes a key of its own', call: `POST ${app}/keys?alt=json`, json: ownKey, status: 200, has: ownKey },
    {
      does: 'adds a product to the key',
      call: `POST ${own}?alt=json`,
      json: { apiProducts: ['gold'] },
      status: 200,
      has: { apiProducts: [on('gold')] },
    },
    {
      does: 'sets scopes of the key, alone',
      call: `POST ${own}?alt=json`,
      json: { scopes: ['READ'] },
      status: 200,
      has: { scopes: ['READ'], apiProducts: [on('gold')] },
    },
    { does: 'deletes the key that came', call: `DELETE ${app}/keys/{key}?alt=json`, status: 200 },
    {
      does: 'changes products: adds one',
      call: `POST ${own}?alt=json`,
      json: { apiProducts: ['tin'] },
      status: 200,
      has: { apiProducts: [on('gold'), on('tin')] },
    },
    { does: 'changes products: removes one', call: `DELETE ${own}/apiproducts/gold?alt=json`, status: 200 },
    {
      does: 'updates the app without products, and has no key more',
      call: `PUT ${app}?alt=json`,
      json: { name: 'weather', callbackUrl: 'https://b', attributes, status: 'approved' },
      status: 200,
      has: { callbackUrl: 'https://b', attributes },
      lengths: { credentials: 1 },
    },
    {
      does: 'reads the app with the one key',
      call: `GET ${app}?alt=json`,
      status: 200,
      has: { credentials: [{ consumerKey: ownKey.consumerKey, apiProducts: [on('tin')], scopes: ['READ'] }] },
      lengths: { credentials: 1, 'credentials.0.apiProducts': 1 },
    },
    { does: 'destroys the app', call: `DELETE ${app}?alt=json`, status: 200 },
    { does: 'sees that the app is gone', call: `GET ${app}?alt=json`, status: 404 },
    { does: 'destroys the product', call: `DELETE ${products}/gold?alt=json`, status: 200 },
    { does: 'sees that the product is gone', call: `GET ${products}/gold?alt=json`, status: 404 },
  ],
};
