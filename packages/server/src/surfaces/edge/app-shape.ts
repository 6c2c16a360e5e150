import { attribute, documentOf, stamp } from './shape.ts';
import { xmlCollection, xmlInteger, xmlList, xmlRecord, xmlString } from './xml-shape.ts';

/**
 * Apps and credentials in XML: `<App name>` and `<CredentialRequest>` as clients send them (compat/edge.md §1.3), the
 * rest by the same rule.
 */
const names = xmlList('ApiProduct', xmlString);
const attributes = xmlList('Attribute', attribute);
const scopes = xmlList('Scope', xmlString);

const credential = xmlRecord({
  elements: {
    apiProducts: xmlList('ApiProduct', xmlRecord({ elements: { apiproduct: xmlString, status: xmlString } })),
    attributes,
    consumerKey: xmlString,
    consumerSecret: xmlString,
    expiresAt: xmlInteger,
    issuedAt: xmlInteger,
    scopes,
    status: xmlString,
  },
});

const app = xmlRecord({
  attributes: { name: xmlString },
  elements: {
    appFamily: xmlString,
    appId: xmlString,
    attributes,
    callbackUrl: xmlString,
    companyName: xmlString,
    createdAt: stamp.createdAt,
    createdBy: stamp.createdBy,
    credentials: xmlList('Credential', credential),
    developerId: xmlString,
    lastModifiedAt: stamp.lastModifiedAt,
    lastModifiedBy: stamp.lastModifiedBy,
    scopes,
    status: xmlString,
  },
});

export const appDocument = documentOf('App', app);
/** The expanded list, `{"app":[…]}`. */
export const appsDocument = documentOf('Apps', xmlCollection('app', app));
export const credentialDocument = documentOf('Credential', credential);

/** A body on an app. */
export const appDraftDocument = documentOf(
  'App',
  xmlRecord({
    attributes: { name: xmlString },
    elements: {
      apiProducts: names,
      appFamily: xmlString,
      attributes,
      callbackUrl: xmlString,
      keyExpiresIn: xmlInteger,
      scopes,
      status: xmlString,
    },
  }),
);

/** A body on a key, to import one or to change one. */
export const credentialDraftDocument = documentOf(
  'CredentialRequest',
  xmlRecord({
    elements: {
      apiProducts: names,
      attributes,
      consumerKey: xmlString,
      consumerSecret: xmlString,
      expiresInSeconds: xmlInteger,
      scopes,
    },
  }),
);
