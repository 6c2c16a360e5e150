import { attribute, documentOf, stamp } from './shape.ts';
import { xmlCollection, xmlList, xmlRecord, xmlString } from './xml-shape.ts';

/** `<Company name>` as clients send it (compat/edge.md §1.3). */
const company = xmlRecord({
  attributes: { name: xmlString },
  elements: {
    apps: xmlList('App', xmlString),
    displayName: xmlString,
    status: xmlString,
    attributes: xmlList('Attribute', attribute),
    ...stamp,
  },
});

export const companyDocument = documentOf('Company', company);
/** The expanded list, `{"company":[…]}`. */
export const companiesDocument = documentOf('Companies', xmlCollection('company', company));
/** `{"developer":[…]}`, with nothing of a developer but what makes him a member. */
export const companyMembersDocument = documentOf(
  'Developers',
  xmlCollection('developer', xmlRecord({ elements: { email: xmlString, role: xmlString } })),
);
