import {
  type XmlDocument,
  type XmlShape,
  xmlCollection,
  xmlInteger,
  xmlList,
  xmlRecord,
  xmlString,
  xmlTextRecord,
} from './xml-shape.ts';

/**
 * What the nouns of the Edge dialect look like in XML. Developer, attributes, user and roles as clients send them
 * (compat/edge.md §1.3); `<Organization name type>` as the reference pages have it. Where no source shows an
 * answer, the shape follows from the same rule: capitals, `name` as an attribute, a wrapper around equal elements.
 */
export const stamp = {
  createdAt: xmlInteger,
  createdBy: xmlString,
  lastModifiedAt: xmlInteger,
  lastModifiedBy: xmlString,
} as const;

export const attribute = xmlRecord({ elements: { name: xmlString, value: xmlString } });

const developer = xmlRecord({
  elements: {
    apps: xmlList('App', xmlString),
    companies: xmlList('Company', xmlString),
    email: xmlString,
    developerId: xmlString,
    firstName: xmlString,
    lastName: xmlString,
    userName: xmlString,
    organizationName: xmlString,
    status: xmlString,
    attributes: xmlList('Attribute', attribute),
    ...stamp,
  },
});

/** `{"property":[{name,value}]}` as `<Properties><Property name="n">v</Property></Properties>`. */
const properties = xmlCollection('property', xmlTextRecord('value', { name: xmlString }));

const organization = xmlRecord({
  attributes: { name: xmlString, type: xmlString },
  elements: {
    createdAt: stamp.createdAt,
    createdBy: stamp.createdBy,
    displayName: xmlString,
    environments: xmlList('Environment', xmlString),
    lastModifiedAt: stamp.lastModifiedAt,
    lastModifiedBy: stamp.lastModifiedBy,
    properties,
  },
});

const environment = xmlRecord({
  attributes: { name: xmlString },
  elements: { ...stamp, description: xmlString, properties },
});

/** A role as an answer names it, and as a grant does, then with the organization that it is held in. */
const role = xmlRecord({ attributes: { name: xmlString, organization: xmlString } });
const roles = xmlCollection('role', role);

const user = xmlRecord({
  elements: { emailId: xmlString, firstName: xmlString, lastName: xmlString, password: xmlString, roles },
});

/** Ours: no source shows it. As `name` elsewhere, what a permission is known by is an XML attribute. */
const permission = xmlRecord({
  attributes: { organization: xmlString, path: xmlString },
  elements: { permissions: xmlList('Permission', xmlString) },
});

const auditRecord = xmlRecord({
  elements: {
    operation: xmlString,
    request: xmlString,
    requestUri: xmlString,
    responseCode: xmlInteger,
    timeStamp: xmlInteger,
    user: xmlString,
  },
});

const error = xmlRecord({
  elements: { code: xmlString, message: xmlString, contexts: xmlList('Context', xmlString) },
});

/** A document of that root element. */
export function documentOf(root: string, shape: XmlShape): XmlDocument {
  return { root, shape };
}

export const developerDocument = documentOf('Developer', developer);
/** The expanded list, `{"developer":[…]}`. */
export const developersDocument = documentOf('Developers', xmlCollection('developer', developer));
export const attributeDocument = documentOf('Attribute', attribute);
/** `{"attribute":[…]}`. */
export const attributesDocument = documentOf('Attributes', xmlCollection('attribute', attribute));
export const organizationDocument = documentOf('Organization', organization);
export const environmentDocument = documentOf('Environment', environment);
/** A bare array of names: e-mails of developers, organizations, environments, roles, users. */
export const namesDocument = documentOf('List', xmlList('Item', xmlString));
export const userDocument = documentOf('User', user);
export const roleDocument = documentOf('Role', role);
/** `{"role":[…]}`. */
export const rolesDocument = documentOf('Roles', roles);
export const permissionDocument = documentOf('ResourcePermission', permission);
/** `{"resourcePermission":[…]}`. */
export const permissionsDocument = documentOf('ResourcePermissions', xmlCollection('resourcePermission', permission));
/** `{"auditRecord":[…]}`. */
export const auditRecordsDocument = documentOf('AuditRecords', xmlCollection('auditRecord', auditRecord));
/** A bare number. */
export const countDocument = documentOf('Count', xmlInteger);
export const errorDocument = documentOf('Error', error);
