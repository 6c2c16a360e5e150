import type { Environment } from '../../domain/environment.ts';
import type { Organization, Property } from '../../domain/organization.ts';
import { getEnvironment, listEnvironments } from '../../operations/environment.ts';
import { getOrganization, listOrganizations, type OrganizationView } from '../../operations/organization.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange } from '../http/route.ts';
import type { Visit } from '../http/visit.ts';
import type { MessageOutput } from './message.ts';
import { environmentMethods, organizationMethods } from './method/organization.ts';
import { answer, answerJson, createNameListRoute, createRoutes, type Handlers, visit, type XRoute } from './route.ts';
import { environmentMessage } from './schema/environment.ts';
import {
  listOrganizationsMessage,
  organizationMessage,
  organizationProjectMappingMessage,
} from './schema/organization.ts';

/** What X clients look for in an organization before anything else (compat/x.md §1.1, "Organization"). */
const viewProperties: readonly Property[] = [
  { name: 'features.hybrid.enabled', value: 'true' },
  { name: 'features.isCpsEnabled', value: 'true' },
];

/** Stored properties win over those that the view adds. */
function withViewProperties(properties: readonly Property[]): Property[] {
  const stored = new Set(properties.map(({ name }) => name));
  return [...viewProperties.filter(({ name }) => !stored.has(name)), ...properties];
}

function encodeOrganization({
  organization,
  environments,
}: OrganizationView): MessageOutput<typeof organizationMessage> {
  const { name, displayName, createdAt, lastModifiedAt, properties } = organization;
  return {
    name,
    displayName,
    createdAt,
    lastModifiedAt,
    environments,
    properties: { property: withViewProperties(properties) },
    runtimeType: 'HYBRID',
    projectId: name,
    state: 'ACTIVE',
  };
}

function encodeEnvironment(environment: Environment): MessageOutput<typeof environmentMessage> {
  const { name, createdAt, lastModifiedAt, properties } = environment;
  const property = properties.length === 0 ? undefined : { property: properties };
  return { name, displayName: name, createdAt, lastModifiedAt, properties: property, state: 'ACTIVE' };
}

/** There are no cloud projects here: an organization counts as its own. */
function encodeProjectMapping({ name }: Organization): MessageOutput<typeof organizationProjectMappingMessage> {
  return { organization: name, projectId: name, projectIds: [name] };
}

async function list(at: Exchange): Promise<Answer> {
  const organizations = (await listOrganizations(at.plane, at)).map(encodeProjectMapping);
  return answer(at, listOrganizationsMessage, { organizations });
}

const get = visit(async (at) =>
  answer(at, organizationMessage, encodeOrganization(await getOrganization(at.plane, at.call))),
);

const getProjectMapping = visit(async (at) => {
  const { organization } = await getOrganization(at.plane, at.call);
  return answer(at, organizationProjectMappingMessage, encodeProjectMapping(organization));
});

const listNames = visit(async (at) =>
  answerJson(
    at,
    (await listEnvironments(at.plane, at.call)).map(({ name }) => name),
  ),
);

const getOne = visit(async (at: Visit<{ readonly environmentsId: string }>) => {
  const environment = await getEnvironment(at.plane, at.call, at.params.environmentsId);
  return answer(at, environmentMessage, encodeEnvironment(environment));
});

const handlers: Handlers = {
  'apigee.organizations.list': list,
  'apigee.organizations.get': get,
  'apigee.organizations.getProjectMapping': getProjectMapping,
  'apigee.organizations.environments.get': getOne,
};

/** Google has no method that lists environments, although its server answers one: a bare array (compat/x.md §1.8). */
const environmentNames = createNameListRoute(
  {
    id: 'apigee.organizations.environments.list',
    template: 'organizations/{organizationsId}/environments',
    doc: 'Tells the names of the environments.',
  },
  listNames,
);

export const organizationRoutes: readonly XRoute[] = [
  ...createRoutes([...organizationMethods, ...environmentMethods], handlers),
  environmentNames,
];
