import type { DiscoveryMethod } from '../discovery-method.ts';
import { environmentMessage } from '../schema/environment.ts';
import { listOrganizationsMessage, organizationMessage } from '../schema/organization.ts';

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
    resource: {
      name: 'name',
      template: 'organizations/{organizationsId}',
      doc: 'The organization, as organizations/myorg.',
    },
    response: organizationMessage,
  },
];

/** Google has no method that lists environments, although its server answers one (compat/x.md §1.8). */
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
