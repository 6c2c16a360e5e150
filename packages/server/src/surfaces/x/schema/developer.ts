import { defineMessage } from '../message.ts';
import { attributeMessage } from './attribute.ts';

/** compat/x.md §1.1, "Developer". */
export const developerMessage = defineMessage({
  name: 'GoogleCloudApigeeV1Developer',
  doc: 'Somebody who registers apps and receives keys for them.',
  fields: {
    email: {
      type: 'string',
      doc: 'Needed. The address that names the developer in the organization; lower case only.',
    },
    firstName: { type: 'string', doc: 'Needed. Given name.' },
    lastName: { type: 'string', doc: 'Needed. Family name.' },
    userName: { type: 'string', doc: 'Needed. A name to sign in with; kept and shown, never used.' },
    attributes: { type: attributeMessage, repeated: true, doc: 'Up to 18 attributes of your own.' },
    apps: { type: 'string', repeated: true, doc: 'Names of the apps that the developer owns, the first 100.' },
    companies: { type: 'string', repeated: true, doc: 'Names of the companies that the developer belongs to.' },
    developerId: { type: 'string', doc: 'A UUID that the server gives. Takes the place of the address in most paths.' },
    organizationName: { type: 'string', outputOnly: true, doc: 'The organization that the developer belongs to.' },
    status: {
      type: 'string',
      outputOnly: true,
      doc: 'Either active or inactive. While inactive, no key of the developer verifies.',
    },
    createdAt: { type: 'int64', outputOnly: true, doc: 'When the developer was made, in milliseconds since 1970 UTC.' },
    lastModifiedAt: {
      type: 'int64',
      outputOnly: true,
      doc: 'When the developer last changed, in milliseconds since 1970 UTC.',
    },
    accessType: { type: 'string', doc: 'Kept and shown, never used.' },
    appFamily: { type: 'string', doc: 'Kept and shown, never used.' },
  },
});

export const listOfDevelopersMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ListOfDevelopersResponse',
  doc: 'A page of developers. Without expansion, each has nothing but its e-mail.',
  fields: {
    developer: { type: developerMessage, repeated: true, doc: 'The developers, ordered by e-mail.' },
  },
});
