import { type Static, Type } from '@sinclair/typebox';
import type { Environment } from '../../domain/environment.ts';
import {
  createEnvironment,
  deleteEnvironment,
  getEnvironment,
  listEnvironments,
} from '../../operations/environment.ts';
import type { Route } from '../http/route.ts';
import { organizationParams } from './organization.ts';
import { always, answer, answerEntity, formatStamp, ifMatch, readIfMatch, visit } from './route.ts';
import * as schema from './schema.ts';

const tag = 'environments';
const collection = '/organizations/:organization/environments';
const item = `${collection}/:environment`;
const listParams = Type.Object(organizationParams);
const params = Type.Object({ ...organizationParams, environment: Type.String() });

function format(environment: Environment): object {
  const { name, properties } = environment;
  return { name, properties, ...formatStamp(environment) };
}

const create = visit<unknown, unknown, Static<typeof schema.environmentDraft>>(async (at) => {
  const environment = await createEnvironment(at.plane, at.call, at.body);
  return answerEntity(at, environment, format(environment));
});

const list = visit(async (at) => {
  const environments = await listEnvironments(at.plane, at.call);
  return answer(at, { items: environments.map(format), nextCursor: null });
});

const get = visit<Static<typeof params>, unknown, unknown>(async (at) => {
  const environment = await getEnvironment(at.plane, at.call, at.params.environment);
  return answerEntity(at, environment, format(environment));
});

const remove = visit<Static<typeof params>, unknown, unknown>(async (at) => {
  const environment = await deleteEnvironment(at.plane, at.call, at.params.environment, readIfMatch(at.http));
  return answerEntity(at, environment, format(environment));
});

export const environmentRoutes: readonly Route[] = [
  {
    id: 'native.environments.create',
    method: 'POST',
    path: collection,
    summary: 'Create an environment',
    tag,
    status: 201,
    takesBody: always,
    schema: {
      params: listParams,
      body: schema.environmentDraft,
      response: schema.answers(201, schema.environment),
    },
    handle: create,
  },
  {
    id: 'native.environments.list',
    method: 'GET',
    path: collection,
    summary: 'List the environments of an organization, in order of creation',
    tag,
    status: 200,
    schema: { params: listParams, response: schema.answers(200, schema.pageOf(schema.environment)) },
    handle: list,
  },
  {
    id: 'native.environments.get',
    method: 'GET',
    path: item,
    summary: 'Get an environment',
    tag,
    status: 200,
    schema: { params, response: schema.answers(200, schema.environment) },
    handle: get,
  },
  {
    id: 'native.environments.delete',
    method: 'DELETE',
    path: item,
    summary: 'Delete an environment',
    tag,
    status: 200,
    schema: { params, headers: ifMatch, response: schema.answers(200, schema.environment) },
    handle: remove,
  },
];
