import { defineMessage } from '../message.ts';

const propertyMessage = defineMessage({
  name: 'GoogleCloudApigeeV1Property',
  doc: 'One setting of an organization or environment.',
  fields: {
    name: { type: 'string', doc: 'What the setting is called.' },
    value: { type: 'string', doc: 'What it is set to.' },
  },
});

export const propertiesMessage = defineMessage({
  name: 'GoogleCloudApigeeV1Properties',
  doc: 'All settings of an organization or environment, in the shape that classic Edge gave them.',
  fields: {
    property: { type: propertyMessage, repeated: true, doc: 'The settings.' },
  },
});
