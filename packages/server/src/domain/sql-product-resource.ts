import {
  apiproductsId,
  appgroupsId,
  attributes,
  created,
  developersId,
  integer,
  json,
  lastModified,
  moment,
  organizationsId,
  parameter,
  stamps,
  text,
} from './sql-column.ts';
import type { SqlColumn, SqlResource } from './sql-resource.ts';

/** API products, their prices, and what developers and app groups pay. */

const apiproducts: SqlResource = {
  name: 'apiproducts',
  aliases: ['organizations_apiproducts'],
  description: 'A bundle of APIs that keys are given for.',
  columns: [
    text('name', 'The name that paths use.'),
    text('displayName', 'The name that people read.'),
    text('description', 'A sentence on what it is for.'),
    text('approvalType', 'Whether a key may use it at once: auto or manual.'),
    attributes,
    json('apiResources', 'Paths.'),
    json('environments', 'Names of environments. None: all.'),
    json('proxies', 'Names of proxies.'),
    json('scopes', 'OAuth scopes that it offers.'),
    text('quota', 'Calls that an app may make in the interval.'),
    text('quotaInterval', 'The interval in time units.'),
    text('quotaTimeUnit', 'Either second, minute, hour, day, week or month.'),
    created,
    lastModified,
    json('operationGroup', 'Operations by path and method.'),
    json('graphqlOperationGroup', 'GraphQL operations.'),
    json('grpcOperationGroup', 'gRPC operations.'),
    text('quotaCounterScope', 'Which operations count together.'),
    text('space', 'The space that it is in. None: the organization itself.'),
    json('llmOperationGroup', 'Uses of language models.'),
    text('llmQuota', 'Tokens that an app may use in the interval.'),
    text('llmQuotaInterval', 'The interval of the tokens in time units.'),
    text('llmQuotaTimeUnit', 'Either second, minute, hour, day, week or month.'),
    json('payloadOperationGroup', 'Operations that bodies name.'),
    ...stamps.slice(2),
    organizationsId,
    apiproductsId,
  ],
  key: ['organizationsId', 'apiproductsId'],
  paths: [['apiproducts']],
};

const rateplans: SqlResource = {
  name: 'rateplans',
  aliases: ['organizations_apiproducts_rateplans'],
  description: 'The price of a product.',
  columns: [
    text('name', 'The id that paths use.'),
    text('apiproduct', 'Name of the product.'),
    text('displayName', 'The name that people read.'),
    text('description', 'A sentence on what it is for.'),
    text('billingPeriod', 'How often is billed.'),
    text('paymentFundingModel', 'How is paid.'),
    text('currencyCode', 'Three capital letters, as EUR.'),
    json('setupFee', 'What is paid once: `{"currencyCode", "units", "nanos"}`.'),
    json('fixedRecurringFee', 'What is paid again and again.'),
    integer('fixedFeeFrequency', 'In how many billing periods it is paid.'),
    text('consumptionPricingType', 'How calls are charged.'),
    json('consumptionPricingRates', 'What calls cost.'),
    text('revenueShareType', 'How revenue is shared with developers.'),
    json('revenueShareRates', 'What is shared.'),
    moment('startTime', 'When it begins'),
    integer('endTime', 'When it ends, in milliseconds since 1970 UTC; 0: never.'),
    text('state', 'Whether developers see it: DRAFT or PUBLISHED.'),
    ...stamps,
    organizationsId,
    apiproductsId,
    parameter('rateplansId', 'The id that paths use.'),
  ],
  key: ['organizationsId', 'rateplansId'],
  paths: [['apiproducts']],
};

const subscriptions: SqlResource = {
  name: 'subscriptions',
  aliases: ['organizations_developers_subscriptions', 'organizations_appgroups_subscriptions'],
  description: 'The purchase of a product by a developer or an app group.',
  columns: [
    text('name', 'The id that paths use.'),
    text('apiproduct', 'Name of the product.'),
    moment('startTime', 'When it begins'),
    integer('endTime', 'When it ends, in milliseconds since 1970 UTC; 0: when it is expired.'),
    ...stamps,
    text('developerId', 'UUID of the developer.'),
    text('appGroup', 'Name of the app group.'),
    organizationsId,
    developersId,
    appgroupsId,
    parameter('subscriptionsId', 'The id that paths use.'),
  ],
  key: ['organizationsId', 'subscriptionsId'],
  paths: [['developers'], ['companies']],
};

interface Owner {
  /** As in StackQL's names. */
  readonly name: 'developers' | 'appgroups';
  readonly noun: string;
  readonly parameter: SqlColumn;
  readonly path: string;
}

const owners: readonly Owner[] = [
  { name: 'developers', noun: 'a developer', parameter: developersId, path: 'developers' },
  { name: 'appgroups', noun: 'an app group', parameter: appgroupsId, path: 'companies' },
];

function balanceOf({ name, noun, parameter: id, path }: Owner): SqlResource {
  return {
    name: `${name}_balance`,
    aliases: [`organizations_${name}_balance`],
    description: `What ${noun} has left: a row for each currency.`,
    columns: [
      json('balance', 'What is left: `{"currencyCode", "units", "nanos"}`.'),
      moment('lastCreditTime', 'When was last credited'),
      text('currencyCode', 'Three capital letters, as EUR.'),
      integer('units', 'Whole units of what is left.'),
      integer('nanos', 'Billionths of a unit, of the same sign.'),
      organizationsId,
      id,
    ],
    key: ['organizationsId', id.name, 'currencyCode'],
    paths: [[path]],
  };
}

function monetizationConfigOf({ name, noun, parameter: id, path }: Owner): SqlResource {
  return {
    name: `${name}_monetization_config`,
    aliases: [`organizations_${name}_monetization_config`],
    description: `How ${noun} pays.`,
    columns: [text('billingType', 'Either PREPAID or POSTPAID.'), organizationsId, id],
    key: ['organizationsId', id.name],
    paths: [[path]],
  };
}

export const productResources: readonly SqlResource[] = [
  apiproducts,
  rateplans,
  subscriptions,
  ...owners.map(balanceOf),
  ...owners.map(monetizationConfigOf),
];
