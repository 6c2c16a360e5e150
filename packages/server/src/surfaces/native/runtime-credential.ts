import { type Static, Type } from '@sinclair/typebox';
import type { RuntimeCredential } from '../../domain/runtime-credential.ts';
import {
  createRuntimeCredential,
  deleteRuntimeCredential,
  listRuntimeCredentials,
} from '../../operations/runtime-credential.ts';
import type { Route } from '../http/route.ts';
import { organizationParams } from './organization.ts';
import { always, answer, formatTime, noContent, visit } from './route.ts';
import * as schema from './schema.ts';

const tag = 'runtime credentials';
const collection = '/organizations/:organization/runtime-credentials';
const listParams = Type.Object(organizationParams);
const params = Type.Object({
  ...organizationParams,
  credential: Type.String({ description: 'Id of the runtime credential.' }),
});

const members = {
  id: Type.String(),
  name: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  createdBy: Type.String(),
};

const runtimeCredential = schema.component(
  Type.Object(members, { $id: 'RuntimeCredential', description: 'What a gateway asks with, without its text.' }),
);

const madeRuntimeCredential = schema.component(
  Type.Object(
    { ...members, token: Type.String({ description: 'The token itself. It is shown here and nowhere else.' }) },
    { $id: 'MadeRuntimeCredential' },
  ),
);

const draft = Type.Object({ name: Type.String({ description: 'What it is for.' }) }, schema.closed);

function format({ id, name, createdAt, createdBy }: RuntimeCredential): object {
  return { id, name, createdAt: formatTime(createdAt), createdBy };
}

const create = visit<unknown, unknown, Static<typeof draft>>(async (at) => {
  const { credential, text } = await createRuntimeCredential(at.plane, at.call, at.body);
  return answer(at, { ...format(credential), token: text }, { 'cache-control': 'no-store' });
});

const list = visit(async (at) => {
  const credentials = await listRuntimeCredentials(at.plane, at.call);
  return answer(at, { items: credentials.map(format), nextCursor: null });
});

const remove = visit<Static<typeof params>, unknown, unknown>(async (at) => {
  await deleteRuntimeCredential(at.plane, at.call, at.params.credential);
  return noContent;
});

export const runtimeCredentialRoutes: readonly Route[] = [
  {
    id: 'native.runtime-credentials.create',
    method: 'POST',
    path: collection,
    summary: 'Make a credential with which a gateway asks for verdicts',
    tag,
    status: 201,
    takesBody: always,
    schema: { params: listParams, body: draft, response: schema.answers(201, madeRuntimeCredential) },
    handle: create,
  },
  {
    id: 'native.runtime-credentials.list',
    method: 'GET',
    path: collection,
    summary: 'List the runtime credentials of an organization, oldest first',
    tag,
    status: 200,
    schema: { params: listParams, response: schema.answers(200, schema.pageOf(runtimeCredential)) },
    handle: list,
  },
  {
    id: 'native.runtime-credentials.revoke',
    method: 'DELETE',
    path: `${collection}/:credential`,
    summary: 'Revoke a runtime credential',
    tag,
    status: 204,
    schema: { params, response: schema.answers(204, schema.nothing) },
    handle: remove,
  },
];
