import { type Static, Type } from '@sinclair/typebox';
import type { AuditEntry } from '../../domain/audit.ts';
import { splitPath } from '../../domain/permission.ts';
import { Problem } from '../../domain/problem.ts';
import {
  type AuditWindow,
  auditRowsMax,
  type PlaneAuditEntry,
  queryAccountAudit,
  queryAudit,
  queryPlaneAudit,
} from '../../operations/audit.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange, Route } from '../http/route.ts';
import { accountParams, readAccount } from './account.ts';
import { organizationParams } from './organization.ts';
import { answer, formatTime, parseCursor, parseTime, visit } from './route.ts';
import * as schema from './schema.ts';

const tag = 'audit';
const window = {
  from: Type.Optional(Type.String({ description: 'RFC 3339, inclusive. Absent: from the beginning.' })),
  to: Type.Optional(Type.String({ description: 'RFC 3339, inclusive. Absent: up to now.' })),
  // The store reads entries of one millisecond together: a page has to have room beside those of the page before.
  limit: Type.Integer({ minimum: 1, maximum: auditRowsMax / 2, default: 100 }),
  cursor: schema.pageQuery.cursor,
};
const windowQuery = Type.Object(window);
const searchQuery = Type.Object({
  ...window,
  resource: Type.Optional(
    Type.String({ description: 'Path below the organization, with all beneath: `/developers`.' }),
  ),
  account: Type.Optional(Type.String({ description: 'E-mail of who did it.' })),
  operation: Type.Optional(Type.String({ description: 'CREATE, UPDATE or DELETE.' })),
});
const planeQuery = Type.Object({
  ...window,
  organization: Type.Optional(Type.String({ description: 'Name. Absent: all of them, and what belongs to none.' })),
  account: Type.Optional(Type.String({ description: 'E-mail of who did it.' })),
});
type WindowQuery = Static<typeof windowQuery>;

function format({ organizationId: _internal, ...entry }: AuditEntry): object {
  return { ...entry, id: String(entry.id), at: formatTime(entry.at) };
}

function formatPlane({
  organization = null,
  ...entry
}: Omit<PlaneAuditEntry, 'organization'> & { organization?: string | null | undefined }): object {
  return { organization, ...format(entry) };
}

/** Newest first; a page begins after the entry that the cursor names. */
async function answerPage<E extends AuditEntry>(
  exchange: Exchange,
  { from, to, limit, cursor }: WindowQuery,
  { query, show }: { query(window: AuditWindow): Promise<E[]>; show(entry: E): object },
): Promise<Answer> {
  const after = parseMark(cursor);
  const endTime = after?.at ?? (to === undefined ? exchange.plane.clock.now() : parseTime('to', to));
  const startTime = from === undefined ? 0 : parseTime('from', from);
  const found = await query({ startTime, endTime, rows: auditRowsMax });
  const rest = after === undefined ? found : found.filter(({ at, id }) => at < after.at || id < after.id);
  const last = rest.length > limit ? rest[limit - 1] : undefined;
  const nextCursor = last === undefined ? null : Buffer.from(`${last.at}.${last.id}`, 'utf8').toString('base64url');
  return answer(exchange, { items: rest.slice(0, limit).map(show), nextCursor });
}

function parseMark(cursor: string | undefined): { at: number; id: number } | undefined {
  const text = parseCursor(cursor);
  if (text === undefined) return undefined;
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text);
  if (match === null) throw new Problem('request.invalid', { field: 'cursor', reason: 'is none that an answer gave' });
  return { at: Number(match[1]), id: Number(match[2]) };
}

const ofOrganization = visit<unknown, Static<typeof searchQuery>, unknown>(async (at) => {
  const { resource, account, operation } = at.query;
  return answerPage(at, at.query, {
    query: (bounds) =>
      queryAudit(at.plane, at.call, { ...bounds, resource: splitPath(resource ?? '/'), user: account, operation }),
    show: format,
  });
});

async function ofAccount(exchange: Exchange): Promise<Answer> {
  const email = readAccount(exchange);
  const query = exchange.http.query as WindowQuery;
  return answerPage(exchange, query, {
    query: (bounds) => queryAccountAudit(exchange.plane, exchange, { ...bounds, email }),
    show: format,
  });
}

async function ofPlane(exchange: Exchange): Promise<Answer> {
  const { organization, account, ...query } = exchange.http.query as Static<typeof planeQuery>;
  return answerPage(exchange, query, {
    query: (bounds) => queryPlaneAudit(exchange.plane, exchange, { ...bounds, organization, account }),
    show: formatPlane,
  });
}

export const auditRoutes: readonly Route[] = [
  {
    id: 'native.audit.plane',
    method: 'GET',
    path: '/audit',
    summary: 'What was done on the whole plane, newest first; for sysadmins',
    tag,
    status: 200,
    schema: { querystring: planeQuery, response: schema.answers(200, schema.pageOf(schema.planeAuditEntry)) },
    handle: ofPlane,
  },
  {
    id: 'native.audit.organization',
    method: 'GET',
    path: '/organizations/:organization/audit',
    summary: 'What was done in an organization, newest first',
    tag,
    status: 200,
    schema: {
      params: Type.Object(organizationParams),
      querystring: searchQuery,
      response: schema.answers(200, schema.pageOf(schema.auditEntry)),
    },
    handle: ofOrganization,
  },
  {
    id: 'native.audit.account',
    method: 'GET',
    path: '/accounts/:account/audit',
    summary: 'What an account did, over all organizations, newest first',
    tag,
    status: 200,
    schema: {
      params: accountParams,
      querystring: windowQuery,
      response: schema.answers(200, schema.pageOf(schema.auditEntry)),
    },
    handle: ofAccount,
  },
];
