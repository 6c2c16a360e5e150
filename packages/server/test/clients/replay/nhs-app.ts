import type { Replay } from '../replay.ts';
import { apps, makeAnn, makeProduct, on, organization } from './ground.ts';

const products = `${organization}/apiproducts`;
const app = `${apps}/nhs-app`;
const own = `${app}/keys/nhs-key`;
const ownKey = { consumerKey: 'nhs-key', consumerSecret: 'nhs-secret' };
const attribute = [{ name: 'DisplayName', value: 'NHS' }];
const product = { name: 'nhs', displayName: 'NHS', approvalType: 'manual', attributes: [], proxies: ['a-proxy'] };

/** The NHS pytest plugin, whose own tests want each status to the digit. */
export const nhsApps: Replay = {
  client: 'NHS pytest plugin, apps',
  source: 'compat/edge.md §14.10',
  dialect: 'edge',
  headers: { accept: '*/*' },
  steps: [
    makeAnn,
    makeProduct('gold'),
    { does: 'creates a product', call: `POST ${products}`, json: product, status: 201 },
    { does: 'lists products', call: `GET ${products}?count=1000`, status: 200, is: ['gold', 'nhs'] },
    { does: 'updates a product', call: `PUT ${products}/nhs`, json: product, status: 200 },
    {
      does: 'creates an app',
      call: `POST ${apps}`,
      json: { name: 'nhs-app', callbackUrl: 'https://a', apiProducts: [], attributes: attribute },
      status: 201,
      has: { credentials: [{ expiresAt: -1 }] },
      lengths: { credentials: 1, 'credentials.0.apiProducts': 0 },
      save: ['appId'],
      keep: { key: 'credentials.0.consumerKey' },
    },
    { does: 'reads the app', call: `GET ${app}`, status: 200, has: { name: 'nhs-app' } },
    {
      does: 'reads the app by its id',
      call: `GET ${organization}/apps/{appId}`,
      status: 200,
      has: { name: 'nhs-app' },
    },
    {
      does: 'updates the app with the whole of it and products, and finds the new key with its expiry',
      call: `PUT ${app}`,
      json: { name: 'nhs-app', appId: '{appId}', appFamily: 'default', status: 'approved', apiProducts: ['nhs'] },
      status: 200,
      has: { credentials: [{ apiProducts: [on('nhs', 'pending')], expiresAt: -1 }, { consumerKey: '{key}' }] },
      lengths: { credentials: 2 },
      keep: { newest: 'credentials.0.consumerKey' },
    },
    { does: 'updates the app by POST', call: `POST ${app}`, json: { attributes: attribute }, status: 200 },
    { does: 'reads attributes', call: `GET ${app}/attributes`, status: 200, is: { attribute } },
    {
      does: 'replaces attributes',
      call: `POST ${app}/attributes`,
      json: { attribute },
      status: 200,
      is: { attribute },
    },
    { does: 'reads an attribute', call: `GET ${app}/attributes/DisplayName`, status: 200 },
    { does: 'sets an attribute', call: `POST ${app}/attributes/DisplayName`, json: { value: 'new' }, status: 200 },
    { does: 'deletes an attribute', call: `DELETE ${app}/attributes/DisplayName`, status: 200 },
    {
      does: 'approves the product on the key',
      call: `POST ${app}/keys/{newest}/apiproducts/nhs?action=approve`,
      status: 204,
    },
    { does: 'creates a key', call: `POST ${app}/keys/create`, json: ownKey, status: 201, has: ownKey },
    { does: 'adds a product by POST', call: `POST ${own}`, json: { apiProducts: ['nhs'] }, status: 200 },
    {
      does: 'adds a product by PUT, behind the other',
      call: `PUT ${own}`,
      json: { apiProducts: ['gold'] },
      status: 200,
      has: { apiProducts: [on('nhs', 'pending'), on('gold')] },
    },
    { does: 'revokes the key', call: `POST ${own}?action=revoke`, status: [200, 204] },
    { does: 'reads the key', call: `GET ${own}`, status: 200, has: { status: 'revoked', expiresAt: -1 } },
    { does: 'takes the product off', call: `DELETE ${own}/apiproducts/nhs`, status: 200 },
    { does: 'deletes the key', call: `DELETE ${own}`, status: 200 },
    {
      does: 'lists the ids of apps with a product',
      call: `GET ${products}/nhs?query=list&entity=apps`,
      status: 200,
      is: ['{appId}'],
    },
    { does: 'deletes the app', call: `DELETE ${app}`, status: 200 },
    { does: 'deletes the product', call: `DELETE ${products}/nhs`, status: 200 },
  ],
};

const companies = `${organization}/companies`;

/** The script of NHS EPS, on apps of a company that has a UUID for a name. */
export const nhsEps: Replay = {
  client: 'NHS EPS script',
  source: 'compat/edge.md §5, §7 and §14.10',
  dialect: 'edge',
  headers: { accept: '*/*' },
  steps: [
    makeProduct('gold'),
    {
      does: 'has the company',
      call: `POST ${companies}`,
      json: { name: 'f0d3a8a0-6d5c-4f4e-9f0b-8f6a0c1d2e3f', displayName: 'EPS' },
      status: 201,
      save: ['name'],
    },
    {
      does: 'has an app',
      call: `POST ${companies}/{name}/apps`,
      json: { name: 'eps' },
      status: 201,
      keep: { key: 'credentials.0.consumerKey' },
    },
    {
      does: 'puts a product on its key',
      call: `PUT ${companies}/{name}/apps/eps/keys/{key}`,
      json: { apiProducts: ['gold'] },
      status: 200,
      has: { apiProducts: [on('gold')] },
    },
    {
      does: 'approves the product',
      call: `POST ${companies}/{name}/apps/eps/keys/{key}/apiproducts/gold?action=approve`,
      status: 204,
    },
  ],
};
