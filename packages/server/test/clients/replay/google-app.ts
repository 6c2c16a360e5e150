import type { Replay } from '../replay.ts';
import { action, apps, makeAnn, makeProduct, on, organization } from './ground.ts';

const products = `${organization}/apiproducts`;
const ownKey = { consumerKey: 'cli-own-key', consumerSecret: 'cli-own-secret' };
/** apigeecli has an e-mail and a product's name encoded twice where it puts them into a path. */
const twiceApps = `${organization}/developers/ann%2540example.com/apps`;
const twiceProduct = `${products}/My%2520Product`;
const app = `${apps}/weather`;
const own = `${app}/keys/cli-own-key`;
const product = { name: 'My Product', displayName: 'My Product', approvalType: 'auto', scopes: ['READ'] };

/** Where Go's structures have texts, and a number would fail to be read. */
const appTexts = ['createdAt', 'lastModifiedAt', 'credentials.0.issuedAt', 'credentials.0.expiresAt'];

/** apigeecli: products, apps and keys. */
export const apigeecliApps: Replay = {
  client: 'apigeecli, apps',
  source: 'compat/x.md §1.0, §1.3, §1.4, §1.5 and §3',
  dialect: 'x',
  steps: [
    makeAnn,
    makeProduct('tin'),
    {
      does: 'reads the developer for the id',
      call: `GET ${organization}/developers/ann%2540example.com`,
      status: 200,
      save: ['developerId'],
    },
    { does: 'creates a product', call: `POST ${products}`, json: product, status: 200, texts: ['createdAt'] },
    { does: 'reads the product, its name encoded twice', call: `GET ${twiceProduct}`, status: 200, has: product },
    {
      does: 'updates the product with all that it read',
      call: `PUT ${twiceProduct}`,
      json: { ...product, description: 'new', createdAt: '1636050369457', lastModifiedAt: '1636050369457' },
      status: 200,
      has: { description: 'new' },
    },
    { does: 'lists products', call: `GET ${products}?count=1&expand=true`, status: 200, only: 'apiProduct' },
    {
      does: 'sets an attribute of a product',
      call: `POST ${twiceProduct}/attributes/tier`,
      json: { name: 'tier', value: 'gold' },
      status: 200,
    },
    {
      does: 'creates an app below the id of the developer',
      call: `POST ${organization}/developers/{developerId}/apps`,
      json: {
        name: 'weather',
        apiProducts: ['My Product'],
        keyExpiresIn: '-1',
        scopes: ['READ'],
        callbackUrl: 'https://a',
      },
      status: 200,
      has: { name: 'weather', credentials: [{ apiProducts: [on('My Product')], expiresAt: '-1', scopes: ['READ'] }] },
      texts: appTexts,
      save: ['appId'],
      keep: { key: 'credentials.0.consumerKey' },
    },
    { does: 'deletes the key that came first', call: `DELETE ${app}/keys/{key}`, status: 200 },
    {
      does: 'creates a key',
      call: `POST ${app}/keys`,
      json: { ...ownKey, expiresInSeconds: '3600', apiProducts: ['My Product'], scopes: ['READ'] },
      status: 200,
      has: ownKey,
      texts: ['issuedAt', 'expiresAt'],
    },
    {
      does: 'gives the key its products',
      call: `POST ${own}`,
      json: { apiProducts: ['My Product', 'tin'] },
      status: 200,
      has: { apiProducts: [on('My Product'), on('tin')] },
    },
    { does: 'reads the key', call: `GET ${own}`, status: 200, has: ownKey, texts: ['issuedAt', 'expiresAt'] },
    { does: 'updates the key: takes old products off', call: `DELETE ${own}/apiproducts/My%2520Product`, status: 200 },
    {
      does: 'updates the key: puts the new ones on by PUT',
      call: `PUT ${own}`,
      json: { apiProducts: ['My Product'], scopes: ['READ'], consumerKey: ownKey.consumerKey, attributes: [] },
      status: 200,
      has: { apiProducts: [on('tin'), on('My Product')], scopes: ['READ'] },
      lengths: { apiProducts: 2 },
    },
    {
      does: 'revokes a product on the key',
      call: `POST ${own}/apiproducts/tin?action=revoke`,
      headers: action,
      status: 204,
    },
    { does: 'revokes the key', call: `POST ${own}?action=revoke`, headers: action, status: 204 },
    { does: 'lists apps of the developer', call: `GET ${twiceApps}?expand=true`, status: 200, only: 'app' },
    {
      does: 'reads the app below an e-mail encoded twice',
      call: `GET ${twiceApps}/weather`,
      status: 200,
      texts: appTexts,
    },
    {
      does: 'finds an app by its name',
      call: `GET ${organization}/apps?filter=appName%3Dweather`,
      status: 200,
      has: { app: [{ name: 'weather', appId: '{appId}' }] },
    },
    { does: 'reads an app by its id', call: `GET ${organization}/apps/{appId}`, status: 200, texts: appTexts },
    {
      does: 'exports apps with the owner of each',
      call: `GET ${organization}/apps?expand=true&includeCred=true&rows=1000`,
      status: 200,
      has: { app: [{ developerId: '{developerId}', credentials: [ownKey] }] },
    },
    {
      does: 'makes one key more with an update',
      call: `PUT ${twiceApps}/weather`,
      json: { name: 'weather', apiProducts: ['tin'], keyExpiresIn: '3600000', callbackUrl: 'https://b' },
      status: 200,
      has: { callbackUrl: 'https://b', credentials: [{ apiProducts: [on('tin')] }, ownKey] },
      lengths: { credentials: 2 },
      texts: appTexts,
    },
    { does: 'revokes the app', call: `POST ${twiceApps}/weather?action=revoke`, headers: action, status: 204 },
    {
      does: 'sets an attribute of the app',
      call: `POST ${twiceApps}/weather/attributes/tier`,
      json: { name: 'tier', value: 'gold' },
      status: 200,
    },
    { does: 'deletes the key', call: `DELETE ${own}`, status: 200, has: ownKey },
    { does: 'deletes the app', call: `DELETE ${twiceApps}/weather`, status: 200, has: { name: 'weather' } },
    {
      does: 'reads what is gone',
      call: `GET ${twiceApps}/weather`,
      status: 404,
      has: { error: { message: 'App named weather does not exist under ann@example.com' } },
    },
    { does: 'deletes the product', call: `DELETE ${twiceProduct}`, status: 200 },
    { does: 'reads the product that is gone', call: `GET ${twiceProduct}`, status: 404 },
  ],
};

