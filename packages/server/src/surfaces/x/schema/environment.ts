import { defineEnum, defineMessage } from '../message.ts';
import { propertiesMessage } from './property.ts';

const environmentState = defineEnum({
  STATE_UNSPECIFIED: 'Not said.',
  CREATING: 'Being made.',
  ACTIVE: 'Ready.',
  DELETING: 'Being deleted.',
  UPDATING: 'Being changed.',
});

const deploymentType = defineEnum({
  DEPLOYMENT_TYPE_UNSPECIFIED: 'Not said.',
  PROXY: 'One proxy at a time.',
  ARCHIVE: 'All of them as one archive.',
});

const apiProxyType = defineEnum({
  API_PROXY_TYPE_UNSPECIFIED: 'Not said.',
  PROGRAMMABLE: 'Proxies with policies and code.',
  CONFIGURABLE: 'Proxies from configuration alone.',
});

const environmentType = defineEnum({
  ENVIRONMENT_TYPE_UNSPECIFIED: 'Not said.',
  BASE: 'The smallest.',
  INTERMEDIATE: 'The middle one.',
  COMPREHENSIVE: 'The largest.',
});

const nodeConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1NodeConfig',
  doc: 'How many gateway nodes an environment has.',
  fields: {
    minNodeCount: { type: 'int64', doc: 'At least so many.' },
    maxNodeCount: { type: 'int64', doc: 'At most so many.' },
    currentAggregateNodeCount: { type: 'int64', outputOnly: true, doc: 'So many now.' },
  },
});

const headerIndexAlgorithmMessage = defineMessage({
  name: 'GoogleCloudApigeeV1EnvironmentClientIPResolutionConfigHeaderIndexAlgorithm',
  doc: 'Takes the address of a client from a header that lists addresses.',
  fields: {
    ipHeaderName: { type: 'string', doc: 'Name of the header.' },
    ipHeaderIndex: { type: 'int32', doc: 'Place in the header: from 0 on the left, from -1 on the right.' },
  },
});

const clientIpResolutionConfigMessage = defineMessage({
  name: 'GoogleCloudApigeeV1EnvironmentClientIPResolutionConfig',
  doc: 'How the address of a client is found.',
  fields: {
    headerIndexAlgorithm: { type: headerIndexAlgorithmMessage, doc: 'From a header.' },
  },
});

/** Google's schema; of its members, Claviger keeps name, properties and times. */
export const environmentMessage = defineMessage({
  name: 'GoogleCloudApigeeV1Environment',
  doc: 'Where proxies run, as test and prod.',
  fields: {
    name: { type: 'string', doc: 'The name that paths use.' },
    description: { type: 'string', doc: 'A sentence on what it is for.' },
    createdAt: { type: 'int64', outputOnly: true, doc: 'When it was made, in milliseconds since 1970 UTC.' },
    lastModifiedAt: { type: 'int64', outputOnly: true, doc: 'When it last changed, in milliseconds since 1970 UTC.' },
    properties: { type: propertiesMessage, doc: 'Its settings.' },
    displayName: { type: 'string', doc: 'The name that people read.' },
    state: { type: environmentState, outputOnly: true, doc: 'Whether it can be used yet.' },
    deploymentType: { type: deploymentType, doc: 'How proxies get there.' },
    apiProxyType: { type: apiProxyType, doc: 'Which proxies run there.' },
    nodeConfig: { type: nodeConfigMessage, doc: 'Not used here.' },
    forwardProxyUri: { type: 'string', doc: 'Not used here.' },
    type: { type: environmentType, doc: 'Not used here.' },
    hasAttachedFlowHooks: { type: 'bool', doc: 'Not used here.' },
    clientIpResolutionConfig: { type: clientIpResolutionConfigMessage, doc: 'Not used here.' },
  },
});
