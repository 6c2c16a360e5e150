import type { CreditDraft, Wallet } from '../../domain/balance.ts';
import type { MoneyDraft } from '../../domain/money.ts';
import type { Subscription, SubscriptionDraft } from '../../domain/subscription.ts';
import type { AppOwnerRef } from '../../operations/app-owner.ts';
import { adjustBalance, creditBalance, getBalance } from '../../operations/balance.ts';
import { findMonetizationConfig, updateMonetizationConfig } from '../../operations/monetization-config.ts';
import type { TokenQuery } from '../../operations/page-token.ts';
import {
  createSubscription,
  expireSubscription,
  getSubscription,
  listSubscriptions,
  pageSubscriptions,
  type SubscriptionListQuery,
} from '../../operations/subscription.ts';
import type { Answer } from '../http/answer.ts';
import type { Visit } from '../http/visit.ts';
import type { MessageOutput } from './message.ts';
import { appGroupMonetizationMethods, developerMonetizationMethods } from './method/monetization.ts';
import { segmentNames } from './path-segment.ts';
import { answer, createRoutes, type Handlers, tolerateSlash, visit, type XRoute } from './route.ts';
import {
  appGroupBalanceMessage,
  appGroupMonetizationConfigMessage,
  appGroupSubscriptionMessage,
  developerBalanceMessage,
  developerMonetizationConfigMessage,
  developerSubscriptionMessage,
  listAppGroupSubscriptionsMessage,
  listDeveloperSubscriptionsMessage,
} from './schema/monetization.ts';

/** What a path of a developer's, or of an app group's, names. */
type Params = { readonly developersId: string } | { readonly appgroupsId: string };
type One = Params & { readonly subscriptionsId: string };

interface ConfigBody {
  readonly billingType?: string | undefined;
}

interface AdjustBody {
  readonly adjustment?: MoneyDraft | undefined;
}

/** Developers and app groups have the same messages under two names. */
interface Messages {
  readonly balance: typeof developerBalanceMessage | typeof appGroupBalanceMessage;
  readonly config: typeof developerMonetizationConfigMessage | typeof appGroupMonetizationConfigMessage;
  readonly subscription: typeof developerSubscriptionMessage | typeof appGroupSubscriptionMessage;
}

function ownerOf({ params }: { readonly params: Params }): AppOwnerRef {
  return 'developersId' in params
    ? { kind: 'developer', ref: segmentNames(params.developersId) }
    : { kind: 'company', ref: segmentNames(params.appgroupsId) };
}

function encodeWallets(wallets: readonly Wallet[]): MessageOutput<typeof developerBalanceMessage> {
  return { wallets: wallets.map(({ balance, lastCreditAt }) => ({ balance, lastCreditTime: lastCreditAt })) };
}

function encodeSubscription(subscription: Subscription): MessageOutput<typeof developerSubscriptionMessage> {
  return { ...subscription, name: subscription.id, apiproduct: subscription.productName };
}

/** What has one name for both, beneath `id`. */
function sharedHandlers(id: string, { balance, config, subscription }: Messages): Handlers {
  const told = (at: Visit, wallets: readonly Wallet[]): Answer => answer(at, balance, encodeWallets(wallets));
  const shown = (at: Visit, one: Subscription): Answer => answer(at, subscription, encodeSubscription(one));
  return {
    [`${id}.getBalance`]: visit(async (at: Visit<Params>) =>
      told(at, await getBalance(at.plane, at.call, ownerOf(at))),
    ),
    [`${id}.balance.credit`]: visit(async (at: Visit<Params, unknown, CreditDraft>) =>
      told(at, await creditBalance(at.plane, at.call, ownerOf(at), at.body)),
    ),
    [`${id}.balance.adjust`]: visit(async (at: Visit<Params, unknown, AdjustBody>) =>
      told(at, await adjustBalance(at.plane, at.call, ownerOf(at), at.body.adjustment)),
    ),
    [`${id}.getMonetizationConfig`]: visit(async (at: Visit<Params>) =>
      answer(at, config, { billingType: (await findMonetizationConfig(at.plane, at.call, ownerOf(at)))?.billingType }),
    ),
    [`${id}.updateMonetizationConfig`]: visit(async (at: Visit<Params, unknown, ConfigBody>) =>
      answer(at, config, await updateMonetizationConfig(at.plane, at.call, ownerOf(at), at.body)),
    ),
    [`${id}.subscriptions.create`]: visit(async (at: Visit<Params, unknown, SubscriptionDraft>) =>
      shown(at, await createSubscription(at.plane, at.call, ownerOf(at), at.body)),
    ),
    [`${id}.subscriptions.get`]: visit(async (at: Visit<One>) =>
      shown(at, await getSubscription(at.plane, at.call, { owner: ownerOf(at), id: at.params.subscriptionsId })),
    ),
    [`${id}.subscriptions.expire`]: visit(async (at: Visit<One>) =>
      shown(at, await expireSubscription(at.plane, at.call, { owner: ownerOf(at), id: at.params.subscriptionsId })),
    ),
  };
}

const listOfDeveloper = visit(async (at: Visit<Params, SubscriptionListQuery>) => {
  const { subscriptions, nextStartKey } = await listSubscriptions(at.plane, at.call, ownerOf(at), at.query);
  const developerSubscriptions = subscriptions.map(encodeSubscription);
  return answer(at, listDeveloperSubscriptionsMessage, { developerSubscriptions, nextStartKey });
});

const listOfAppGroup = visit(async (at: Visit<Params, TokenQuery>) => {
  const { items, nextPageToken } = await pageSubscriptions(at.plane, at.call, ownerOf(at), at.query);
  const appGroupSubscriptions = items.map(encodeSubscription);
  return answer(at, listAppGroupSubscriptionsMessage, { appGroupSubscriptions, nextPageToken });
});

const developerHandlers: Handlers = {
  ...sharedHandlers('apigee.organizations.developers', {
    balance: developerBalanceMessage,
    config: developerMonetizationConfigMessage,
    subscription: developerSubscriptionMessage,
  }),
  'apigee.organizations.developers.subscriptions.list': listOfDeveloper,
};

const appGroupHandlers: Handlers = {
  ...sharedHandlers('apigee.organizations.appgroups', {
    balance: appGroupBalanceMessage,
    config: appGroupMonetizationConfigMessage,
    subscription: appGroupSubscriptionMessage,
  }),
  'apigee.organizations.appgroups.subscriptions.list': listOfAppGroup,
};

const routes = [
  ...createRoutes(developerMonetizationMethods, developerHandlers),
  ...createRoutes(appGroupMonetizationMethods, appGroupHandlers),
];

/** apigeecli writes a slash before `:expire`, and before no other verb here (compat/x.md §1.8). */
export const monetizationRoutes: readonly XRoute[] = [
  ...routes,
  ...tolerateSlash(routes.filter(({ id }) => id.endsWith('.subscriptions.expire'))),
];
