import { defineEnum, defineMessage } from '../message.ts';
import { moneyMessage } from './money.ts';

const billingPeriod = defineEnum({
  BILLING_PERIOD_UNSPECIFIED: 'Not said.',
  WEEKLY: 'Every week.',
  MONTHLY: 'Every month.',
});

const consumptionPricingType = defineEnum({
  CONSUMPTION_PRICING_TYPE_UNSPECIFIED: 'Not said.',
  FIXED_PER_UNIT: 'Every call costs the same.',
  BANDED: 'A call costs what the range says that its number falls into.',
  TIERED: 'All calls cost what the range of their total says.',
  STAIRSTEP: 'Each range has one price, whatever is used of it.',
});

const revenueShareType = defineEnum({
  REVENUE_SHARE_TYPE_UNSPECIFIED: 'Not said.',
  FIXED: 'Always the same share.',
  VOLUME_BANDED: 'A share that the range of calls says.',
});

const paymentFundingModel = defineEnum({
  PAYMENT_FUNDING_MODEL_UNSPECIFIED: 'Not said.',
  PREPAID: 'Out of a balance.',
  POSTPAID: 'By invoice.',
});

export const ratePlanState = defineEnum({
  STATE_UNSPECIFIED: 'Not said.',
  DRAFT: 'Being written.',
  PUBLISHED: 'To be seen by developers.',
});

const rangeFields = {
  start: { type: 'int64', doc: 'First call of the range.' },
  end: { type: 'int64', doc: 'Last call of the range; 0: there is none.' },
} as const;

const rateRangeMessage = defineMessage({
  name: 'GoogleCloudApigeeV1RateRange',
  doc: 'What calls cost, by their number.',
  fields: { ...rangeFields, fee: { type: moneyMessage, doc: 'What a call costs.' } },
});

const revenueShareRangeMessage = defineMessage({
  name: 'GoogleCloudApigeeV1RevenueShareRange',
  doc: 'What is shared, by the number of calls.',
  fields: { ...rangeFields, sharePercentage: { type: 'double', doc: 'From 0 to 100.' } },
});

/** compat/x.md §1.6. Stored and shown; nothing here charges anybody. */
export const ratePlanMessage = defineMessage({
  name: 'GoogleCloudApigeeV1RatePlan',
  doc: 'The price of a product.',
  fields: {
    name: { type: 'string', outputOnly: true, doc: 'The id that paths use.' },
    apiproduct: { type: 'string', doc: 'Name of the product.' },
    displayName: { type: 'string', doc: 'The name that people read.' },
    description: { type: 'string', doc: 'A sentence on what it is for.' },
    billingPeriod: { type: billingPeriod, doc: 'How often is billed.' },
    paymentFundingModel: { type: paymentFundingModel, deprecated: true, doc: 'How is paid.' },
    currencyCode: { type: 'string', doc: 'Three capital letters, as EUR.' },
    setupFee: { type: moneyMessage, doc: 'What is paid once.' },
    fixedRecurringFee: { type: moneyMessage, doc: 'What is paid again and again.' },
    fixedFeeFrequency: { type: 'int32', doc: 'In how many billing periods it is paid.' },
    consumptionPricingType: { type: consumptionPricingType, doc: 'How calls are charged.' },
    consumptionPricingRates: { type: rateRangeMessage, repeated: true, doc: 'What calls cost.' },
    revenueShareType: { type: revenueShareType, doc: 'How revenue is shared with developers.' },
    revenueShareRates: { type: revenueShareRangeMessage, repeated: true, doc: 'What is shared.' },
    startTime: { type: 'int64', doc: 'When it begins, in milliseconds since 1970 UTC.' },
    endTime: { type: 'int64', doc: 'When it ends, in milliseconds since 1970 UTC; 0: never.' },
    state: { type: ratePlanState, doc: 'Whether developers see it.' },
    createdAt: { type: 'int64', outputOnly: true, doc: 'When it was made, in milliseconds since 1970 UTC.' },
    lastModifiedAt: { type: 'int64', outputOnly: true, doc: 'When it last changed, in milliseconds since 1970 UTC.' },
  },
});

export const listRatePlansMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ListRatePlansResponse',
  doc: 'A page of rate plans. Without expansion, each has nothing but its name.',
  fields: {
    ratePlans: { type: ratePlanMessage, repeated: true, doc: 'The plans.' },
    nextStartKey: { type: 'string', doc: 'Where the next page begins. None: this is the last one.' },
  },
});
