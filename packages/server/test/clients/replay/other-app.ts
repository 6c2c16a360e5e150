import type { Replay } from '../replay.ts';
import { apps, makeAnn, makeProduct, on, organization } from './ground.ts';

const app = `${apps}/theirs`;
const products = `${organization}/apiproducts`;

/** Apigee-Powershell-Admin, which updates by POST. */
export const powershellApps: Replay = {
  client: 'Apigee-Powershell-Admin, apps',
  source: 'compat/edge.md §4.2 and §14.11',
  dialect: 'edge',
  steps: [
    makeAnn,
    makeProduct('gold'),
    {
      does: 'creates an app',
      call: 'POST /v1/o/{org}/developers/ann@example.com/apps',
      json: { name: 'theirs', apiProducts: ['gold'], keyExpiresIn: '86400000' },
      status: 201,
    },
    {
      does: 'updates the app by POST, with products: one key more',
      call: 'POST /v1/o/{org}/developers/ann@example.com/apps/theirs',
      json: { apiProducts: ['gold'], keyExpiresIn: '86400000' },
      status: 200,
      has: { credentials: [{ apiProducts: [on('gold')] }, { apiProducts: [on('gold')] }] },
    },
    {
      does: 'updates the product by POST',
      call: 'POST /v1/o/{org}/apiproducts/gold',
      json: { name: 'gold', displayName: 'New', approvalType: 'auto' },
      status: 200,
      has: { displayName: 'New' },
    },
  ],
};

/** The agents of Axway, which send no content type with an action and want each status to the digit. */
export const axway: Replay = {
  client: 'Axway agents-apigee',
  source: 'compat/x.md §1.0, §1.9 and compat/edge.md §14.11',
  dialect: 'edge',
  headers: { accept: 'application/json' },
  steps: [
    makeAnn,
    { does: 'lists products', call: `GET ${products}`, status: 200, is: [] },
    {
      does: 'creates a product',
      call: `POST ${products}`,
      json: { name: 'ax', displayName: 'ax', approvalType: 'auto', proxies: ['petstore'], environments: ['test'] },
      status: 201,
    },
    {
      does: 'creates an app',
      call: `POST ${apps}`,
      json: { name: 'theirs', apiProducts: ['ax'], attributes: [] },
      status: 201,
      keep: { key: 'credentials.0.consumerKey' },
    },
    { does: 'revokes the key', call: `POST ${app}/keys/{key}?action=revoke`, status: 204 },
    { does: 'approves the key', call: `POST ${app}/keys/{key}?action=approve`, status: 204 },
    {
      does: 'revokes the product on the key',
      call: `POST ${app}/keys/{key}/apiproducts/ax?action=revoke`,
      status: 204,
    },
    { does: 'deletes the app', call: `DELETE ${app}`, status: 200 },
  ],
};

/** The portal of Redocly, by the calls that its documentation lists. */
export const redocly: Replay = {
  client: 'Redocly',
  source: 'compat/edge.md §14.11',
  dialect: 'edge',
  steps: [
    makeProduct('gold'),
    makeProduct('tin'),
    { does: 'lists products', call: `GET ${products}?expand=true`, status: 200, only: 'apiProduct' },
    makeAnn,
    {
      does: 'creates an app',
      call: `POST ${apps}`,
      json: { name: 'theirs', apiProducts: ['gold'] },
      status: 201,
      keep: { key: 'credentials.0.consumerKey' },
    },
    { does: 'lists apps', call: `GET ${apps}?expand=true`, status: 200, only: 'app' },
    { does: 'changes the app', call: `PUT ${app}`, json: { name: 'theirs', callbackUrl: 'https://a' }, status: 200 },
    {
      does: 'puts a product on the key',
      call: `PUT ${app}/keys/{key}`,
      json: { apiProducts: ['tin'] },
      status: 200,
      has: { apiProducts: [on('gold'), on('tin')] },
    },
    { does: 'takes a product off the key', call: `DELETE ${app}/keys/{key}/apiproducts/gold`, status: 200 },
    { does: 'deletes the app', call: `DELETE ${app}`, status: 200 },
  ],
};

const target = { name: 'apigee-remote-service-targets', value: 'httpbin.org' };

/** apigee-remote-service-cli `bindings`, and what the adapter's own tests set up: an app that is made revoked. */
export const remoteService: Replay = {
  client: 'apigee-remote-service-cli',
  source: 'compat/edge.md §4.3, §12.2 and §14.8',
  dialect: 'edge',
  headers: { accept: 'application/json' },
  steps: [
    makeAnn,
    {
      does: 'has a product with a quota',
      call: `POST ${products}`,
      json: {
        ...{ name: 'httpbin', displayName: 'httpbin', approvalType: 'auto', apiResources: ['/httpbin'] },
        ...{
          environments: ['test'],
          quota: '5',
          quotaInterval: '1',
          quotaTimeUnit: 'minute',
          proxies: ['remote-service'],
        },
        attributes: [{ name: 'access', value: 'public' }, target],
      },
      status: 201,
    },
    {
      does: 'lists bindings, which wants quotas as texts',
      call: `GET ${products}?expand=true`,
      status: 200,
      only: 'apiProduct',
      texts: ['apiProduct.0.quota', 'apiProduct.0.quotaInterval'],
    },
    {
      does: 'binds a target',
      call: `POST ${products}/httpbin/attributes`,
      json: { attribute: [{ ...target, value: 'httpbin.org,example.com' }] },
      status: 200,
    },
    {
      does: 'makes an app that is revoked from the start',
      call: `POST ${apps}`,
      json: { name: 'theirs', apiProducts: ['httpbin'], status: 'revoked' },
      status: 201,
      has: { status: 'revoked', credentials: [{ status: 'approved' }] },
    },
  ],
};
