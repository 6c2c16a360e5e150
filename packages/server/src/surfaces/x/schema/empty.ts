import { defineMessage } from '../message.ts';

export const emptyMessage = defineMessage({
  name: 'GoogleProtobufEmpty',
  doc: 'Nothing. Answered as 204 without a body.',
  fields: {},
});
