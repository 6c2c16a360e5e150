import { type AppView, parseAppAction } from '../../domain/app.ts';
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
import { encodeDeveloperApp } from './app-view.ts';
import { createAttributeHandlers } from './attribute.ts';
import { developerAppMethods } from './method/app.ts';
import { segmentNames } from './path-segment.ts';
import { answer, type BodyOf, createRoutes, type Handlers, noContent, visit, type XRoute } from './route.ts';
import { developerAppMessage, listOfDeveloperAppsMessage } from './schema/app.ts';

interface Owner {
  readonly developersId: string;
}

interface One extends Owner {
  readonly appsId: string;
}

interface ListQuery {
  readonly expand?: boolean;
  readonly shallowExpand?: boolean;
  readonly count?: number;
  readonly startKey?: string;
}

type Body = BodyOf<typeof developerAppMessage>;

function ownerOf({ developersId }: Owner): AppOwnerRef {
  return { kind: 'developer', ref: segmentNames(developersId) };
}

/** The app that the path of a developer's app names. */
export function developerAppRef(params: One): AppRef {
  return { owner: ownerOf(params), names: segmentNames(params.appsId) };
}

function answerApp(at: Visit, view: AppView): Answer {
  return answer(at, developerAppMessage, encodeDeveloperApp(view));
}

/** Without expansion, what is called `appId` is the app's name (compat/x.md §1.3). */
const list = visit(async (at: Visit<Owner, ListQuery>) => {
  const { expand = false, shallowExpand = false, count, startKey } = at.query;
  const whole = expand || shallowExpand;
  const apps = await listApps(at.plane, at.call, ownerOf(at.params), { expand: whole, count, startKey });
  const app = apps.map((view) => (whole ? encodeDeveloperApp(view) : { appId: view.app.name }));
  return answer(at, listOfDeveloperAppsMessage, { app });
});

const create = visit(async (at: Visit<Owner, unknown, Body>) =>
  answerApp(at, await createApp(at.plane, at.call, ownerOf(at.params), at.body)),
);

const get = visit(async (at: Visit<One>) => answerApp(at, await getApp(at.plane, at.call, developerAppRef(at.params))));

async function update(at: Visit<One, unknown, Body>): Promise<Answer> {
  return answerApp(at, await updateApp(at.plane, at.call, developerAppRef(at.params), at.body));
}

const updateOrAct = visit(async (at: Visit<One, { action?: string }, Body>) => {
  if (at.query.action === undefined) return update(at);
  const status = parseAppAction(at.query.action);
  await setAppStatus(at.plane, withStatus(at.call, 204), developerAppRef(at.params), status);
  return noContent;
});

const remove = visit(async (at: Visit<One>) =>
  answerApp(at, await deleteApp(at.plane, at.call, developerAppRef(at.params))),
);

const attributes = createAttributeHandlers(
  callsOnHolder((at: Visit<One>) => appAttributes(at.call, developerAppRef(at.params))),
);

const handlers: Handlers = {
  'apigee.organizations.developers.apps.list': list,
  'apigee.organizations.developers.apps.create': create,
  'apigee.organizations.developers.apps.get': get,
  'apigee.organizations.developers.apps.update': visit(update),
  'apigee.organizations.developers.apps.generateKeyPairOrUpdateDeveloperAppStatus': updateOrAct,
  'apigee.organizations.developers.apps.delete': remove,
  'apigee.organizations.developers.apps.attributes': attributes.replace,
  'apigee.organizations.developers.apps.attributes.list': attributes.list,
  'apigee.organizations.developers.apps.attributes.get': attributes.get,
  'apigee.organizations.developers.apps.attributes.updateDeveloperAppAttribute': attributes.set,
  'apigee.organizations.developers.apps.attributes.delete': attributes.remove,
};

export const developerAppRoutes: readonly XRoute[] = createRoutes(developerAppMethods, handlers);
