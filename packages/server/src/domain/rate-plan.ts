import type { Authorship } from './developer.ts';
import { type Money, type MoneyDraft, parseCurrency, parseMoney } from './money.ts';
import { Problem } from './problem.ts';
import { type Stamp, stampChanged, stampNew } from './stamp.ts';
import { parseText } from './text.ts';

export const ratePlanStates = ['DRAFT', 'PUBLISHED'] as const;
export type RatePlanState = (typeof ratePlanStates)[number];

export const billingPeriods = ['WEEKLY', 'MONTHLY'] as const;
export const consumptionPricingTypes = ['FIXED_PER_UNIT', 'BANDED', 'TIERED', 'STAIRSTEP'] as const;
export const revenueShareTypes = ['FIXED', 'VOLUME_BANDED'] as const;
export const paymentFundingModels = ['PREPAID', 'POSTPAID'] as const;

/** What lists can be ordered by. The name of a plan is its id. */
export const ratePlanOrders = ['name', 'state', 'startTime', 'endTime'] as const;
export type RatePlanOrder = (typeof ratePlanOrders)[number];

/** `end` of 0: no end. */
interface Range {
  readonly start: number;
  readonly end: number;
}

export interface RateRange extends Range {
  readonly fee: Money | undefined;
}

export interface RevenueShareRange extends Range {
  readonly sharePercentage: number;
}

/** The price of a product: stored and shown, not charged (compat/x.md §1.6). */
export interface RatePlanProfile {
  readonly displayName: string | undefined;
  readonly description: string | undefined;
  readonly state: RatePlanState | undefined;
  readonly billingPeriod: (typeof billingPeriods)[number] | undefined;
  readonly paymentFundingModel: (typeof paymentFundingModels)[number] | undefined;
  readonly currencyCode: string | undefined;
  readonly setupFee: Money | undefined;
  readonly fixedRecurringFee: Money | undefined;
  readonly fixedFeeFrequency: number;
  readonly consumptionPricingType: (typeof consumptionPricingTypes)[number] | undefined;
  readonly consumptionPricingRates: readonly RateRange[];
  readonly revenueShareType: (typeof revenueShareTypes)[number] | undefined;
  readonly revenueShareRates: readonly RevenueShareRange[];
  /** Milliseconds since 1970 UTC; 0: not said. */
  readonly startTime: number;
  /** Milliseconds since 1970 UTC; 0: never. */
  readonly endTime: number;
}

export interface RatePlan extends RatePlanProfile, Stamp {
  /** A UUIDv4, which is its name too. */
  readonly id: string;
  readonly organizationId: string;
  readonly productId: string;
}

/** A plan with the name of what it prices. */
export interface PlanOfProduct {
  readonly plan: RatePlan;
  readonly productName: string;
}

