import {
  joinOwners,
  ownerIsThere,
  quoteText,
  selectColumns,
  stampColumns,
  type ViewColumns,
  type ViewScope,
} from './view-scope.ts';

/** Views of API products and of what is paid for them. */

function members(content: string, names: readonly string[], operator: '->' | '->>'): ViewColumns {
  return Object.fromEntries(names.map((name) => [name, `${content} ${operator} '${name}'`]));
}

function lists(content: string, names: readonly string[]): ViewColumns {
  return Object.fromEntries(names.map((name) => [name, `coalesce(${content} -> '${name}', '[]')`]));
}

export function viewProducts(scope: ViewScope): string {
  const texts = (...names: string[]) => members('api_product.content', names, '->>');
  const objects = (...names: string[]) => members('api_product.content', names, '->');
  const { createdAt = '', lastModifiedAt = '', createdBy = '', lastModifiedBy = '' } = stampColumns('api_product');
  const columns: ViewColumns = {
    name: 'api_product.name',
    ...texts('displayName', 'description', 'approvalType'),
    ...lists('api_product.content', ['attributes', 'apiResources', 'environments', 'proxies', 'scopes']),
    ...texts('quota', 'quotaInterval', 'quotaTimeUnit'),
    createdAt,
    lastModifiedAt,
    ...objects('operationGroup', 'graphqlOperationGroup', 'grpcOperationGroup'),
    ...texts('quotaCounterScope'),
    space: 'api_product.space',
    ...objects('llmOperationGroup'),
    ...texts('llmQuota', 'llmQuotaInterval', 'llmQuotaTimeUnit'),
    ...objects('payloadOperationGroup'),
    createdBy,
    lastModifiedBy,
    organizationsId: scope.name,
    apiproductsId: 'api_product.name',
  };
  return selectColumns(columns, `from ${scope.from('api_product')} where ${scope.where('api_product')}`);
}

export function viewRatePlans(scope: ViewScope): string {
  const texts = (...names: string[]) => members('rate_plan.content', names, '->>');
  const objects = (...names: string[]) => members('rate_plan.content', names, '->');
  const columns: ViewColumns = {
    name: 'rate_plan.id',
    apiproduct: 'api_product.name',
    ...texts('displayName', 'description', 'billingPeriod', 'paymentFundingModel', 'currencyCode'),
    ...objects('setupFee', 'fixedRecurringFee'),
    ...texts('fixedFeeFrequency', 'consumptionPricingType'),
    ...lists('rate_plan.content', ['consumptionPricingRates']),
    ...texts('revenueShareType'),
    ...lists('rate_plan.content', ['revenueShareRates']),
    startTime: 'rate_plan.start_time',
    endTime: 'rate_plan.end_time',
    state: `nullif(rate_plan.state, '')`,
    ...stampColumns('rate_plan'),
    organizationsId: scope.name,
    apiproductsId: 'api_product.name',
    rateplansId: 'rate_plan.id',
  };
  const rest = `from ${scope.from('rate_plan')}
    join main.api_product on api_product.id = rate_plan.product_id and ${scope.owns('api_product')}
    where ${scope.where('rate_plan')}`;
  return selectColumns(columns, rest);
}

export function viewSubscriptions(scope: ViewScope): string {
  const columns: ViewColumns = {
    name: 'subscription.id',
    apiproduct: 'subscription.product',
    startTime: 'subscription.start_time',
    endTime: 'subscription.end_time',
    ...stampColumns('subscription'),
    developerId: 'developer.id',
    appGroup: 'company.name',
    organizationsId: scope.name,
    developersId: 'developer.email_key',
    appgroupsId: 'company.name',
    subscriptionsId: 'subscription.id',
  };
  const rest = `from ${scope.from('subscription')} ${joinOwners('subscription', scope)}
    where ${scope.where('subscription')} and ${ownerIsThere}`;
  return selectColumns(columns, rest);
}

interface Owner {
  readonly kind: string;
  readonly table: 'developer' | 'company';
  readonly parameters: ViewColumns;
}

const developer: Owner = {
  kind: 'developer',
  table: 'developer',
  parameters: { developersId: 'developer.email_key' },
};
const company: Owner = { kind: 'company', table: 'company', parameters: { appgroupsId: 'company.name' } };

function fromOwned(table: string, { kind, table: owner }: Owner, scope: ViewScope): string {
  return `from ${scope.from(table)}
    join main.${owner} on ${owner}.id = ${table}.owner_id and ${scope.owns(owner)}
    where ${scope.where(table)} and ${table}.owner_kind = ${quoteText(kind)}`;
}

function viewBalance(owner: Owner): (scope: ViewScope) => string {
  return (scope) => {
    const columns: ViewColumns = {
      balance: `json_object('currencyCode', wallet.currency, 'units', wallet.balance_units, 'nanos', wallet.balance_nanos)`,
      lastCreditTime: 'wallet.last_credit_at',
      currencyCode: 'wallet.currency',
      units: 'cast(wallet.balance_units as integer)',
      nanos: 'wallet.balance_nanos',
      organizationsId: scope.name,
      ...owner.parameters,
    };
    return selectColumns(columns, fromOwned('wallet', owner, scope));
  };
}

function viewMonetizationConfig(owner: Owner): (scope: ViewScope) => string {
  return (scope) => {
    const columns: ViewColumns = {
      billingType: 'monetization_config.billing_type',
      organizationsId: scope.name,
      ...owner.parameters,
    };
    return selectColumns(columns, fromOwned('monetization_config', owner, scope));
  };
}

export const viewDeveloperBalance = viewBalance(developer);
export const viewAppGroupBalance = viewBalance(company);
export const viewDeveloperMonetizationConfig = viewMonetizationConfig(developer);
export const viewAppGroupMonetizationConfig = viewMonetizationConfig(company);
