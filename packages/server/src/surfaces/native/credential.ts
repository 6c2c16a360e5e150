import { type Static, Type } from '@sinclair/typebox';
import { Problem } from '../../domain/problem.ts';
import { type ExpiringQuery, listExpiringCredentials } from '../../operations/credential-expiry.ts';
import { type CredentialName, rotateCredential } from '../../operations/credential-rotation.ts';
import { findCredentialStanding } from '../../operations/credential-standing.ts';
import type { Route } from '../http/route.ts';
import * as credentialSchema from './credential-schema.ts';
import { formatExpiring, formatRotated, formatStanding } from './credential-view.ts';
import { organizationParams } from './organization.ts';
import { always, answer, answerEntity, ifMatch, parseCursor, parseTime, readIfMatch, visit } from './route.ts';
import * as schema from './schema.ts';

const tag = 'credentials';
const collection = '/organizations/:organization/credentials';
const params = Type.Object(organizationParams);

const lookup = Type.Object(
  { consumerKey: Type.String({ description: 'The key, in the body so that no log holds it.' }) },
  { additionalProperties: false },
);

const expiringQuery = Type.Object({
  expiresAfter: Type.Optional(Type.String({ description: 'RFC 3339, inclusive. Absent: from now on.' })),
  expiresBefore: Type.Optional(Type.String({ description: 'RFC 3339, exclusive. Absent: two weeks from now.' })),
  ...schema.pageQuery,
});

const rotationHeaders = Type.Object({
  ...ifMatch.properties,
  'idempotency-key': Type.Optional(
    Type.String({ description: 'The same key again is the same rotation: a retry makes no second key.' }),
  ),
});

const find = visit<unknown, unknown, Static<typeof lookup>>(async (at) =>
  answer(at, formatStanding(await findCredentialStanding(at.plane, at.call, at.body.consumerKey))),
);

const rotate = visit<unknown, unknown, Static<typeof credentialSchema.rotationDraft>>(async (at) => {
  const { consumerKey, id, ...wish } = at.body;
  const idempotencyKey = at.http.headers['idempotency-key'];
  const rotated = await rotateCredential(at.plane, at.call, readName({ consumerKey, id }), {
    ...wish,
    idempotencyKey: typeof idempotencyKey === 'string' ? idempotencyKey : undefined,
    version: readIfMatch(at.http),
  });
  return answerEntity(at, rotated.successor, formatRotated(rotated));
});

/** @throws Problem request.missing, request.invalid */
function readName({ consumerKey, id }: { consumerKey?: string | undefined; id?: string | undefined }): CredentialName {
  if (consumerKey !== undefined && id !== undefined) {
    throw new Problem('request.invalid', { field: 'id', reason: 'goes without consumerKey' });
  }
  if (id !== undefined) return { id };
  if (consumerKey !== undefined) return { consumerKey };
  throw new Problem('request.missing', { field: 'consumerKey' });
}

const listExpiring = visit<unknown, Static<typeof expiringQuery>, unknown>(async (at) => {
  const { expiresAfter, expiresBefore, limit, cursor } = at.query;
  const { items, next, total } = await listExpiringCredentials(at.plane, at.call, {
    from: expiresAfter === undefined ? undefined : parseTime('expiresAfter', expiresAfter),
    to: expiresBefore === undefined ? undefined : parseTime('expiresBefore', expiresBefore),
    after: parseMark(cursor),
    limit,
  });
  const nextCursor = next && Buffer.from(`${next.expiresAt}.${next.id}`, 'utf8').toString('base64url');
  return answer(at, { items: items.map(formatExpiring), nextCursor: nextCursor ?? null, total });
});

/** @throws Problem request.invalid */
function parseMark(cursor: string | undefined): ExpiringQuery['after'] {
  const text = parseCursor(cursor);
  if (text === undefined) return undefined;
  const match = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(text);
  if (match === null) throw new Problem('request.invalid', { field: 'cursor', reason: 'is none that an answer gave' });
  return { expiresAt: Number(match[1]), id: match[2] ?? '' };
}

export const credentialRoutes: readonly Route[] = [
  {
    id: 'native.credentials.lookup',
    method: 'POST',
    path: `${collection}/lookup`,
    summary: 'Tell whether a consumer key works now, and why not',
    tag,
    status: 200,
    takesBody: always,
    schema: { params, body: lookup, response: schema.answers(200, credentialSchema.credentialStanding) },
    handle: find,
  },
  {
    id: 'native.credentials.rotate',
    method: 'POST',
    path: `${collection}/rotate`,
    summary: 'Put a new key beside one that an app has, and let the old one expire after an overlap',
    tag,
    status: 201,
    takesBody: always,
    schema: {
      params,
      headers: rotationHeaders,
      body: credentialSchema.rotationDraft,
      response: schema.answers(201, credentialSchema.rotatedCredential),
    },
    handle: rotate,
  },
  {
    id: 'native.credentials.expiring',
    method: 'GET',
    path: `${collection}/expiring`,
    summary: 'List the keys that expire soon, soonest first',
    tag,
    status: 200,
    schema: {
      params,
      querystring: expiringQuery,
      response: schema.answers(200, schema.countedPageOf(credentialSchema.expiringCredential)),
    },
    handle: listExpiring,
  },
];
