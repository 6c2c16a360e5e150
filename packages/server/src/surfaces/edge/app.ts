import { type Static, type TProperties, Type } from '@sinclair/typebox';
import { type AppView, parseAppAction } from '../../domain/app.ts';
import { parseCredentialStatus } from '../../domain/credential.ts';
import type { AppRequest } from '../../operations/app.ts';
import {
  appAttributes,
  createApp,
  deleteApp,
  getApp,
  listApps,
  setAppStatus,
  updateApp,
} from '../../operations/app.ts';
import type { AppOwnerRef, AppRef } from '../../operations/app-owner.ts';
import type { Answer } from '../http/answer.ts';
import { callsOnHolder } from '../http/attribute-call.ts';
import { withStatus } from '../http/route.ts';
import type { Visit } from '../http/visit.ts';
import { type AppPath, actionQuery, readProducts } from './app-path.ts';
import * as appSchema from './app-schema.ts';
import * as appShape from './app-shape.ts';
import { type AppOccasion, encodeApp } from './app-view.ts';
import { createAttributeRoutes } from './attribute.ts';
import { credentialRoutes } from './credential.ts';
import { always, answer, type EdgeRoute, nothing, type Params, unlessAction, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';

/** Owners of apps, as the routes of their apps are made of: developers and companies differ in this alone. */
export interface AppFace {
  /** As `edge.developers.apps`. */
  readonly id: string;
  /** Path of the owner's apps. */
  readonly path: string;
  /** Parameters of the owner's path. */
  readonly params: TProperties;
  /** As `a developer`. */
  readonly owner: string;
  readonly ownerOf: (params: Params) => AppOwnerRef;
}

const listQuery = Type.Object({
  expand: Type.Optional(Type.Boolean({ description: 'Whole apps instead of names.' })),
  shallowExpand: Type.Optional(Type.Boolean({ description: 'As `expand`.' })),
  count: Type.Optional(Type.Integer({ description: 'Size of the page, at most 100.' })),
  startKey: Type.Optional(Type.String({ description: 'Name of the first app of the page, inclusive.' })),
  keyStatus: Type.Optional(Type.String({ description: 'Only apps with a key that is approved, pending or revoked.' })),
});

type Draft = Static<typeof appSchema.appDraft>;
type Action = Static<typeof actionQuery>;

function toRequest(draft: Draft): AppRequest {
  return { ...draft, apiProducts: readProducts(draft) };
}

function answerApp(at: Visit, app: AppView, occasion: AppOccasion): Answer {
  return answer(at, encodeApp(app, { occasion, withCredentials: true }), appShape.appDocument);
}

/** Makes the routes of an owner's apps, their keys included. */
export function appRoutes(face: AppFace): EdgeRoute[] {
  const item = `${face.path}/:app`;
  const params = { ...face.params, app: Type.String({ description: 'Name or id of the app.' }) };
  const refOf = (at: { readonly params: Params }): AppRef => ({
    owner: face.ownerOf(at.params),
    names: [at.params['app'] ?? ''],
  });
  return [
    ...collectionRoutes(face),
    ...itemRoutes({ id: face.id, path: item, params, refOf }),
    ...createAttributeRoutes({
      id: face.id,
      tag,
      path: item,
      params: Type.Object(params),
      noun: 'an app',
      calls: callsOnHolder((at: Visit<Params>) => appAttributes(at.call, refOf(at))),
    }),
    ...credentialRoutes({ id: `${face.id}.keys`, path: `${item}/keys`, params, refOf }),
  ];
}

const tag = 'apps';

function collectionRoutes({ id, path, params: own, owner, ownerOf }: AppFace): EdgeRoute[] {
  const params = Type.Object(own);
  return [
    {
      id: `${id}.list`,
      method: 'GET',
      path,
      summary: `List the apps of ${owner}`,
      tag,
      status: 200,
      schema: {
        params,
        querystring: listQuery,
        response: schema.answers(200, Type.Union([schema.names, appSchema.appList])),
      },
      handle: visit((at: Visit<Params, Static<typeof listQuery>>) => list(at, ownerOf(at.params))),
    },
    {
      id: `${id}.create`,
      method: 'POST',
      path,
      summary: `Create an app of ${owner}, with one key`,
      tag,
      status: 201,
      takesBody: always,
      document: appShape.appDraftDocument,
      schema: { params, body: appSchema.appDraft, response: schema.answers(201, appSchema.app) },
      handle: visit(async (at: Visit<Params, unknown, Draft>) =>
        answerApp(at, await createApp(at.plane, at.call, ownerOf(at.params), toRequest(at.body)), 'written'),
      ),
    },
  ];
}

async function list(at: Visit<Params, Static<typeof listQuery>>, owner: AppOwnerRef): Promise<Answer> {
  const { expand = false, shallowExpand = false, count, startKey, keyStatus } = at.query;
  const whole = expand || shallowExpand;
  const apps = await listApps(at.plane, at.call, owner, {
    expand: whole,
    count,
    startKey,
    keyStatus: keyStatus === undefined ? undefined : parseCredentialStatus(keyStatus, 'keyStatus'),
  });
  if (!whole)
    return answer(
      at,
      apps.map(({ app }) => app.name),
      shape.namesDocument,
    );
  const app = apps.map((each) => encodeApp(each, { occasion: 'read', withCredentials: true }));
  return answer(at, { app }, appShape.appsDocument);
}

function itemRoutes({ id, path, params: own, refOf }: AppPath): EdgeRoute[] {
  const params = Type.Object(own);
  const common = { path, tag, status: 200 } as const;
  const response = schema.answers(200, appSchema.app);
  const update = async (at: Visit<Params, unknown, Draft>): Promise<Answer> =>
    answerApp(at, await updateApp(at.plane, at.call, refOf(at), toRequest(at.body)), 'written');
  return [
    {
      ...common,
      id: `${id}.get`,
      method: 'GET',
      summary: 'Get an app',
      schema: { params, response },
      handle: visit(async (at: Visit<Params>) => answerApp(at, await getApp(at.plane, at.call, refOf(at)), 'read')),
    },
    {
      ...common,
      id: `${id}.update`,
      method: 'PUT',
      summary: 'Update an app; products make one more key',
      takesBody: always,
      document: appShape.appDraftDocument,
      schema: { params, body: appSchema.appDraft, response },
      handle: visit(update),
    },
    {
      ...common,
      id: `${id}.updateOrAct`,
      method: 'POST',
      summary: 'Set the status of an app (?action=), or update one; products make one more key',
      takesBody: unlessAction,
      document: appShape.appDraftDocument,
      schema: {
        params,
        querystring: actionQuery,
        body: schema.optional(appSchema.appDraft),
        response: { ...response, 204: schema.nothing },
      },
      handle: visit(async (at: Visit<Params, Action, Draft>) => {
        if (at.query.action === undefined) return update(at);
        await setAppStatus(at.plane, withStatus(at.call, 204), refOf(at), parseAppAction(at.query.action));
        return nothing;
      }),
    },
    {
      ...common,
      id: `${id}.delete`,
      method: 'DELETE',
      summary: 'Delete an app with its keys',
      schema: { params, response },
      handle: visit(async (at: Visit<Params>) => answerApp(at, await deleteApp(at.plane, at.call, refOf(at)), 'read')),
    },
  ];
}

export const developerAppRoutes: readonly EdgeRoute[] = appRoutes({
  id: 'edge.developers.apps',
  path: '/organizations/:organization/developers/:developer/apps',
  params: schema.developerParams.properties,
  owner: 'a developer',
  ownerOf: (params) => ({ kind: 'developer', ref: [params['developer'] ?? ''] }),
});
