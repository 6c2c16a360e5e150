import { defineEnum, defineMessage, type Message } from '../message.ts';
import { moneyMessage } from './money.ts';

const billingType = defineEnum({
  BILLING_TYPE_UNSPECIFIED: 'Not said.',
  PREPAID: 'Out of a balance.',
  POSTPAID: 'By invoice.',
});

const configFields = { billingType: { type: billingType, doc: 'How is paid. Required.' } } as const;

const walletFields = {
  balance: { type: moneyMessage, doc: 'What is left in this currency.' },
  lastCreditTime: {
    type: 'int64',
    outputOnly: true,
    doc: 'When was last credited, in milliseconds since 1970 UTC.',
  },
} as const;

const creditFields = {
  transactionAmount: { type: moneyMessage, doc: 'What is added to the wallet of its currency. Required.' },
  transactionId: { type: 'string', doc: 'Names the credit: sent once more, it is not made once more. Required.' },
} as const;

/** What a developer's and an app group's subscription have alike. */
const subscriptionFields = {
  name: { type: 'string', outputOnly: true, doc: 'The id that paths use.' },
  apiproduct: { type: 'string', doc: 'Name of the product. Required.' },
  createdAt: { type: 'int64', outputOnly: true, doc: 'When it was made, in milliseconds since 1970 UTC.' },
  lastModifiedAt: { type: 'int64', outputOnly: true, doc: 'When it last changed, in milliseconds since 1970 UTC.' },
} as const;

export const developerMonetizationConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1DeveloperMonetizationConfig',
  doc: 'How a developer pays. Stored and shown; nobody is charged.',
  fields: configFields,
});

export const appGroupMonetizationConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1AppGroupMonetizationConfig',
  doc: 'How an app group pays. Stored and shown; nobody is charged.',
  fields: configFields,
});

export const developerBalanceMessage = defineMessage({
  name: 'GoogleCloudApigeeV1DeveloperBalance',
  doc: 'What a developer has left.',
  fields: {
    wallets: {
      type: defineMessage({
        name: 'GoogleCloudApigeeV1DeveloperBalanceWallet',
        doc: 'What a developer has left in one currency.',
        fields: walletFields,
      }),
      repeated: true,
      outputOnly: true,
      doc: 'A wallet for each currency.',
    },
  },
});

export const appGroupBalanceMessage = defineMessage({
  name: 'GoogleCloudApigeeV1AppGroupBalance',
  doc: 'What an app group has left.',
  fields: {
    wallets: {
      type: defineMessage({
        name: 'GoogleCloudApigeeV1AppGroupBalanceWallet',
        doc: 'What an app group has left in one currency.',
        fields: walletFields,
      }),
      repeated: true,
      outputOnly: true,
      doc: 'A wallet for each currency.',
    },
  },
});

export const creditDeveloperBalanceMessage = defineMessage({
  name: 'GoogleCloudApigeeV1CreditDeveloperBalanceRequest',
  doc: 'What is added to a balance.',
  fields: creditFields,
});

export const creditAppGroupBalanceMessage = defineMessage({
  name: 'GoogleCloudApigeeV1CreditAppGroupBalanceRequest',
  doc: 'What is added to a balance.',
  fields: creditFields,
});

export const adjustDeveloperBalanceMessage = defineMessage({
  name: 'GoogleCloudApigeeV1AdjustDeveloperBalanceRequest',
  doc: 'What is taken from a balance.',
  fields: {
    adjustment: {
      type: moneyMessage,
      doc: 'Taken from the balance; below nothing it gives back, up to what the last credit made it. Required.',
    },
  },
});

export const adjustAppGroupBalanceMessage = defineMessage({
  name: 'GoogleCloudApigeeV1AdjustAppGroupBalanceRequest',
  doc: 'What is taken from a balance.',
  fields: { adjustment: { type: moneyMessage, doc: 'Taken from the balance. Required.' } },
});

export const developerSubscriptionMessage = defineMessage({
  name: 'GoogleCloudApigeeV1DeveloperSubscription',
  doc: "A developer's purchase of a product.",
  fields: {
    name: subscriptionFields.name,
    apiproduct: subscriptionFields.apiproduct,
    startTime: { type: 'int64', doc: 'When it begins, in milliseconds since 1970 UTC; now where it is not said.' },
    endTime: { type: 'int64', doc: 'When it ends, in milliseconds since 1970 UTC; 0: when it is expired.' },
    createdAt: subscriptionFields.createdAt,
    lastModifiedAt: subscriptionFields.lastModifiedAt,
  },
});

export const appGroupSubscriptionMessage = defineMessage({
  name: 'GoogleCloudApigeeV1AppGroupSubscription',
  doc: "An app group's purchase of a product.",
  fields: {
    name: subscriptionFields.name,
    apiproduct: subscriptionFields.apiproduct,
    startTime: { type: 'int64', outputOnly: true, doc: 'When it began, in milliseconds since 1970 UTC.' },
    endTime: { type: 'int64', outputOnly: true, doc: 'When it was expired, in milliseconds since 1970 UTC.' },
    createdAt: subscriptionFields.createdAt,
    lastModifiedAt: subscriptionFields.lastModifiedAt,
  },
});

export const listDeveloperSubscriptionsMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ListDeveloperSubscriptionsResponse',
  doc: "A page of a developer's subscriptions.",
  fields: {
    developerSubscriptions: { type: developerSubscriptionMessage, repeated: true, doc: 'The subscriptions.' },
    nextStartKey: { type: 'string', doc: 'Where the next page begins. None: this is the last one.' },
  },
});

export const listAppGroupSubscriptionsMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ListAppGroupSubscriptionsResponse',
  doc: "A page of an app group's subscriptions.",
  fields: {
    appGroupSubscriptions: { type: appGroupSubscriptionMessage, repeated: true, doc: 'The subscriptions.' },
    nextPageToken: { type: 'string', doc: 'Where the next page begins. None: this is the last one.' },
  },
});

export const expireDeveloperSubscriptionMessage: Message = defineMessage({
  name: 'GoogleCloudApigeeV1ExpireDeveloperSubscriptionRequest',
  doc: 'Nothing: a subscription is expired at once.',
  fields: {},
});

export const expireAppGroupSubscriptionMessage: Message = defineMessage({
  name: 'GoogleCloudApigeeV1ExpireAppGroupSubscriptionRequest',
  doc: 'Nothing: a subscription is expired at once.',
  fields: {},
});
