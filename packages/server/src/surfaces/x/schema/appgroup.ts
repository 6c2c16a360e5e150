import { defineMessage } from '../message.ts';
import { credentialMessage } from './app.ts';
import { attributeMessage } from './attribute.ts';

/** compat/x.md §1.1, "AppGroup", "AppGroupApp", "AppGroupAppKey". */

const stamps = {
  createdAt: { type: 'int64', outputOnly: true, doc: 'When it was made, in milliseconds since 1970 UTC.' },
  lastModifiedAt: { type: 'int64', outputOnly: true, doc: 'When it last changed, in milliseconds since 1970 UTC.' },
} as const;

const nextPageToken = { type: 'string', doc: 'Stands for the next page; absent on the last one.' } as const;

export const appGroupMessage = defineMessage({
  name: 'GoogleCloudApigeeV1AppGroup',
  doc: 'A group of developers that owns apps.',
  fields: {
    name: { type: 'string', doc: 'Needed. What the group is called; unique in any case. Never changes.' },
    appGroupId: { type: 'string', outputOnly: true, doc: 'A UUID that the server gives.' },
    displayName: { type: 'string', doc: 'What people call the group.' },
    channelId: {
      type: 'string',
      doc: 'Who keeps the group, as a portal. Kept and shown; lists can be filtered by it.',
    },
    channelUri: { type: 'string', doc: 'Where that is. Kept and shown; lists can be filtered by it.' },
    email: { type: 'string', doc: 'Address of the group. Kept and shown, never used.' },
    organization: { type: 'string', doc: 'The organization that the group belongs to.' },
    status: { type: 'string', doc: 'Either active or inactive; changes by action alone. Inactive, no key verifies.' },
    attributes: {
      type: attributeMessage,
      repeated: true,
      doc: 'Up to 18 attributes of your own, and __apigee_reserved__developer_details, which names the members.',
    },
    createdAt: stamps.createdAt,
    lastModifiedAt: stamps.lastModifiedAt,
  },
});

export const listAppGroupsMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ListAppGroupsResponse',
  doc: 'A page of app groups.',
  fields: {
    appGroups: { type: appGroupMessage, repeated: true, doc: 'The groups, ordered by name.' },
    nextPageToken,
    totalSize: { type: 'int32', doc: 'How many groups there are on all pages.' },
  },
});

export const appGroupAppMessage = defineMessage({
  name: 'GoogleCloudApigeeV1AppGroupApp',
  doc: 'What an app group registers to call APIs.',
  fields: {
    apiProducts: { type: 'string', repeated: true, inputOnly: true, doc: 'Products for the key that is made.' },
    appGroup: { type: 'string', doc: 'Name of the group that owns the app.' },
    appId: { type: 'string', doc: 'A UUID that the server gives.' },
    attributes: { type: attributeMessage, repeated: true, doc: 'Up to 18 attributes of your own.' },
    callbackUrl: { type: 'string', doc: 'Where OAuth codes are sent to.' },
    createdAt: stamps.createdAt,
    credentials: { type: credentialMessage, repeated: true, outputOnly: true, doc: 'Keys of the app, newest first.' },
    keyExpiresIn: {
      type: 'int64',
      inputOnly: true,
      doc: 'How long the key that is made lives, in seconds; -1: for ever. Never changes afterwards.',
    },
    lastModifiedAt: stamps.lastModifiedAt,
    name: { type: 'string', doc: 'Needed. What the app is called; unique in its group. Never changes.' },
    scopes: { type: 'string', repeated: true, doc: 'OAuth scopes; the products have to offer them.' },
    status: { type: 'string', doc: 'Either approved or revoked. While revoked, no key of the app verifies.' },
  },
});

export const listAppGroupAppsMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ListAppGroupAppsResponse',
  doc: 'A page of the apps of a group, with their keys.',
  fields: {
    appGroupApps: { type: appGroupAppMessage, repeated: true, doc: 'The apps, ordered by name.' },
    nextPageToken,
  },
});

const apiProductAssociationMessage = defineMessage({
  name: 'GoogleCloudApigeeV1APIProductAssociation',
  doc: 'An API product on a key.',
  fields: {
    apiproduct: { type: 'string', doc: 'Name of the API product.' },
    status: { type: 'string', doc: 'Whether the key may use it: approved, revoked or pending.' },
  },
});

export const appGroupAppKeyMessage = defineMessage({
  name: 'GoogleCloudApigeeV1AppGroupAppKey',
  doc: 'A consumer key of an app, with its secret.',
  fields: {
    apiProducts: {
      type: apiProductAssociationMessage,
      repeated: true,
      outputOnly: true,
      doc: 'The products that the key is for.',
    },
    attributes: { type: attributeMessage, repeated: true, doc: 'Attributes of the key.' },
    consumerKey: { type: 'string', doc: 'The key: letters, digits, hyphen and underscore.' },
    consumerSecret: { type: 'string', doc: 'Its secret, of the same characters; made where absent.' },
    expiresAt: {
      type: 'int64',
      outputOnly: true,
      doc: 'When the key ends, in milliseconds since 1970 UTC; -1: never.',
    },
    expiresInSeconds: {
      type: 'int64',
      inputOnly: true,
      doc: 'How long a key that is made lives, in seconds; -1: for ever. Never changes afterwards.',
    },
    issuedAt: { type: 'int64', outputOnly: true, doc: 'When the key was made, in milliseconds since 1970 UTC.' },
    scopes: { type: 'string', repeated: true, doc: 'OAuth scopes of the key; its products have to offer them.' },
    status: { type: 'string', doc: 'Either approved or revoked. A key is approved from the start.' },
  },
});

export const updateAppGroupAppKeyMessage = defineMessage({
  name: 'GoogleCloudApigeeV1UpdateAppGroupAppKeyRequest',
  doc: 'What to change of a key.',
  fields: {
    action: { type: 'string', doc: 'Either approve or revoke.' },
    apiProducts: { type: 'string', repeated: true, doc: 'Names of products, added to those that the key is for.' },
    appGroupAppKey: { type: appGroupAppKeyMessage, doc: 'Scopes and attributes in it replace those of the key.' },
  },
});
