import type { Static } from '@sinclair/typebox';
import type { Environment } from '../../domain/environment.ts';
import { getEnvironment, listEnvironments } from '../../operations/environment.ts';
import type { Visit } from '../http/visit.ts';
import { answer, type EdgeRoute, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';

function encodeEnvironment(environment: Environment): Static<typeof schema.environment> {
  return {
    createdAt: environment.createdAt,
    createdBy: environment.createdBy,
    lastModifiedAt: environment.lastModifiedAt,
    lastModifiedBy: environment.lastModifiedBy,
    name: environment.name,
    properties: { property: environment.properties.map(({ name, value }) => ({ name, value })) },
  };
}

const list = visit(async (at) => {
  const environments = await listEnvironments(at.plane, at.call);
  return answer(
    at,
    environments.map(({ name }) => name),
    shape.namesDocument,
  );
});

const get = visit(async (at: Visit<Static<typeof schema.environmentParams>>) => {
  const environment = await getEnvironment(at.plane, at.call, at.params.environment);
  return answer(at, encodeEnvironment(environment), shape.environmentDocument);
});

const collection = '/organizations/:organization/environments';
const tag = 'environments';

export const environmentRoutes: readonly EdgeRoute[] = [
  {
    id: 'edge.environments.list',
    method: 'GET',
    path: collection,
    summary: 'List environments, in order of creation',
    tag,
    status: 200,
    schema: { params: schema.organizationParams, response: schema.answers(200, schema.names) },
    handle: list,
  },
  {
    id: 'edge.environments.get',
    method: 'GET',
    path: `${collection}/:environment`,
    summary: 'Get an environment',
    tag,
    status: 200,
    schema: { params: schema.environmentParams, response: schema.answers(200, schema.environment) },
    handle: get,
  },
];
