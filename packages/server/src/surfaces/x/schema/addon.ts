import { defineEnum, defineMessage } from '../message.ts';

/** Add-ons that an Apigee organization can have. Clients read from them what they may ask for. */

const advancedApiOpsConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1AdvancedApiOpsConfig',
  doc: 'State of the operations add-on.',
  fields: { enabled: { type: 'bool', doc: 'Whether it is on.' } },
});

const integrationConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1IntegrationConfig',
  doc: 'State of the integration add-on.',
  fields: { enabled: { type: 'bool', doc: 'Whether it is on.' } },
});

const monetizationConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1MonetizationConfig',
  doc: 'State of the monetization add-on.',
  fields: { enabled: { type: 'bool', doc: 'Whether it is on.' } },
});

const connectorsPlatformConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ConnectorsPlatformConfig',
  doc: 'State of the connectors add-on.',
  fields: {
    enabled: { type: 'bool', doc: 'Whether it is on.' },
    expiresAt: { type: 'int64', outputOnly: true, doc: 'When it ends, in milliseconds since 1970 UTC.' },
  },
});

const apiSecurityConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1ApiSecurityConfig',
  doc: 'State of the API security add-on.',
  fields: {
    enabled: { type: 'bool', doc: 'Whether it is on.' },
    expiresAt: { type: 'int64', outputOnly: true, doc: 'When it ends, in milliseconds since 1970 UTC.' },
  },
});

const analyticsConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1AnalyticsConfig',
  doc: 'State of the analytics add-on of an environment.',
  fields: {
    enabled: { type: 'bool', doc: 'Whether it is on.' },
    expireTimeMillis: { type: 'int64', outputOnly: true, doc: 'When it ends, in milliseconds since 1970 UTC.' },
    state: {
      type: defineEnum({
        ADDON_STATE_UNSPECIFIED: 'Not said.',
        ENABLING: 'Being turned on.',
        ENABLED: 'On.',
        DISABLING: 'Being turned off.',
        DISABLED: 'Off.',
      }),
      outputOnly: true,
      doc: 'Where it is between on and off.',
    },
    updateTime: { type: 'timestamp', outputOnly: true, doc: 'When it last changed.' },
  },
});

export const addonsConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1AddonsConfig',
  doc: 'Which add-ons an organization has.',
  fields: {
    advancedApiOpsConfig: { type: advancedApiOpsConfigMessage, doc: 'The operations add-on.' },
    integrationConfig: { type: integrationConfigMessage, doc: 'The integration add-on.' },
    monetizationConfig: { type: monetizationConfigMessage, doc: 'The monetization add-on.' },
    connectorsPlatformConfig: { type: connectorsPlatformConfigMessage, doc: 'The connectors add-on.' },
    apiSecurityConfig: { type: apiSecurityConfigMessage, doc: 'The API security add-on.' },
    analyticsConfig: { type: analyticsConfigMessage, doc: 'The analytics add-on; of environments only.' },
  },
});
