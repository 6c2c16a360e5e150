import type { BulkApiProduct, BulkRatePlan } from '../../domain/bulk-record.ts';
import { readAttributes, readStamp } from './entity.ts';
import type { Reader } from './member.ts';

const texts = [
  'displayName',
  'description',
  'approvalType',
  'quota',
  'quotaInterval',
  'quotaTimeUnit',
  'quotaCounterScope',
  'llmQuota',
  'llmQuotaInterval',
  'llmQuotaTimeUnit',
  'space',
] as const;
const groups = [
  'operationGroup',
  'graphqlOperationGroup',
  'grpcOperationGroup',
  'llmOperationGroup',
  'payloadOperationGroup',
] as const;

/** An operation group is handed on as it is; the import says where one is wrong. */
export function readProduct(entry: Reader): BulkApiProduct {
  const name = entry.text('name');
  const product = entry.named(`API product ${name}`);
  return {
    kind: 'apiProduct',
    name,
    ...Object.fromEntries(texts.map((member) => [member, readSetText(product, member)])),
    attributes: readAttributes(product),
    apiResources: product.texts('apiResources'),
    environments: product.texts('environments'),
    proxies: product.texts('proxies'),
    scopes: product.texts('scopes'),
    ...Object.fromEntries(groups.map((member) => [member, withoutNulls(product.value(member))])),
    ...readStamp(product),
  };
}

/** Edge's console leaves quotas of the text `null` behind (compat/edge.md §6). */
function readSetText(product: Reader, member: (typeof texts)[number]): string | undefined {
  const text = product.optionalText(member);
  return text === 'null' && member.toLowerCase().includes('quota') ? undefined : text;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

const planTexts = [
  'displayName',
  'description',
  'state',
  'billingPeriod',
  'paymentFundingModel',
  'currencyCode',
  'consumptionPricingType',
  'revenueShareType',
] as const;

export function readRatePlan(entry: Reader): BulkRatePlan {
  const id = entry.text('name');
  const plan = entry.named(`rate plan ${id}`);
  return {
    kind: 'ratePlan',
    id,
    apiProduct: plan.text('apiproduct'),
    ...Object.fromEntries(planTexts.map((member) => [member, plan.optionalText(member)])),
    setupFee: readMoney(plan, 'setupFee'),
    fixedRecurringFee: readMoney(plan, 'fixedRecurringFee'),
    fixedFeeFrequency: plan.whole('fixedFeeFrequency'),
    consumptionPricingRates: plan.readers('consumptionPricingRates').map((rate) => ({
      ...readRange(rate),
      fee: readMoney(rate, 'fee'),
    })),
    revenueShareRates: plan.readers('revenueShareRates').map((rate) => ({
      ...readRange(rate),
      sharePercentage: rate.number('sharePercentage') ?? 0,
    })),
    startTime: readTime(plan, 'startTime'),
    endTime: readTime(plan, 'endTime'),
    ...readStamp(plan),
  };
}

function readRange(rate: Reader): { start: number; end: number } {
  return { start: rate.whole('start') ?? 0, end: rate.whole('end') ?? 0 };
}

function readMoney(plan: Reader, member: string) {
  if (!plan.has(member)) return undefined;
  const money = plan.reader(member);
  return {
    currencyCode: money.text('currencyCode'),
    units: money.wideWhole('units') ?? '0',
    nanos: money.whole('nanos') ?? 0,
  };
}

/** 0: not said. */
function readTime(plan: Reader, member: string): string | undefined {
  const milliseconds = plan.moment(member) ?? 0;
  return milliseconds === 0 ? undefined : new Date(milliseconds).toISOString();
}
