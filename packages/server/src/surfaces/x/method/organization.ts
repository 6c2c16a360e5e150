import type { DiscoveryMethod, ResourceParameter } from '../discovery-method.ts';
import { environmentMessage } from '../schema/environment.ts';
import {
  listOrganizationsMessage,
  organizationMessage,
  organizationProjectMappingMessage,
} from '../schema/organization.ts';

const organization: ResourceParameter = {
  name: 'name',
  template: 'organizations/{organizationsId}',
  doc: 'The organization, as organizations/myorg.',
};

export const organizationMethods: readonly DiscoveryMethod[] = [
  {
    id: 'apigee.organizations.list',
    httpMethod: 'GET',
    doc: 'Tells of every organization that the caller may enter.',
    resource: { name: 'parent', template: 'organizations', doc: 'The word organizations.' },
    response: listOrganizationsMessage,
  },
  {
    id: 'apigee.organizations.get',
    httpMethod: 'GET',
    doc: 'Tells of one organization: its settings and environments.',
    resource: organization,
    response: organizationMessage,
  },
  {
    id: 'apigee.organizations.getProjectMapping',
    httpMethod: 'GET',
    doc: 'Tells of the cloud project of an organization: here, each is its own.',
    resource: organization,
    suffix: ':getProjectMapping',
    response: organizationProjectMappingMessage,
  },
];

export const environmentMethods: readonly DiscoveryMethod[] = [
  {
    id: 'apigee.organizations.environments.get',
    httpMethod: 'GET',
    doc: 'Tells of one environment.',
    resource: {
      name: 'name',
      template: 'organizations/{organizationsId}/environments/{environmentsId}',
      doc: 'The environment, as organizations/myorg/environments/test.',
    },
    response: environmentMessage,
  },
];
