import { defineMessage } from '../message.ts';

export const moneyMessage = defineMessage({
  name: 'GoogleTypeMoney',
  doc: 'An amount.',
  fields: {
    currencyCode: { type: 'string', doc: 'Three capital letters, as EUR.' },
    units: { type: 'wideInt64', doc: 'Whole units.' },
    nanos: { type: 'int32', doc: 'Billionths of a unit, of the same sign.' },
  },
});
