import { defineMessage } from '../message.ts';

export const attributeMessage = defineMessage({
  name: 'GoogleCloudApigeeV1Attribute',
  doc: 'A name and a value that a client hangs on an entity.',
  fields: {
    name: { type: 'string', doc: 'What the attribute is called. Unique on its entity.' },
    value: { type: 'string', doc: 'What it holds.' },
  },
});

export const attributesMessage = defineMessage({
  name: 'GoogleCloudApigeeV1Attributes',
  doc: 'All attributes of an entity.',
  fields: {
    attribute: { type: attributeMessage, repeated: true, doc: 'The attributes, in the order in which they were set.' },
  },
});
