import { type Static, Type } from '@sinclair/typebox';
import { type AppView, parseAppStatus } from '../../domain/app.ts';
import { parseCredentialStatus } from '../../domain/credential.ts';
import { Problem } from '../../domain/problem.ts';
import {
  getOrganizationApp,
  listOrganizationApps,
  type OrganizationAppFilter,
} from '../../operations/organization-app.ts';
import type { Visit } from '../http/visit.ts';
import * as appSchema from './app-schema.ts';
import * as appShape from './app-shape.ts';
import { encodeApp } from './app-view.ts';
import { answer, type EdgeRoute, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';

/** compat/edge.md §8. */
const listQuery = Type.Object({
  expand: Type.Optional(Type.Boolean({ description: 'Whole apps instead of ids.' })),
  includeCred: Type.Optional(Type.Boolean({ description: 'Whether whole apps come with keys; true where absent.' })),
  apptype: Type.Optional(Type.String({ description: 'Only apps of a `developer` or of a `company`.' })),
  status: Type.Optional(Type.String({ description: 'Only apps that are approved or revoked.' })),
  appfamily: Type.Optional(Type.String({ description: 'Only apps of this family.' })),
  keyStatus: Type.Optional(Type.String({ description: 'Only apps with a key that is approved, pending or revoked.' })),
  rows: Type.Optional(Type.Integer({ description: 'Size of the page, at most 1000.' })),
  count: Type.Optional(Type.Integer({ description: 'As `rows`.' })),
  startKey: Type.Optional(Type.String({ description: 'Id of the first app of the page, inclusive.' })),
});

type Query = Static<typeof listQuery>;

function toFilter({ apptype, status, appfamily, keyStatus }: Query): OrganizationAppFilter {
  return {
    ownerKind: apptype === undefined ? undefined : parseOwnerKind(apptype),
    status: status === undefined ? undefined : parseAppStatus(status, 'status'),
    appFamily: appfamily,
    keyStatus: keyStatus === undefined ? undefined : parseCredentialStatus(keyStatus, 'keyStatus'),
  };
}

function parseOwnerKind(apptype: string): AppView['app']['owner']['kind'] {
  if (apptype === 'developer' || apptype === 'company') return apptype;
  throw new Problem('request.invalid', { field: 'apptype', reason: 'takes developer or company' });
}

const list = visit(async (at: Visit<unknown, Query>) => {
  const { expand = false, includeCred = true, rows, count, startKey } = at.query;
  const { apps } = await listOrganizationApps(at.plane, at.call, {
    filter: toFilter(at.query),
    limit: rows ?? count,
    limitField: rows === undefined ? 'count' : 'rows',
    startKey,
    withCredentials: expand && includeCred,
    withTotal: false,
  });
  if (!expand) {
    const ids = apps.map(({ app }) => app.id);
    return answer(at, ids, shape.namesDocument);
  }
  const app = apps.map((each) => encodeApp(each, { occasion: 'read', withCredentials: includeCred }));
  return answer(at, { app }, appShape.appsDocument);
});

const get = visit(async (at: Visit<{ readonly app: string }>) => {
  const view = await getOrganizationApp(at.plane, at.call, at.params.app);
  return answer(at, encodeApp(view, { occasion: 'read', withCredentials: true }), appShape.appDocument);
});

const collection = '/organizations/:organization/apps';
const tag = 'apps';
const appParams = Type.Object({
  ...schema.organizationParams.properties,
  app: Type.String({ description: 'Id of the app.' }),
});

export const organizationAppRoutes: readonly EdgeRoute[] = [
  {
    id: 'edge.apps.list',
    method: 'GET',
    path: collection,
    summary: 'List the apps of all developers and companies',
    tag,
    status: 200,
    schema: {
      params: schema.organizationParams,
      querystring: listQuery,
      response: schema.answers(200, Type.Union([schema.names, appSchema.appList])),
    },
    handle: list,
  },
  {
    id: 'edge.apps.get',
    method: 'GET',
    path: `${collection}/:app`,
    summary: 'Get an app by its id',
    tag,
    status: 200,
    schema: { params: appParams, response: schema.answers(200, appSchema.app) },
    handle: get,
  },
];
