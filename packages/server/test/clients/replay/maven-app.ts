import type { Replay, ReplayStep } from '../replay.ts';
import { encodedApps as apps, makeAnn, on, organization } from './ground.ts';

const headers = { accept: 'application/json', 'accept-encoding': 'gzip' };
const products = `${organization}/apiproducts`;
const product = {
  name: 'weatherProduct',
  displayName: 'weatherProduct',
  description: 'weatherProduct',
  apiResources: ['/**', '/'],
  approvalType: 'auto',
  attributes: [{ name: 'access', value: 'public' }],
  environments: ['prod', 'test'],
  proxies: [],
  quota: '10000',
  quotaInterval: '1',
  quotaTimeUnit: 'month',
  scopes: [],
};
const app = { apiProducts: ['weatherProduct'], callbackUrl: 'http://weatherapp.com', name: 'grantapp', scopes: [] };
const key = { consumerKey: 'mvn-key', consumerSecret: 'mvn-secret' };

/** Looks whether a thing is there, and makes it or changes it; then takes it away. */
function sync(collection: string, name: string, json: object, created: number): ReplayStep[] {
  const item = `${collection}/${name}`;
  return [
    { does: `finds no ${name}`, call: `GET ${item}`, status: 404 },
    { does: `creates ${name}`, call: `POST ${collection}`, json, status: created },
    { does: `finds ${name}`, call: `GET ${item}`, status: 200 },
    { does: `updates ${name}`, call: `PUT ${item}`, json, status: 200 },
  ];
}

/** config-maven-plugin 1.x: apiproducts, apps, importKeys, companies and companyapps. */
export const mavenEdgeApps: Replay = {
  client: 'config-maven-plugin 1.x, apps',
  source: 'compat/edge.md §14.6',
  dialect: 'edge',
  headers,
  steps: [
    makeAnn,
    ...sync(products, 'weatherProduct', product, 201),
    { does: 'lists products', call: `GET ${products}`, status: 200, is: ['weatherProduct'] },
    ...sync(apps, 'grantapp', app, 201),
    {
      does: 'sees that the update with products has made one key more',
      call: `GET ${apps}/grantapp`,
      status: 200,
      has: { credentials: [{ apiProducts: [on('weatherProduct')] }, { apiProducts: [on('weatherProduct')] }] },
      lengths: { credentials: 2 },
    },
    {
      does: 'updates without products, where told so, and makes none',
      call: `PUT ${apps}/grantapp`,
      json: { callbackUrl: app.callbackUrl, name: app.name, scopes: [] },
      status: 200,
      lengths: { credentials: 2 },
    },
    { does: 'lists apps before it imports keys', call: `GET ${apps}`, status: 200, is: ['grantapp'] },
    {
      does: 'imports a key',
      call: `POST ${apps}/grantapp/keys/create`,
      json: key,
      status: 201,
      has: key,
      lengths: { apiProducts: 0 },
    },
    {
      does: 'gives the key its product',
      call: `POST ${apps}/grantapp/keys/mvn-key`,
      json: { apiProducts: ['weatherProduct'], attributes: [] },
      status: 200,
      has: { apiProducts: [on('weatherProduct')] },
    },
    {
      does: 'imports it once more, and is told',
      call: `POST ${apps}/grantapp/keys/create`,
      json: key,
      status: 409,
      has: { code: 'keymanagement.service.ConsumerKeyAlreadyExists', message: 'ConsumerKey already exists' },
    },
    {
      does: 'cannot delete a product that a key has',
      call: `DELETE ${products}/weatherProduct`,
      status: 500,
      has: { code: 'keymanagement.service.apiproduct_deletion_failed_apps_associated' },
    },
    { does: 'deletes the app', call: `DELETE ${apps}/grantapp`, status: 200, has: { name: 'grantapp' } },
    ...sync(`${organization}/companies`, 'altostrat', { name: 'altostrat', displayName: 'Altostrat' }, 201),
    ...sync(`${organization}/companies/altostrat/apps`, 'ours', { ...app, name: 'ours', callbackUrl: '' }, 201),
    { does: 'lists companies', call: `GET ${organization}/companies`, status: 200, is: ['altostrat'] },
    {
      does: 'lists apps of the company',
      call: `GET ${organization}/companies/altostrat/apps`,
      status: 200,
      is: ['ours'],
    },
    {
      does: 'deletes the app of the company',
      call: `DELETE ${organization}/companies/altostrat/apps/ours`,
      status: 200,
    },
    { does: 'deletes the company', call: `DELETE ${organization}/companies/altostrat`, status: 200 },
    { does: 'deletes the product', call: `DELETE ${products}/weatherProduct`, status: 200 },
  ],
};

const groups = `${organization}/appgroups`;

/** config-maven-plugin 2.x. It takes names out of members, and an app's `appId` in a list for its name. */
export const mavenXApps: Replay = {
  client: 'config-maven-plugin 2.x, apps',
  source: 'compat/x.md §1.3, §1.4, §1.7 and §3',
  dialect: 'x',
  headers: { ...headers, 'x-goog-api-format-version': '2' },
  steps: [
    makeAnn,
    ...sync(products, 'weatherProduct', product, 200),
    { does: 'lists products', call: `GET ${products}`, status: 200, is: { apiProduct: [{ name: 'weatherProduct' }] } },
    ...sync(apps, 'grantapp', { ...app, keyExpiresIn: -1 }, 200),
    {
      does: 'lists apps',
      call: `GET ${apps}`,
      status: 200,
      is: { app: [{ appId: 'grantapp' }] },
      keep: { name: 'app.0.appId' },
    },
    {
      does: 'reads the app by what the list called its id',
      call: `GET ${apps}/{name}`,
      status: 200,
      has: { name: 'grantapp' },
      texts: ['credentials.0.issuedAt', 'credentials.0.expiresAt'],
    },
    { does: 'imports a key', call: `POST ${apps}/grantapp/keys/create`, json: key, status: 200, has: key },
    {
      does: 'gives the key its product',
      call: `POST ${apps}/grantapp/keys/mvn-key`,
      json: { apiProducts: ['weatherProduct'] },
      status: 200,
      has: { apiProducts: [on('weatherProduct')] },
    },
    {
      does: 'imports it once more, and is told',
      call: `POST ${apps}/grantapp/keys/create`,
      json: key,
      status: 409,
      has: {
        error: {
          status: 'ABORTED',
          details: [{ violations: [{ type: 'keymanagement.service.ConsumerKeyAlreadyExists' }] }],
        },
      },
    },
    { does: 'deletes the app', call: `DELETE ${apps}/grantapp`, status: 200 },
    ...sync(groups, 'altostrat', { name: 'altostrat', displayName: 'Altostrat' }, 200),
    ...sync(`${groups}/altostrat/apps`, 'ours', { ...app, name: 'ours' }, 200),
    { does: 'lists groups', call: `GET ${groups}`, status: 200, has: { appGroups: [{ name: 'altostrat' }] } },
    {
      does: 'lists apps of the group',
      call: `GET ${groups}/altostrat/apps`,
      status: 200,
      has: { appGroupApps: [{ name: 'ours' }] },
    },
    { does: 'deletes the app of the group', call: `DELETE ${groups}/altostrat/apps/ours`, status: 200 },
    { does: 'deletes the group', call: `DELETE ${groups}/altostrat`, status: 200 },
    { does: 'deletes the product', call: `DELETE ${products}/weatherProduct`, status: 200 },
  ],
};
