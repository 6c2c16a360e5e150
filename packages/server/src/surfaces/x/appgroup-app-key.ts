import { type Credential, parseCredentialAction } from '../../domain/credential.ts';
import { Problem } from '../../domain/problem.ts';
import {
  type CredentialProductRef,
  type CredentialRef,
  credentialAttributes,
  deleteCredential,
  getCredential,
  removeCredentialProduct,
  setCredentialProductStatus,
  setCredentialStatus,
  updateCredential,
} from '../../operations/credential.ts';
import { importCredential } from '../../operations/credential-import.ts';
import type { Answer } from '../http/answer.ts';
import { callsOnHolder } from '../http/attribute-call.ts';
import { withStatus } from '../http/route.ts';
import type { Visit } from '../http/visit.ts';
import { encodeCredential } from './app-view.ts';
import { appGroupAppRef } from './appgroup-app.ts';
import { createAttributeHandlers } from './attribute.ts';
import { appGroupAppKeyMethods } from './method/appgroup-app-key.ts';
import { segmentNames } from './path-segment.ts';
import { answer, type BodyOf, createRoutes, type Handlers, noContent, visit, type XRoute } from './route.ts';
import { appGroupAppKeyMessage, type updateAppGroupAppKeyMessage } from './schema/appgroup.ts';

interface App {
  readonly appgroupsId: string;
  readonly appsId: string;
}

interface One extends App {
  readonly keysId: string;
}

interface OneProduct extends One {
  readonly apiproductsId: string;
}

interface ActionQuery {
  readonly action?: string;
}

type Body = BodyOf<typeof appGroupAppKeyMessage>;
type Update = BodyOf<typeof updateAppGroupAppKeyMessage>;

function refOf({ params }: { readonly params: One }): CredentialRef {
  return { app: appGroupAppRef(params), consumerKey: params.keysId };
}

function productRefOf(at: { readonly params: OneProduct }): CredentialProductRef {
  return { ...refOf(at), products: segmentNames(at.params.apiproductsId) };
}

function answerKey(at: Visit, credential: Credential): Answer {
  return answer(at, appGroupAppKeyMessage, encodeCredential(credential));
}

const create = visit(async (at: Visit<App, unknown, Body>) =>
  answerKey(at, await importCredential(at.plane, at.call, appGroupAppRef(at.params), at.body)),
);

const get = visit(async (at: Visit<One>) => answerKey(at, await getCredential(at.plane, at.call, refOf(at))));

/** An action by query is all of the request; one in the body may come with other changes. */
const updateOrAct = visit(async (at: Visit<One, ActionQuery, Update>) => {
  if (at.query.action !== undefined) {
    const status = parseCredentialAction(at.query.action);
    await setCredentialStatus(at.plane, withStatus(at.call, 204), refOf(at), status);
    return noContent;
  }
  const { action, apiProducts, appGroupAppKey } = at.body;
  const { scopes, attributes } = appGroupAppKey ?? {};
  const status = action ? parseCredentialAction(action) : undefined;
  return answerKey(
    at,
    await updateCredential(at.plane, at.call, refOf(at), { apiProducts, scopes, attributes, status }),
  );
});

const replace = visit(async (at: Visit<One, unknown, Body>) => {
  const { scopes, attributes } = at.body;
  return answerKey(at, await updateCredential(at.plane, at.call, refOf(at), { scopes, attributes }));
});

const remove = visit(async (at: Visit<One>) => answerKey(at, await deleteCredential(at.plane, at.call, refOf(at))));

const actOnProduct = visit(async (at: Visit<OneProduct, ActionQuery>) => {
  if (at.query.action === undefined) throw new Problem('request.missing', { field: 'action' });
  const status = parseCredentialAction(at.query.action);
  await setCredentialProductStatus(at.plane, at.call, productRefOf(at), status);
  return noContent;
});

const removeProduct = visit(async (at: Visit<OneProduct>) =>
  answerKey(at, await removeCredentialProduct(at.plane, at.call, productRefOf(at))),
);

const attributes = createAttributeHandlers(callsOnHolder((at: Visit<One>) => credentialAttributes(at.call, refOf(at))));

const handlers: Handlers = {
  'apigee.organizations.appgroups.apps.keys.create': create,
  'apigee.organizations.appgroups.apps.keys.import': create,
  'apigee.organizations.appgroups.apps.keys.get': get,
  'apigee.organizations.appgroups.apps.keys.updateAppGroupAppKey': updateOrAct,
  'apigee.organizations.appgroups.apps.keys.replace': replace,
  'apigee.organizations.appgroups.apps.keys.delete': remove,
  'apigee.organizations.appgroups.apps.keys.apiproducts.updateAppGroupAppKeyApiProduct': actOnProduct,
  'apigee.organizations.appgroups.apps.keys.apiproducts.delete': removeProduct,
  'apigee.organizations.appgroups.apps.keys.attributes': attributes.replace,
  'apigee.organizations.appgroups.apps.keys.attributes.list': attributes.list,
  'apigee.organizations.appgroups.apps.keys.attributes.get': attributes.get,
  'apigee.organizations.appgroups.apps.keys.attributes.set': attributes.set,
  'apigee.organizations.appgroups.apps.keys.attributes.delete': attributes.remove,
};

export const appGroupAppKeyRoutes: readonly XRoute[] = createRoutes(appGroupAppKeyMethods, handlers);
