import { type Static, Type } from '@sinclair/typebox';
import type { Organization } from '../../domain/organization.ts';
import { compareBytewise } from '../../domain/text.ts';
import {
  createOrganization,
  deleteOrganization,
  getOrganization,
  listOrganizations,
  type OrganizationView,
  updateOrganization,
} from '../../operations/organization.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange, Route } from '../http/route.ts';
import {
  always,
  answer,
  answerEntity,
  formatPage,
  formatStamp,
  ifMatch,
  type PageQuery,
  parseCursor,
  readIfMatch,
  visit,
} from './route.ts';
import * as schema from './schema.ts';

const tag = 'organizations';
const item = '/organizations/:organization';
export const organizationParams = { organization: Type.String() };
const params = Type.Object(organizationParams);

function format(organization: Organization): object {
  const { name, dialect, displayName, properties, secretsShownOnce } = organization;
  return { name, dialect, displayName, properties, secretsShownOnce, ...formatStamp(organization) };
}

function formatView({ organization, environments }: OrganizationView): object {
  return { ...format(organization), environments };
}

async function create(exchange: Exchange): Promise<Answer> {
  const draft = exchange.http.body as Static<typeof schema.organizationDraft>;
  const view = await createOrganization(exchange.plane, exchange, { ...draft, dialect: draft.dialect ?? 'edge' });
  return answerEntity(exchange, view.organization, formatView(view));
}

async function list(exchange: Exchange): Promise<Answer> {
  const { limit, cursor } = exchange.http.query as PageQuery;
  const after = parseCursor(cursor);
  const all = await listOrganizations(exchange.plane, exchange);
  const rest = after === undefined ? all : all.filter(({ name }) => compareBytewise(name, after) > 0);
  return answer(exchange, formatPage(rest, { limit, keyOf: ({ name }) => name, format }));
}

const get = visit(async (at) => {
  const view = await getOrganization(at.plane, at.call);
  return answerEntity(at, view.organization, formatView(view));
});

const update = visit<unknown, unknown, Static<typeof schema.organizationPatch>>(async (at) => {
  const patch = { ...at.body, version: readIfMatch(at.http) };
  const view = await updateOrganization(at.plane, at.call, patch);
  return answerEntity(at, view.organization, formatView(view));
});

async function remove(exchange: Exchange): Promise<Answer> {
  const { plane, http } = exchange;
  const { organization: name } = http.params as Static<typeof params>;
  const { confirm } = http.query as { confirm: string };
  const organization = await deleteOrganization(plane, exchange, { name, confirm, version: readIfMatch(http) });
  return answerEntity(exchange, organization, format(organization));
}

export const organizationRoutes: readonly Route[] = [
  {
    id: 'native.organizations.create',
    method: 'POST',
    path: '/organizations',
    summary: 'Create an organization',
    tag,
    status: 201,
    takesBody: always,
    schema: { body: schema.organizationDraft, response: schema.answers(201, schema.organization) },
    handle: create,
  },
  {
    id: 'native.organizations.list',
    method: 'GET',
    path: '/organizations',
    summary: 'List organizations, by name',
    tag,
    status: 200,
    schema: {
      querystring: Type.Object(schema.pageQuery),
      response: schema.answers(200, schema.pageOf(schema.organization)),
    },
    handle: list,
  },
  {
    id: 'native.organizations.get',
    method: 'GET',
    path: item,
    summary: 'Get an organization',
    tag,
    status: 200,
    schema: { params, response: schema.answers(200, schema.organization) },
    handle: get,
  },
  {
    id: 'native.organizations.update',
    method: 'PUT',
    path: item,
    summary: 'Change an organization; absent members stay',
    tag,
    status: 200,
    takesBody: always,
    schema: {
      params,
      headers: ifMatch,
      body: schema.organizationPatch,
      response: schema.answers(200, schema.organization),
    },
    handle: update,
  },
  {
    id: 'native.organizations.delete',
    method: 'DELETE',
    path: item,
    summary: 'Delete an organization with all of its content',
    tag,
    status: 200,
    schema: {
      params,
      headers: ifMatch,
      querystring: Type.Object({ confirm: Type.String({ description: 'The name once more: there is no way back.' }) }),
      response: schema.answers(200, schema.organization),
    },
    handle: remove,
  },
];
