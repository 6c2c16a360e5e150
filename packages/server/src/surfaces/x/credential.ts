import { type Credential, parseCredentialAction } from '../../domain/credential.ts';
import { Problem } from '../../domain/problem.ts';
import {
  type CredentialProductRef,
  type CredentialRef,
  type CredentialUpdate,
  deleteCredential,
  getCredential,
  removeCredentialProduct,
  setCredentialProductStatus,
  setCredentialStatus,
  updateCredential,
} from '../../operations/credential.ts';
import { importCredential } from '../../operations/credential-import.ts';
import type { Answer } from '../http/answer.ts';
import { withStatus } from '../http/route.ts';
import type { Visit } from '../http/visit.ts';
import { developerAppRef } from './app.ts';
import { encodeDeveloperAppKey } from './app-view.ts';
import { isJsonObject, type Json } from './json.ts';
import { developerAppKeyMethods } from './method/credential.ts';
import { segmentNames } from './path-segment.ts';
import { answer, type BodyOf, createRoutes, type Handlers, noContent, visit, type XRoute } from './route.ts';
import { developerAppKeyMessage } from './schema/app.ts';

interface App {
  readonly developersId: string;
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

type Body = BodyOf<typeof developerAppKeyMessage>;

function refOf(params: One): CredentialRef {
  return { app: developerAppRef(params), consumerKey: params.keysId };
}

function productRefOf(params: OneProduct): CredentialProductRef {
  return { ...refOf(params), products: segmentNames(params.apiproductsId) };
}

function answerKey(at: Visit, credential: Credential): Answer {
  return answer(at, developerAppKeyMessage, encodeDeveloperAppKey(credential));
}

function toUpdate({ apiProducts, attributes, scopes }: Body): CredentialUpdate {
  return { apiProducts: apiProducts?.map(readProduct), attributes, scopes };
}

/** A name, or what an answer shows in its place: clients send back what they read. */
function readProduct(product: Json, at: number): string {
  const name = isJsonObject(product) ? product['apiproduct'] : product;
  if (typeof name === 'string') return name;
  throw new Problem('request.invalid', { field: `apiProducts[${at}]`, reason: 'has to be the name of a product' });
}

const create = visit(async (at: Visit<App, unknown, Body>) =>
  answerKey(at, await importCredential(at.plane, at.call, developerAppRef(at.params), at.body)),
);

const get = visit(async (at: Visit<One>) => answerKey(at, await getCredential(at.plane, at.call, refOf(at.params))));

async function update(at: Visit<One, unknown, Body>): Promise<Answer> {
  return answerKey(at, await updateCredential(at.plane, at.call, refOf(at.params), toUpdate(at.body)));
}

const updateOrAct = visit(async (at: Visit<One, ActionQuery, Body>) => {
  if (at.query.action === undefined) return update(at);
  const status = parseCredentialAction(at.query.action);
  await setCredentialStatus(at.plane, withStatus(at.call, 204), refOf(at.params), status);
  return noContent;
});

const remove = visit(async (at: Visit<One>) =>
  answerKey(at, await deleteCredential(at.plane, at.call, refOf(at.params))),
);

const actOnProduct = visit(async (at: Visit<OneProduct, ActionQuery>) => {
  if (at.query.action === undefined) throw new Problem('request.missing', { field: 'action' });
  const status = parseCredentialAction(at.query.action);
  await setCredentialProductStatus(at.plane, at.call, productRefOf(at.params), status);
  return noContent;
});

const removeProduct = visit(async (at: Visit<OneProduct>) =>
  answerKey(at, await removeCredentialProduct(at.plane, at.call, productRefOf(at.params))),
);

const handlers: Handlers = {
  'apigee.organizations.developers.apps.keys.create': create,
  'apigee.organizations.developers.apps.keys.create.create': create,
  'apigee.organizations.developers.apps.keys.get': get,
  'apigee.organizations.developers.apps.keys.updateDeveloperAppKey': updateOrAct,
  'apigee.organizations.developers.apps.keys.replaceDeveloperAppKey': visit(update),
  'apigee.organizations.developers.apps.keys.delete': remove,
  'apigee.organizations.developers.apps.keys.apiproducts.updateDeveloperAppKeyApiProduct': actOnProduct,
  'apigee.organizations.developers.apps.keys.apiproducts.delete': removeProduct,
};

export const developerAppKeyRoutes: readonly XRoute[] = createRoutes(developerAppKeyMethods, handlers);
