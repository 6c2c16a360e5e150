import { type Static, Type } from '@sinclair/typebox';
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
import { type AppPath, actionQuery, readProducts } from './app-path.ts';
import * as appSchema from './app-schema.ts';
import * as appShape from './app-shape.ts';
import { encodeCredential } from './app-view.ts';
import { createAttributeRoutes } from './attribute.ts';
import { always, answer, type EdgeRoute, nothing, type Params, unlessAction, visit } from './route.ts';
import * as schema from './schema.ts';

type Import = Static<typeof appSchema.credentialImport>;
type Draft = Static<typeof appSchema.credentialDraft>;
type Action = Static<typeof actionQuery>;

const tag = 'keys';

function answerCredential(at: Visit, credential: Credential): Answer {
  return answer(at, encodeCredential(credential), appShape.credentialDocument);
}

/** Makes the routes of an app's keys, whoever owns the app (compat/edge.md §5). */
export function credentialRoutes(keys: AppPath): EdgeRoute[] {
  const path = `${keys.path}/:key`;
  const params = { ...keys.params, key: Type.String({ description: 'The consumer key.' }) };
  const refOf = (at: { readonly params: Params }): CredentialRef => ({
    app: keys.refOf(at),
    consumerKey: at.params['key'] ?? '',
  });
  const place: KeyPath = { id: keys.id, path, params, refOf };
  return [
    importRoute(keys),
    ...itemRoutes(place),
    updateOrActRoute(place),
    ...productRoutes(place),
    ...createAttributeRoutes({
      id: keys.id,
      tag,
      path,
      params: Type.Object(params),
      noun: 'a key',
      calls: callsOnHolder((at: Visit<Params>) => credentialAttributes(at.call, refOf(at))),
    }),
  ];
}

interface KeyPath extends Omit<AppPath, 'refOf'> {
  readonly refOf: (at: { readonly params: Params }) => CredentialRef;
}

function importRoute({ id, path, params, refOf }: AppPath): EdgeRoute {
  return {
    id: `${id}.import`,
    method: 'POST',
    path: `${path}/create`,
    summary: 'Give an app a key of your own',
    tag,
    status: 201,
    takesBody: always,
    document: appShape.credentialDraftDocument,
    schema: {
      params: Type.Object(params),
      body: appSchema.credentialImport,
      response: schema.answers(201, appSchema.credential),
    },
    handle: visit(async (at: Visit<Params, unknown, Import>) =>
      answerCredential(at, await importCredential(at.plane, at.call, refOf(at), at.body)),
    ),
  };
}

function itemRoutes({ id, path, params: own, refOf }: KeyPath): EdgeRoute[] {
  const params = Type.Object(own);
  const common = { path, tag, status: 200 } as const;
  const response = schema.answers(200, appSchema.credential);
  return [
    {
      ...common,
      id: `${id}.get`,
      method: 'GET',
      summary: 'Get a key',
      schema: { params, response },
      handle: visit(async (at: Visit<Params>) =>
        answerCredential(at, await getCredential(at.plane, at.call, refOf(at))),
      ),
    },
    {
      ...common,
      id: `${id}.update`,
      method: 'PUT',
      summary: 'Add products to a key, replace its attributes and scopes',
      takesBody: always,
      document: appShape.credentialDraftDocument,
      schema: { params, body: appSchema.credentialDraft, response },
      handle: visit(async (at: Visit<Params, unknown, Draft>) => {
        const { attributes, scopes } = at.body;
        const update = { apiProducts: readProducts(at.body), attributes, scopes };
        return answerCredential(at, await updateCredential(at.plane, at.call, refOf(at), update));
      }),
    },
    {
      ...common,
      id: `${id}.delete`,
      method: 'DELETE',
      summary: 'Delete a key',
      schema: { params, response },
      handle: visit(async (at: Visit<Params>) =>
        answerCredential(at, await deleteCredential(at.plane, at.call, refOf(at))),
      ),
    },
  ];
}

/** Scopes change by PUT alone (compat/edge.md §5). */
function updateOrActRoute({ id, path, params, refOf }: KeyPath): EdgeRoute {
  return {
    id: `${id}.updateOrAct`,
    method: 'POST',
    path,
    summary: 'Set the status of a key (?action=), or add products to it and replace its attributes',
    tag,
    status: 200,
    takesBody: unlessAction,
    document: appShape.credentialDraftDocument,
    schema: {
      params: Type.Object(params),
      querystring: actionQuery,
      body: schema.optional(appSchema.credentialDraft),
      response: { ...schema.answers(200, appSchema.credential), 204: schema.nothing },
    },
    handle: visit(async (at: Visit<Params, Action, Draft>) => {
      if (at.query.action !== undefined) {
        const status = parseCredentialAction(at.query.action);
        await setCredentialStatus(at.plane, withStatus(at.call, 204), refOf(at), status);
        return nothing;
      }
      const update = { apiProducts: readProducts(at.body), attributes: at.body.attributes };
      return answerCredential(at, await updateCredential(at.plane, at.call, refOf(at), update));
    }),
  };
}

function productRoutes({ id, path: key, params: own, refOf: keyOf }: KeyPath): EdgeRoute[] {
  const path = `${key}/apiproducts/:product`;
  const params = Type.Object({ ...own, product: Type.String({ description: 'Name of the API product.' }) });
  const refOf = (at: { readonly params: Params }): CredentialProductRef => ({
    ...keyOf(at),
    products: [at.params['product'] ?? ''],
  });
  return [
    {
      id: `${id}.apiproducts.act`,
      method: 'POST',
      path,
      summary: 'Approve or revoke a product on a key',
      tag,
      status: 204,
      schema: { params, querystring: actionQuery, response: schema.answers(204, schema.nothing) },
      handle: visit(async (at: Visit<Params, Action>) => {
        if (at.query.action === undefined) throw new Problem('request.missing', { field: 'action' });
        const status = parseCredentialAction(at.query.action);
        await setCredentialProductStatus(at.plane, at.call, refOf(at), status);
        return nothing;
      }),
    },
    {
      id: `${id}.apiproducts.delete`,
      method: 'DELETE',
      path,
      summary: 'Take a product from a key',
      tag,
      status: 200,
      schema: { params, response: schema.answers(200, appSchema.credential) },
      handle: visit(async (at: Visit<Params>) =>
        answerCredential(at, await removeCredentialProduct(at.plane, at.call, refOf(at))),
      ),
    },
  ];
}
