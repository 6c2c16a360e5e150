import {
  apiproductsId,
  appgroupsId,
  appsId,
  attributes,
  developersId,
  integer,
  json,
  keysId,
  moment,
  organizationsId,
  secret,
  stamps,
  text,
} from './sql-column.ts';
import type { SqlResource } from './sql-resource.ts';

/** Apps and their keys. Those of developers and of app groups are folded together, as StackQL has them. */

const scopes = json('scopes', 'OAuth scopes, as a list of texts.');
const appId = text('appId', 'UUID of the app.');
const ownerParameters = [developersId, appgroupsId];

const apps: SqlResource = {
  name: 'apps',
  aliases: ['organizations_apps', 'organizations_developers_apps', 'organizations_appgroups_apps'],
  description: 'What a developer or an app group registers to call APIs.',
  columns: [
    text('appId', 'A UUID that the server gave.'),
    text('name', 'What the app is called; unique under its owner.'),
    text('status', 'Either approved or revoked.'),
    text('callbackUrl', 'Where OAuth codes are sent to.'),
    attributes,
    scopes,
    secret(json('credentials', 'The keys of the app with their secrets, newest first.')),
    text('appFamily', 'Family of the app.'),
    text('developerId', 'UUID of the developer who owns the app.'),
    text('developerEmail', 'E-mail of the developer who owns the app, in lower case.'),
    text('appGroup', 'Name of the app group that owns the app.'),
    ...stamps,
    organizationsId,
    ...ownerParameters,
    appsId,
  ],
  key: ['organizationsId', 'appId'],
  paths: [['apps']],
};

const keys: SqlResource = {
  name: 'keys',
  aliases: ['organizations_developers_apps_keys', 'organizations_appgroups_apps_keys'],
  description: 'A consumer key of an app, with its secret.',
  columns: [
    secret(text('consumerKey', 'The key.')),
    secret(text('consumerSecret', 'Its secret. Null where the organization shows secrets once.')),
    text('status', 'Either approved or revoked.'),
    json('apiProducts', 'The products that the key is for: a list of `{"apiproduct", "status"}`.'),
    attributes,
    scopes,
    moment('issuedAt', 'When the key was made'),
    integer('expiresAt', 'When the key ends, in milliseconds since 1970 UTC; -1: never.'),
    integer('expiresInSeconds', 'How long the key lives from when it was made; -1: for ever.'),
    appId,
    text('developerId', 'UUID of the developer who owns the app.'),
    text('appGroup', 'Name of the app group that owns the app.'),
    ...stamps,
    organizationsId,
    ...ownerParameters,
    appsId,
    keysId,
  ],
  key: ['organizationsId', 'appId', 'consumerKey'],
  paths: [['apps']],
};

const keyProducts: SqlResource = {
  name: 'keys_apiproducts',
  aliases: ['organizations_developers_apps_keys_apiproducts', 'organizations_appgroups_apps_keys_apiproducts'],
  description: 'A product on a key.',
  columns: [
    text('apiproduct', 'Name of the product.'),
    text('status', 'Whether the key may use it: approved, revoked or pending.'),
    secret(text('consumerKey', 'The key.')),
    text('keyStatus', 'Status of the key: approved or revoked.'),
    appId,
    organizationsId,
    ...ownerParameters,
    appsId,
    keysId,
    apiproductsId,
  ],
  key: ['organizationsId', 'appId', 'consumerKey', 'apiproduct'],
  paths: [['apps']],
};

export const appResources: readonly SqlResource[] = [apps, keys, keyProducts];
