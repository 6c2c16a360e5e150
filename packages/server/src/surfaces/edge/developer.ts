import { type Static, Type } from '@sinclair/typebox';
import { type DeveloperView, parseDeveloperStatus } from '../../domain/developer.ts';
import {
  createDeveloper,
  deleteDeveloper,
  deleteDeveloperAttribute,
  getDeveloper,
  getDeveloperAttribute,
  listDeveloperAttributes,
  listDevelopers,
  replaceDeveloperAttributes,
  setDeveloperAttribute,
  setDeveloperStatus,
  updateDeveloper,
} from '../../operations/developer.ts';
import type { Answer } from '../http/answer.ts';
import type { AttributeCalls } from '../http/attribute-call.ts';
import { withStatus } from '../http/route.ts';
import type { Visit } from '../http/visit.ts';
import { createAttributeRoutes } from './attribute.ts';
import { always, answer, type EdgeRoute, nothing, unlessAction, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';

const listQuery = Type.Object({
  expand: Type.Optional(Type.Boolean({ description: 'Whole developers instead of e-mails.' })),
  count: Type.Optional(Type.Integer({ description: 'Size of the page, at most 1000.' })),
  startKey: Type.Optional(Type.String({ description: 'E-mail of the first developer of the page, inclusive.' })),
  app: Type.Optional(Type.String({ description: 'Only owners of an app of this name.' })),
  ids: Type.Optional(Type.String({ description: 'Only these ids or e-mails, separated by commas.' })),
  includeCompany: Type.Optional(Type.Boolean({ description: 'Also those who belong to a company.' })),
});

const actionQuery = Type.Object({
  action: Type.Optional(
    Type.String({ description: '`active` or `inactive`: sets the status, and the body is ignored.' }),
  ),
});

type Query = Static<typeof listQuery>;
type Action = Static<typeof actionQuery>;
type Draft = Static<typeof schema.developerDraft>;
type One = Static<typeof schema.developerParams>;

/** A developer in Edge's order of members, which is not alphabetical (compat/edge.md §3.1). */
function encodeDeveloper(developer: DeveloperView, organizationName: string): Static<typeof schema.developer> {
  return {
    apps: [...developer.apps],
    companies: [...developer.companies],
    email: developer.email,
    developerId: developer.id,
    firstName: developer.firstName,
    lastName: developer.lastName,
    ...(developer.userName === undefined ? undefined : { userName: developer.userName }),
    organizationName,
    status: developer.status,
    attributes: [...developer.attributes],
    createdAt: developer.createdAt,
    createdBy: developer.createdBy,
    lastModifiedAt: developer.lastModifiedAt,
    lastModifiedBy: developer.lastModifiedBy,
  };
}

function answerDeveloper(at: Visit, developer: DeveloperView): Answer {
  return answer(at, encodeDeveloper(developer, at.call.organization.name), shape.developerDocument);
}

const list = visit(async (at: Visit<unknown, Query>) => {
  const { query } = at;
  const whole = query.expand === true || query.app !== undefined;
  const developers = await listDevelopers(at.plane, at.call, {
    expand: whole,
    count: query.count,
    startKey: query.startKey,
    app: query.app,
    ids: query.ids?.split(',').filter((id) => id !== ''),
    includeCompany: query.includeCompany === true,
  });
  if (!whole)
    return answer(
      at,
      developers.map(({ email }) => email),
      shape.namesDocument,
    );
  const developer = developers.map((each) => encodeDeveloper(each, at.call.organization.name));
  return answer(at, { developer }, shape.developersDocument);
});

const create = visit(async (at: Visit<unknown, unknown, Draft>) =>
  answerDeveloper(at, await createDeveloper(at.plane, at.call, at.body)),
);

const get = visit(async (at: Visit<One>) => answerDeveloper(at, await getDeveloper(at.plane, at.call, refOf(at))));

async function update(at: Visit<One, unknown, Draft>): Promise<Answer> {
  return answerDeveloper(at, await updateDeveloper(at.plane, at.call, refOf(at), at.body));
}

/** POST on a developer is two calls in one: `?action=` sets the status, a body updates (compat/edge.md §3.2). */
async function updateOrAct(at: Visit<One, Action, Draft>): Promise<Answer> {
  if (at.query.action === undefined) return update(at);
  const status = parseDeveloperStatus(at.query.action);
  await setDeveloperStatus(at.plane, withStatus(at.call, 204), refOf(at), status);
  return nothing;
}

const remove = visit(async (at: Visit<One>) =>
  answerDeveloper(at, await deleteDeveloper(at.plane, at.call, refOf(at))),
);

const attributeCalls: AttributeCalls<One> = {
  list: (at) => listDeveloperAttributes(at.plane, at.call, refOf(at)),
  replace: (at, drafts) => replaceDeveloperAttributes(at.plane, at.call, refOf(at), drafts),
  get: (at, name) => getDeveloperAttribute(at.plane, at.call, refOf(at), name),
  set: (at, draft) => setDeveloperAttribute(at.plane, at.call, refOf(at), draft),
  remove: (at, name) => deleteDeveloperAttribute(at.plane, at.call, refOf(at), name),
};

function refOf(at: { readonly params: One }): [string] {
  return [at.params.developer];
}

const collection = '/organizations/:organization/developers';
const item = `${collection}/:developer`;
const tag = 'developers';
const { developer, developerDraft, developerParams: params, answers } = schema;

export const developerRoutes: readonly EdgeRoute[] = [
  {
    id: 'edge.developers.list',
    method: 'GET',
    path: collection,
    summary: 'List developers',
    tag,
    status: 200,
    schema: {
      params: schema.organizationParams,
      querystring: listQuery,
      response: answers(200, Type.Union([schema.names, schema.developerList])),
    },
    handle: list,
  },
  {
    id: 'edge.developers.create',
    method: 'POST',
    path: collection,
    summary: 'Create a developer',
    tag,
    status: 201,
    takesBody: always,
    document: shape.developerDocument,
    schema: { params: schema.organizationParams, body: developerDraft, response: answers(201, developer) },
    handle: create,
  },
  {
    id: 'edge.developers.get',
    method: 'GET',
    path: item,
    summary: 'Get a developer',
    tag,
    status: 200,
    schema: { params, response: answers(200, developer) },
    handle: get,
  },
  {
    id: 'edge.developers.update',
    method: 'PUT',
    path: item,
    summary: 'Update a developer',
    tag,
    status: 200,
    takesBody: always,
    document: shape.developerDocument,
    schema: { params, body: developerDraft, response: answers(200, developer) },
    handle: visit(update),
  },
  {
    id: 'edge.developers.updateOrAct',
    method: 'POST',
    path: item,
    summary: 'Set the status of a developer (?action=), or update one',
    tag,
    status: 200,
    takesBody: unlessAction,
    document: shape.developerDocument,
    schema: {
      params,
      querystring: actionQuery,
      body: schema.optional(developerDraft),
      response: { ...answers(200, developer), 204: schema.nothing },
    },
    handle: visit(updateOrAct),
  },
  {
    id: 'edge.developers.delete',
    method: 'DELETE',
    path: item,
    summary: 'Delete a developer',
    tag,
    status: 200,
    schema: { params, response: answers(200, developer) },
    handle: remove,
  },
  ...createAttributeRoutes({
    id: 'edge.developers',
    path: item,
    tag,
    noun: 'a developer',
    params,
    calls: attributeCalls,
  }),
];
