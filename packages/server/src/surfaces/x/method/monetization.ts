import type { DiscoveryMethod, QueryParameter, ResourceParameter } from '../discovery-method.ts';
import type { Message } from '../message.ts';
import {
  adjustAppGroupBalanceMessage,
  adjustDeveloperBalanceMessage,
  appGroupBalanceMessage,
  appGroupMonetizationConfigMessage,
  appGroupSubscriptionMessage,
  creditAppGroupBalanceMessage,
  creditDeveloperBalanceMessage,
  developerBalanceMessage,
  developerMonetizationConfigMessage,
  developerSubscriptionMessage,
  expireAppGroupSubscriptionMessage,
  expireDeveloperSubscriptionMessage,
  listAppGroupSubscriptionsMessage,
  listDeveloperSubscriptionsMessage,
} from '../schema/monetization.ts';
import { appGroupTemplate } from './appgroup.ts';

/** Who has a balance, a monetization configuration and subscriptions: the methods are the same ones. */
interface Kind {
  /** e.g. `apigee.organizations.developers` */
  readonly id: string;
  /** e.g. `organizations/{organizationsId}/developers/{developersId}` */
  readonly template: string;
  /** As sentences call one. */
  readonly noun: string;
  /** Path of one, as an example. */
  readonly example: string;
  readonly page: Readonly<Record<string, QueryParameter>>;
  readonly balance: Message;
  readonly credit: Message;
  readonly adjust: Message;
  readonly config: Message;
  readonly subscription: Message;
  readonly list: Message;
  readonly expire: Message;
}

const developers: Kind = {
  id: 'apigee.organizations.developers',
  template: 'organizations/{organizationsId}/developers/{developersId}',
  noun: 'a developer',
  example: 'organizations/myorg/developers/ann@example.com',
  page: {
    count: { type: 'int32', doc: 'How many to answer with, 1 to 1000; 100 where it is not said.' },
    startKey: { type: 'string', doc: 'Name of the first subscription to answer with.' },
  },
  balance: developerBalanceMessage,
  credit: creditDeveloperBalanceMessage,
  adjust: adjustDeveloperBalanceMessage,
  config: developerMonetizationConfigMessage,
  subscription: developerSubscriptionMessage,
  list: listDeveloperSubscriptionsMessage,
  expire: expireDeveloperSubscriptionMessage,
};

const appGroups: Kind = {
  id: 'apigee.organizations.appgroups',
  template: appGroupTemplate,
  noun: 'an app group',
  example: 'organizations/myorg/appgroups/partners',
  page: {
    pageSize: { type: 'int32', doc: 'How many to answer with; 100 where it is absent or 0, and 1000 at most.' },
    pageToken: { type: 'string', doc: 'From the page before. The page begins with the last subscription of that one.' },
  },
  balance: appGroupBalanceMessage,
  credit: creditAppGroupBalanceMessage,
  adjust: adjustAppGroupBalanceMessage,
  config: appGroupMonetizationConfigMessage,
  subscription: appGroupSubscriptionMessage,
  list: listAppGroupSubscriptionsMessage,
  expire: expireAppGroupSubscriptionMessage,
};

function resourceOf({ template, example }: Kind, name: 'name' | 'parent', suffix: string): ResourceParameter {
  const shown = suffix.replace('{subscriptionsId}', '8e5c…');
  return { name, template: `${template}${suffix}`, doc: `What is meant, as ${example}${shown}.` };
}

function balanceMethods(kind: Kind): DiscoveryMethod[] {
  const { id, noun } = kind;
  const resource = resourceOf(kind, 'name', '/balance');
  return [
    {
      id: `${id}.getBalance`,
      httpMethod: 'GET',
      doc: `Tells what ${noun} has left, in each currency.`,
      resource,
      response: kind.balance,
    },
    {
      id: `${id}.balance.credit`,
      httpMethod: 'POST',
      doc: `Adds to the balance of ${noun}, once for each transactionId. Answers with the balance.`,
      resource,
      suffix: ':credit',
      request: kind.credit,
      response: kind.balance,
    },
    {
      id: `${id}.balance.adjust`,
      httpMethod: 'POST',
      doc: `Takes from the balance of ${noun}. Answers with the balance.`,
      resource,
      suffix: ':adjust',
      request: kind.adjust,
      response: kind.balance,
    },
  ];
}

function configMethods(kind: Kind): DiscoveryMethod[] {
  const { id, noun } = kind;
  const resource = resourceOf(kind, 'name', '/monetizationConfig');
  return [
    {
      id: `${id}.getMonetizationConfig`,
      httpMethod: 'GET',
      doc: `Tells how ${noun} pays; nothing where it was never said.`,
      resource,
      response: kind.config,
    },
    {
      id: `${id}.updateMonetizationConfig`,
      httpMethod: 'PUT',
      doc: `Sets how ${noun} pays.`,
      resource,
      request: kind.config,
      response: kind.config,
    },
  ];
}

function subscriptionMethods(kind: Kind): DiscoveryMethod[] {
  const { id, noun } = kind;
  const parent = resourceOf(kind, 'parent', '');
  const resource = resourceOf(kind, 'name', '/subscriptions/{subscriptionsId}');
  return [
    {
      id: `${id}.subscriptions.list`,
      httpMethod: 'GET',
      doc: `Tells of the subscriptions of ${noun}, ended ones too.`,
      resource: parent,
      suffix: '/subscriptions',
      query: kind.page,
      response: kind.list,
    },
    {
      id: `${id}.subscriptions.create`,
      httpMethod: 'POST',
      doc: `Subscribes ${noun} to a product that has a published rate plan.`,
      resource: parent,
      suffix: '/subscriptions',
      request: kind.subscription,
      response: kind.subscription,
    },
    {
      id: `${id}.subscriptions.get`,
      httpMethod: 'GET',
      doc: 'Tells of one subscription.',
      resource,
      response: kind.subscription,
    },
    {
      id: `${id}.subscriptions.expire`,
      httpMethod: 'POST',
      doc: 'Ends a subscription now.',
      resource,
      suffix: ':expire',
      request: kind.expire,
      response: kind.subscription,
    },
  ];
}

function methodsOf(kind: Kind): DiscoveryMethod[] {
  return [...balanceMethods(kind), ...configMethods(kind), ...subscriptionMethods(kind)];
}

export const developerMonetizationMethods: readonly DiscoveryMethod[] = methodsOf(developers);
export const appGroupMonetizationMethods: readonly DiscoveryMethod[] = methodsOf(appGroups);