/** google-api-python-client: `keys().create().create()` is the way to a key; no body, no content type. */
export const pythonApps: Replay = {
  client: 'google-api-python-client, apps',
  source: 'compat/x.md §3',
  dialect: 'x',
  steps: [
    makeAnn,
    { does: 'creates a product', call: `POST ${products}?alt=json`, json: product, status: 200 },
    { does: 'reads a product', call: `GET ${products}/My%20Product?alt=json`, status: 200, has: product },
    { does: 'lists products', call: `GET ${products}?expand=true&alt=json`, status: 200, only: 'apiProduct' },
    { does: 'creates an app', call: `POST ${apps}?alt=json`, json: { name: 'weather' }, status: 200 },
    { does: 'reads an app', call: `GET ${app}?alt=json`, status: 200, has: { name: 'weather' }, texts: appTexts },
    { does: 'lists apps', call: `GET ${apps}?alt=json`, status: 200, is: { app: [{ appId: 'weather' }] } },
    { does: 'creates a key', call: `POST ${app}/keys/create?alt=json`, json: ownKey, status: 200, has: ownKey },
    {
      does: 'gives the key a product',
      call: `POST ${own}?alt=json`,
      json: { apiProducts: ['My Product'] },
      status: 200,
      has: { apiProducts: [on('My Product')] },
    },
    { does: 'approves the key', call: `POST ${own}?action=approve&alt=json`, status: 204 },
    { does: 'deletes the key', call: `DELETE ${own}?alt=json`, status: 200 },
    { does: 'deletes the app', call: `DELETE ${app}?alt=json`, status: 200 },
    { does: 'deletes the product', call: `DELETE ${products}/My%20Product?alt=json`, status: 200 },
    {
      does: 'creates an app group',
      call: `POST ${organization}/appgroups?alt=json`,
      json: { name: 'ours' },
      status: 200,
    },
    {
      does: 'lists app groups',
      call: `GET ${organization}/appgroups?alt=json`,
      status: 200,
      has: { appGroups: [{ name: 'ours' }] },
    },
    {
      does: 'sets its status',
      call: `PUT ${organization}/appgroups/ours?action=inactive&alt=json`,
      status: [200, 204],
    },
    { does: 'deletes the app group', call: `DELETE ${organization}/appgroups/ours?alt=json`, status: 200 },
  ],
};
