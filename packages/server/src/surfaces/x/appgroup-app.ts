import { type AppView, parseAppAction } from '../../domain/app.ts';
import { Problem } from '../../domain/problem.ts';
import { appAttributes, createApp, deleteApp, getApp, setAppStatus, updateApp } from '../../operations/app.ts';
import type { AppOwnerRef, AppRef } from '../../operations/app-owner.ts';
import { pageApps } from '../../operations/app-page.ts';
import type { TokenQuery } from '../../operations/page-token.ts';
import type { Answer } from '../http/answer.ts';
import { callsOnHolder } from '../http/attribute-call.ts';
import { withStatus } from '../http/route.ts';
import type { Visit } from '../http/visit.ts';
import { encodeAppGroupApp } from './app-view.ts';
import { createAttributeHandlers } from './attribute.ts';
import { appGroupAppMethods } from './method/appgroup-app.ts';
import { segmentNames } from './path-segment.ts';
import { answer, type BodyOf, createRoutes, type Handlers, noContent, visit, type XRoute } from './route.ts';
import { appGroupAppMessage, listAppGroupAppsMessage } from './schema/appgroup.ts';

interface Owner {
  readonly appgroupsId: string;
}

interface One extends Owner {
  readonly appsId: string;
}

interface ActionQuery {
  readonly action?: string;
}

type Body = BodyOf<typeof appGroupAppMessage>;

function ownerOf({ appgroupsId }: Owner): AppOwnerRef {
  return { kind: 'company', ref: segmentNames(appgroupsId) };
}

/** The app that the path of an app group's app names. */
export function appGroupAppRef(params: One): AppRef {
  return { owner: ownerOf(params), names: segmentNames(params.appsId) };
}

function answerApp(at: Visit, view: AppView): Answer {
  return answer(at, appGroupAppMessage, encodeAppGroupApp(view));
}

const list = visit(async (at: Visit<Owner, TokenQuery>) => {
  const { items, nextPageToken } = await pageApps(at.plane, at.call, ownerOf(at.params), at.query);
  return answer(at, listAppGroupAppsMessage, { appGroupApps: items.map(encodeAppGroupApp), nextPageToken });
});

const create = visit(async (at: Visit<Owner, unknown, Body>) =>
  answerApp(at, await createApp(at.plane, at.call, ownerOf(at.params), at.body)),
);

const get = visit(async (at: Visit<One>) => answerApp(at, await getApp(at.plane, at.call, appGroupAppRef(at.params))));

async function act(at: Visit<One>, action: string): Promise<Answer> {
  await setAppStatus(at.plane, withStatus(at.call, 204), appGroupAppRef(at.params), parseAppAction(action));
  return noContent;
}

const updateOrAct = visit(async (at: Visit<One, ActionQuery, Body>) =>
  at.query.action === undefined
    ? answerApp(at, await updateApp(at.plane, at.call, appGroupAppRef(at.params), at.body))
    : act(at, at.query.action),
);

const setStatus = visit(async (at: Visit<One, ActionQuery>) => {
  if (at.query.action === undefined) throw new Problem('request.missing', { field: 'action' });
  return act(at, at.query.action);
});

const remove = visit(async (at: Visit<One>) =>
  answerApp(at, await deleteApp(at.plane, at.call, appGroupAppRef(at.params))),
);

const attributes = createAttributeHandlers(
  callsOnHolder((at: Visit<One>) => appAttributes(at.call, appGroupAppRef(at.params))),
);

const handlers: Handlers = {
  'apigee.organizations.appgroups.apps.list': list,
  'apigee.organizations.appgroups.apps.create': create,
  'apigee.organizations.appgroups.apps.get': get,
  'apigee.organizations.appgroups.apps.update': updateOrAct,
  'apigee.organizations.appgroups.apps.delete': remove,
  'apigee.organizations.appgroups.apps.setStatus': setStatus,
  'apigee.organizations.appgroups.apps.attributes': attributes.replace,
  'apigee.organizations.appgroups.apps.attributes.list': attributes.list,
  'apigee.organizations.appgroups.apps.attributes.get': attributes.get,
  'apigee.organizations.appgroups.apps.attributes.set': attributes.set,
  'apigee.organizations.appgroups.apps.attributes.delete': attributes.remove,
};

export const appGroupAppRoutes: readonly XRoute[] = createRoutes(appGroupAppMethods, handlers);
