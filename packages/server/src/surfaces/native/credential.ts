import { type Static, Type } from '@sinclair/typebox';
import { type CredentialStanding, findCredentialStanding } from '../../operations/credential-standing.ts';
import type { Route } from '../http/route.ts';
import { organizationParams } from './organization.ts';
import { always, answer, formatStamp, formatTime, visit } from './route.ts';
import * as schema from './schema.ts';

const lookup = Type.Object(
  { consumerKey: Type.String({ description: 'The key, in the body so that no log holds it.' }) },
  { additionalProperties: false },
);

/** Neither key nor secret: who asks has the key, and needs no secret to know whether it works. */
function format({ credential, app, owner, standing }: CredentialStanding): Static<typeof schema.credentialStanding> {
  return {
    id: credential.id,
    effective: standing.effective,
    reason: standing.effective ? null : standing.reason,
    status: credential.status,
    issuedAt: formatTime(credential.issuedAt),
    expiresAt: credential.expiresAt === undefined ? null : formatTime(credential.expiresAt),
    products: credential.products.map(({ name, status }) => ({ name, status })),
    app: { id: app.id, name: app.name, status: app.status },
    owner: { ...owner },
    ...formatStamp(credential),
  } as Static<typeof schema.credentialStanding>;
}

const find = visit<unknown, unknown, Static<typeof lookup>>(async (at) =>
  answer(at, format(await findCredentialStanding(at.plane, at.call, at.body.consumerKey))),
);

export const credentialRoutes: readonly Route[] = [
  {
    id: 'native.credentials.lookup',
    method: 'POST',
    path: '/organizations/:organization/credentials/lookup',
    summary: 'Tell whether a consumer key works now, and why not',
    tag: 'credentials',
    status: 200,
    takesBody: always,
    schema: {
      params: Type.Object(organizationParams),
      body: lookup,
      response: schema.answers(200, schema.credentialStanding),
    },
    handle: find,
  },
];
