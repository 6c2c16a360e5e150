import type { Environment } from '../../domain/environment.ts';
import type { Property } from '../../domain/organization.ts';
import { getEnvironment, listEnvironments } from '../../operations/environment.ts';
import { getOrganization, listOrganizations, type OrganizationView } from '../../operations/organization.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange, Route } from '../http/route.ts';
import type { Visit } from '../http/visit.ts';
import { nameListSchema } from './json-schema.ts';
import type { MessageOutput } from './message.ts';
import { environmentMethods, organizationMethods } from './method/organization.ts';
import { answer, answerJson, createRoutes, type Handlers, visit, type XRoute } from './route.ts';
import { environmentMessage } from './schema/environment.ts';
import { listOrganizationsMessage, organizationMessage } from './schema/organization.ts';

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

async function list(at: Exchange): Promise<Answer> {
  const organizations = (await listOrganizations(at.plane, at)).map(({ name }) => ({
    organization: name,
    projectId: name,
    projectIds: [name],
  }));
  return answer(at, listOrganizationsMessage, { organizations });
}

const get = visit(async (at) =>
  answer(at, organizationMessage, encodeOrganization(await getOrganization(at.plane, at.call))),
);

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
  'apigee.organizations.environments.get': getOne,
};
