import { defineMessage } from '../message.ts';
import { attributeMessage } from './attribute.ts';

/** compat/x.md §1.1, "DeveloperApp", "Credential", "ApiProductRef", "DeveloperAppKey", "App". */

const apiProductRefMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ApiProductRef',
  doc: 'An API product on a key.',
  fields: {
    apiproduct: { type: 'string', doc: 'Name of the API product.' },
    status: { type: 'string', doc: 'Whether the key may use it: approved, revoked or pending.' },
  },
});

export const credentialMessage = defineMessage({
  name: 'GoogleCloudApigeeV1Credential',
  doc: 'A consumer key of an app, with its secret.',
  fields: {
    apiProducts: { type: apiProductRefMessage, repeated: true, doc: 'The products that the key is for.' },
    attributes: { type: attributeMessage, repeated: true, doc: 'Attributes of the key.' },
    consumerKey: { type: 'string', doc: 'The key.' },
    consumerSecret: { type: 'string', doc: 'Its secret.' },
    expiresAt: { type: 'int64', doc: 'When the key ends, in milliseconds since 1970 UTC; -1: never.' },
    issuedAt: { type: 'int64', doc: 'When the key was made, in milliseconds since 1970 UTC.' },
    scopes: { type: 'string', repeated: true, doc: 'OAuth scopes of the key.' },
    status: { type: 'string', doc: 'Either approved or revoked.' },
  },
});

const stamps = {
  createdAt: { type: 'int64', outputOnly: true, doc: 'When the app was made, in milliseconds since 1970 UTC.' },
  lastModifiedAt: {
    type: 'int64',
    outputOnly: true,
    doc: 'When the app last changed, in milliseconds since 1970 UTC.',
  },
} as const;

const credentials = {
  type: credentialMessage,
  repeated: true,
  outputOnly: true,
  doc: 'The keys of the app, newest first.',
} as const;

const keyExpiresIn = {
  type: 'int64',
  inputOnly: true,
  doc: 'How long the key that is made lives, in milliseconds; -1: for ever. Never changes afterwards.',
} as const;

export const developerAppMessage = defineMessage({
  name: 'GoogleCloudApigeeV1DeveloperApp',
  doc: 'What a developer registers to call APIs.',
  fields: {
    apiProducts: { type: 'string', repeated: true, inputOnly: true, doc: 'Products for the key that is made.' },
    appFamily: { type: 'string', doc: 'Family of the app.' },
    appId: { type: 'string', doc: 'A UUID that the server gives. In a list without expansion, the name of the app.' },
    attributes: { type: attributeMessage, repeated: true, doc: 'Up to 18 attributes of your own.' },
    callbackUrl: { type: 'string', doc: 'Where OAuth codes are sent to.' },
    createdAt: stamps.createdAt,
    credentials,
    developerId: { type: 'string', doc: 'The UUID of the developer who owns the app.' },
    keyExpiresIn,
    lastModifiedAt: stamps.lastModifiedAt,
    name: { type: 'string', doc: 'Needed. What the app is called; unique under its developer. Never changes.' },
    scopes: { type: 'string', repeated: true, doc: 'OAuth scopes; the products have to offer them.' },
    status: { type: 'string', doc: 'Either approved or revoked. While revoked, no key of the app verifies.' },
  },
});

export const listOfDeveloperAppsMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ListDeveloperAppsResponse',
  doc: 'A page of the apps of a developer. Without expansion, each has nothing but its name, as appId.',
  fields: {
    app: { type: developerAppMessage, repeated: true, doc: 'The apps, ordered by name.' },
  },
});

export const developerAppKeyMessage = defineMessage({
  name: 'GoogleCloudApigeeV1DeveloperAppKey',
  doc: 'A consumer key of an app, with its secret.',
  fields: {
    apiProducts: {
      type: 'any',
      repeated: true,
      doc: 'Names of products to add; in answers, the products with their status. Not heeded when a key is made.',
    },
    attributes: { type: attributeMessage, repeated: true, doc: 'Attributes of the key.' },
    consumerKey: { type: 'string', doc: 'The key: letters, digits, hyphen and underscore.' },
    consumerSecret: { type: 'string', doc: 'Its secret, of the same characters; made where absent.' },
    expiresAt: { type: 'int64', doc: 'When the key ends, in milliseconds since 1970 UTC; -1: never.' },
    expiresInSeconds: {
      type: 'int64',
      inputOnly: true,
      doc: 'How long a key that is made lives, in seconds; -1: for ever. Never changes afterwards.',
    },
    issuedAt: { type: 'int64', doc: 'When the key was made, in milliseconds since 1970 UTC.' },
    scopes: { type: 'string', repeated: true, doc: 'OAuth scopes of the key; its products have to offer them.' },
    status: { type: 'string', doc: 'Either approved or revoked. A key is approved from the start.' },
  },
});

export const appMessage = defineMessage({
  name: 'GoogleCloudApigeeV1App',
  doc: 'An app of a developer or of an app group, as the organization sees it.',
  fields: {
    apiProducts: { type: apiProductRefMessage, repeated: true, doc: 'The products on the keys of the app.' },
    appGroup: { type: 'string', doc: 'Name of the app group that owns the app.' },
    appId: { type: 'string', doc: 'A UUID that the server gives.' },
    attributes: { type: attributeMessage, repeated: true, doc: 'Attributes of the app.' },
    callbackUrl: { type: 'string', doc: 'Where OAuth codes are sent to.' },
    companyName: { type: 'string', doc: 'Never set: there are no companies here.' },
    createdAt: stamps.createdAt,
    credentials,
    developerEmail: { type: 'string', doc: 'E-mail of the developer who owns the app.' },
    developerId: { type: 'string', doc: 'The UUID of the developer who owns the app.' },
    keyExpiresIn,
    lastModifiedAt: stamps.lastModifiedAt,
    name: { type: 'string', doc: 'What the app is called.' },
    scopes: { type: 'string', repeated: true, doc: 'OAuth scopes of the app.' },
    status: { type: 'string', doc: 'Either approved or revoked.' },
  },
});

export const listOfAppsMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ListAppsResponse',
  doc: 'A page of the apps of an organization. Without expansion, each has nothing but its id.',
  fields: {
    app: { type: appMessage, repeated: true, doc: 'The apps, ordered by id.' },
    nextPageToken: { type: 'string', doc: 'Stands for the next page; absent on the last one.' },
    totalSize: { type: 'int32', doc: 'How many apps there are in all; with pageSize or pageToken only.' },
  },
});
