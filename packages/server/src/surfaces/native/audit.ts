import { type Static, Type } from '@sinclair/typebox';
import type { AuditEntry } from '../../domain/audit.ts';
import { splitPath } from '../../domain/permission.ts';
import { Problem } from '../../domain/problem.ts';
import { type AuditWindow, auditRowsMax, queryAccountAudit, queryAudit } from '../../operations/audit.ts';
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
type WindowQuery = Static<typeof windowQuery>;

function format({ organizationId: _internal, ...entry }: AuditEntry): object {
  return { ...entry, id: String(entry.id), at: formatTime(entry.at) };
}

/** Newest first; a page begins after the entry that the cursor names. */
async function answerPage(
  exchange: Exchange,
  { from, to, limit, cursor }: WindowQuery,
  query: (window: AuditWindow) => Promise<AuditEntry[]>,
): Promise<Answer> {
  const after = parseMark(cursor);
  const endTime = after?.at ?? (to === undefined ? exchange.plane.clock.now() : parseTime('to', to));
  const startTime = from === undefined ? 0 : parseTime('from', from);
  const found = await query({ startTime, endTime, rows: auditRowsMax });
  const rest = after === undefined ? found : found.filter(({ at, id }) => at < after.at || id < after.id);
  const last = rest.length > limit ? rest[limit - 1] : undefined;
  const nextCursor = last === undefined ? null : Buffer.from(`${last.at}.${last.id}`, 'utf8').toString('base64url');
  return answer(exchange, { items: rest.slice(0, limit).map(format), nextCursor });
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
  return answerPage(at, at.query, (bounds) =>
    queryAudit(at.plane, at.call, { ...bounds, resource: splitPath(resource ?? '/'), user: account, operation }),
  );
});

async function ofAccount(exchange: Exchange): Promise<Answer> {
  const email = readAccount(exchange);
  const query = exchange.http.query as WindowQuery;
  return answerPage(exchange, query, (bounds) => queryAccountAudit(exchange.plane, exchange, { ...bounds, email }));
}

export const auditRoutes: readonly Route[] = [
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
