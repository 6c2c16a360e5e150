import { defineEnum, defineMessage } from '../message.ts';
import { addonsConfigMessage } from './addon.ts';
import { propertiesMessage } from './property.ts';

const organizationType = defineEnum({
  TYPE_UNSPECIFIED: 'Not said.',
  TYPE_TRIAL: 'For trying out.',
  TYPE_PAID: 'Paid for.',
  TYPE_INTERNAL: 'For inner use.',
});

const runtimeType = defineEnum({
  RUNTIME_TYPE_UNSPECIFIED: 'Not said.',
  CLOUD: 'Gateways run where the plane runs.',
  HYBRID: 'Gateways are run by the owner of the organization.',
});

const subscriptionType = defineEnum({
  SUBSCRIPTION_TYPE_UNSPECIFIED: 'Not said.',
  PAID: 'Paid for.',
  TRIAL: 'For trying out.',
});

const billingType = defineEnum({
  BILLING_TYPE_UNSPECIFIED: 'Not said.',
  SUBSCRIPTION: 'By subscription.',
  EVALUATION: 'Free, for trying out.',
  PAYG: 'By use.',
});

const subscriptionPlan = defineEnum({
  SUBSCRIPTION_PLAN_UNSPECIFIED: 'Not said.',
  SUBSCRIPTION_2021: 'The plan of 2021.',
  SUBSCRIPTION_2024: 'The plan of 2024.',
});

const organizationState = defineEnum({
  STATE_UNSPECIFIED: 'Not said.',
  CREATING: 'Being made.',
  ACTIVE: 'Ready.',
  DELETING: 'Being deleted.',
  UPDATING: 'Being changed.',
});

/** compat/x.md §1.1, "Organization". Members that Claviger has no use for are known, so that none is refused. */
export const organizationMessage = defineMessage({
  name: 'GoogleCloudApigeeV1Organization',
  doc: 'A tenant: developers, apps, keys and products live in one.',
  fields: {
    name: { type: 'string', outputOnly: true, doc: 'The name that paths use.' },
    displayName: { type: 'string', doc: 'The name that people read.' },
    description: { type: 'string', doc: 'A sentence on what it is for.' },
    customerName: { type: 'string', doc: 'Not used here.' },
    attributes: { type: 'string', repeated: true, doc: 'Not used here.' },
    createdAt: { type: 'int64', outputOnly: true, doc: 'When it was made, in milliseconds since 1970 UTC.' },
    lastModifiedAt: { type: 'int64', outputOnly: true, doc: 'When it last changed, in milliseconds since 1970 UTC.' },
    expiresAt: { type: 'int64', outputOnly: true, doc: 'When it will be deleted, in milliseconds since 1970 UTC.' },
    environments: { type: 'string', repeated: true, outputOnly: true, doc: 'Names of its environments.' },
    properties: { type: propertiesMessage, doc: 'Its settings. Clients read from `features.…` what they may ask for.' },
    type: { type: organizationType, doc: 'Not used here.' },
    analyticsRegion: { type: 'string', deprecated: true, doc: 'Not used here.' },
    authorizedNetwork: { type: 'string', doc: 'Not used here.' },
    disableVpcPeering: { type: 'bool', doc: 'Not used here.' },
    runtimeType: { type: runtimeType, doc: 'Who runs the gateways.' },
    subscriptionType: { type: subscriptionType, outputOnly: true, deprecated: true, doc: 'Not used here.' },
    billingType: { type: billingType, doc: 'Not used here.' },
    addonsConfig: { type: addonsConfigMessage, doc: 'Its add-ons.' },
    caCertificate: { type: 'bytes', outputOnly: true, deprecated: true, doc: 'Not used here.' },
    caCertificates: { type: 'bytes', repeated: true, outputOnly: true, doc: 'Not used here.' },
    runtimeDatabaseEncryptionKeyName: { type: 'string', doc: 'Not used here.' },
    projectId: { type: 'string', outputOnly: true, doc: 'The cloud project that it belongs to.' },
    state: { type: organizationState, outputOnly: true, doc: 'Whether it can be used yet.' },
    portalDisabled: { type: 'bool', doc: 'Whether it goes without a portal.' },
    networkEgressRestricted: { type: 'bool', doc: 'Not used here.' },
    apiConsumerDataEncryptionKeyName: { type: 'string', doc: 'Not used here.' },
    controlPlaneEncryptionKeyName: { type: 'string', doc: 'Not used here.' },
    apiConsumerDataLocation: { type: 'string', doc: 'Not used here.' },
    apigeeProjectId: { type: 'string', outputOnly: true, doc: 'Not used here.' },
    subscriptionPlan: { type: subscriptionPlan, outputOnly: true, doc: 'Not used here.' },
  },
});

export const organizationProjectMappingMessage = defineMessage({
  name: 'GoogleCloudApigeeV1OrganizationProjectMapping',
  doc: 'An organization in a list, with the cloud project that it belongs to.',
  fields: {
    organization: { type: 'string', doc: 'The name that paths use.' },
    projectId: { type: 'string', doc: 'The cloud project that it belongs to.' },
    projectIds: { type: 'string', repeated: true, deprecated: true, doc: 'The same project, as a list of one.' },
    location: { type: 'string', outputOnly: true, doc: 'The region that holds its data.' },
  },
});

export const listOrganizationsMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ListOrganizationsResponse',
  doc: 'The organizations that the caller may enter.',
  fields: {
    organizations: { type: organizationProjectMappingMessage, repeated: true, doc: 'One entry for each.' },
  },
});
