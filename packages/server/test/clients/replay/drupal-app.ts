import type { Replay } from '../replay.ts';
import { action, encodedApps as apps, makeAnn, makeProduct, on, organization } from './ground.ts';

const app = `${apps}/my_app`;

/** The Drupal module: the forms that make and change an app, and its keys. */
export const drupalApps: Replay = {
  client: 'Drupal apigee_edge, apps',
  source: 'compat/edge.md §14.4',
  dialect: 'edge',
  steps: [
    makeAnn,
    makeProduct('gold'),
    makeProduct('tin'),
    {
      does: 'lists products for the form',
      call: `GET ${organization}/apiproducts?expand=true`,
      status: 200,
      only: 'apiProduct',
    },
    {
      does: 'sees that the name is free',
      call: `GET ${app}`,
      status: 404,
      has: { code: 'developer.service.AppDoesNotExist' },
    },
    {
      does: 'makes an app, with products for its key',
      call: `POST ${apps}`,
      json: {
        ...{ name: 'my_app', apiProducts: ['gold'], callbackUrl: '', keyExpiresIn: '-1' },
        attributes: [{ name: 'DisplayName', value: 'My app' }],
      },
      status: 201,
      has: { callbackUrl: '', credentials: [{ apiProducts: [on('gold')] }] },
      keep: { key: 'credentials.0.consumerKey' },
    },
    {
      does: 'changes products of the key: takes one off',
      call: `DELETE ${app}/keys/{key}/apiproducts/gold`,
      status: 200,
    },
    {
      does: 'changes products of the key: adds one',
      call: `POST ${app}/keys/{key}`,
      json: { apiProducts: ['tin'] },
      status: 200,
      has: { apiProducts: [on('tin')] },
      lengths: { apiProducts: 1 },
    },
    {
      does: 'changes the app, which makes no key',
      call: `PUT ${app}`,
      json: {
        name: 'my_app',
        callbackUrl: 'https://a',
        attributes: [{ name: 'DisplayName', value: 'New' }],
        credentials: [],
      },
      status: 200,
      has: { callbackUrl: 'https://a', credentials: [{ consumerKey: '{key}' }] },
      lengths: { credentials: 1 },
    },
    {
      does: 'adds a key',
      call: `PUT ${app}`,
      json: { name: 'my_app', apiProducts: ['gold'], keyExpiresIn: '86400000' },
      status: 200,
      has: { credentials: [{ apiProducts: [on('gold')] }, { consumerKey: '{key}' }] },
    },
    { does: 'revokes a key', call: `POST ${app}/keys/{key}?action=revoke`, headers: action, status: 204 },
    { does: 'deletes a key', call: `DELETE ${app}/keys/{key}`, status: 200 },
    {
      does: 'lists apps of all',
      call: `GET ${organization}/apps?expand=true&includeCred=false`,
      status: 200,
      only: 'app',
    },
    { does: 'deletes the app', call: `DELETE ${app}`, status: 200 },
  ],
};