interface RangeDraft {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

export interface RatePlanDraft {
  readonly apiproduct?: string | undefined;
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  readonly state?: string | undefined;
  readonly billingPeriod?: string | undefined;
  readonly paymentFundingModel?: string | undefined;
  readonly currencyCode?: string | undefined;
  readonly setupFee?: MoneyDraft | undefined;
  readonly fixedRecurringFee?: MoneyDraft | undefined;
  readonly fixedFeeFrequency?: number | undefined;
  readonly consumptionPricingType?: string | undefined;
  readonly consumptionPricingRates?: readonly (RangeDraft & { readonly fee?: MoneyDraft | undefined })[] | undefined;
  readonly revenueShareType?: string | undefined;
  readonly revenueShareRates?: readonly (RangeDraft & { readonly sharePercentage?: number | undefined })[] | undefined;
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
}

const rangesMax = 100;
const textLengthMax = 4096;
/** 9999-12-31, as for keys. */
const momentMax = 253_402_300_799_999;

/** @throws Problem request.invalid, request.missing */
export function parseRatePlanProfile(draft: RatePlanDraft): RatePlanProfile {
  const startTime = parseWhole(draft.startTime, 'startTime', momentMax);
  const endTime = parseWhole(draft.endTime, 'endTime', momentMax);
  if (endTime !== 0 && endTime <= startTime) {
    throw new Problem('request.invalid', { field: 'endTime', reason: 'is not after startTime' });
  }
  return {
    displayName: parseOptional(draft.displayName, 'displayName'),
    description: parseOptional(draft.description, 'description'),
    state: parseChoice(draft.state, 'state', ratePlanStates),
    billingPeriod: parseChoice(draft.billingPeriod, 'billingPeriod', billingPeriods),
    paymentFundingModel: parseChoice(draft.paymentFundingModel, 'paymentFundingModel', paymentFundingModels),
    currencyCode: draft.currencyCode ? parseCurrency(draft.currencyCode, 'currencyCode') : undefined,
    setupFee: draft.setupFee && parseMoney(draft.setupFee, 'setupFee'),
    fixedRecurringFee: draft.fixedRecurringFee && parseMoney(draft.fixedRecurringFee, 'fixedRecurringFee'),
    fixedFeeFrequency: parseWhole(draft.fixedFeeFrequency, 'fixedFeeFrequency', 2 ** 31 - 1),
    consumptionPricingType: parseChoice(
      draft.consumptionPricingType,
      'consumptionPricingType',
      consumptionPricingTypes,
    ),
    consumptionPricingRates: parseRanges(
      draft.consumptionPricingRates,
      'consumptionPricingRates',
      ({ fee }, field) => ({
        fee: fee && parseMoney(fee, `${field}.fee`),
      }),
    ),
    revenueShareType: parseChoice(draft.revenueShareType, 'revenueShareType', revenueShareTypes),
    revenueShareRates: parseRanges(draft.revenueShareRates, 'revenueShareRates', ({ sharePercentage }, field) => ({
      sharePercentage: parsePercentage(sharePercentage ?? 0, `${field}.sharePercentage`),
    })),
    startTime,
    endTime,
  };
}

/** Absent or unspecified: all. @throws Problem request.invalid */
export function parseRatePlanState(value: string | undefined): RatePlanState | undefined {
  return parseChoice(value, 'state', ratePlanStates);
}

/** @throws Problem request.invalid */
export function parseRatePlanOrder(value: string | undefined): RatePlanOrder {
  return parseChoice(value, 'orderBy', ratePlanOrders) ?? 'name';
}

export function createRatePlanFrom(
  profile: RatePlanProfile,
  identity: { readonly id: string; readonly organizationId: string; readonly productId: string },
  { at, by }: Authorship,
): RatePlan {
  return { ...profile, ...identity, ...stampNew(at, by) };
}

export function replaceRatePlanProfile(plan: RatePlan, profile: RatePlanProfile, { at, by }: Authorship): RatePlan {
  return { ...plan, ...profile, ...stampChanged(plan, at, by) };
}

/** The unspecified value of an enumeration counts as absent. */
function parseChoice<const T extends string>(
  value: string | undefined,
  field: string,
  choices: readonly T[],
): T | undefined {
  if (value === undefined || value === '' || value.endsWith('_UNSPECIFIED')) return undefined;
  const choice = choices.find((known) => known === value);
  if (choice !== undefined) return choice;
  throw new Problem('request.invalid', { field, reason: `has to be one of ${choices.join(', ')}` });
}

function parseOptional(value: string | undefined, field: string): string | undefined {
  if (value === undefined || value === '') return undefined;
  return parseText(value, { field, lengthMax: textLengthMax });
}

function parseWhole(value: number | undefined, field: string, max: number): number {
  if (value === undefined) return 0;
  if (Number.isSafeInteger(value) && value >= 0 && value <= max) return value;
  throw new Problem('request.invalid', { field, reason: `has to be a whole number from 0 to ${max}` });
}

function parsePercentage(value: number, field: string): number {
  if (value >= 0 && value <= 100) return value;
  throw new Problem('request.invalid', { field, reason: 'is not from 0 to 100' });
}

function parseRanges<Draft extends RangeDraft, Rest extends object>(
  drafts: readonly Draft[] | undefined,
  list: string,
  parse: (draft: Draft, field: string) => Rest,
): (Range & Rest)[] {
  if (drafts === undefined) return [];
  if (drafts.length > rangesMax) {
    throw new Problem('request.invalid', { field: list, reason: `takes at most ${rangesMax}` });
  }
  return drafts.map((draft, index) => {
    const field = `${list}[${index}]`;
    const start = parseWhole(draft.start, `${field}.start`, Number.MAX_SAFE_INTEGER);
    const end = parseWhole(draft.end, `${field}.end`, Number.MAX_SAFE_INTEGER);
    if (end !== 0 && end < start) {
      throw new Problem('request.invalid', { field: `${field}.end`, reason: 'is before start' });
    }
    return { start, end, ...parse(draft, field) };
  });
}
