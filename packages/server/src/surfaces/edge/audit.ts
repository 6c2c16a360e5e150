import { type Static, Type } from '@sinclair/typebox';
import type { AuditEntry } from '../../domain/audit.ts';
import { queryAccountAudit, queryAudit } from '../../operations/audit.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange } from '../http/route.ts';
import type { Visit } from '../http/visit.ts';
import { type Attended, answer, attend, type EdgeRoute, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';

/** compat/edge.md §9, "Audits". */
const windowQuery = {
  timeline: Type.Optional(Type.String({ description: '`today` (where absent), `week` or `month`.' })),
  startTime: Type.Optional(Type.Integer({ description: 'Milliseconds since 1970 UTC, inclusive.' })),
  endTime: Type.Optional(Type.Integer({ description: 'Milliseconds since 1970 UTC, inclusive.' })),
  rows: Type.Optional(Type.Integer({ description: 'The newest of them, at most 1000.' })),
};

const accountQuery = Type.Object(windowQuery);

const resourceQuery = Type.Object({
  ...windowQuery,
  expand: Type.Optional(Type.Boolean({ description: 'Whether what lies below counts too; true where absent.' })),
  user: Type.Optional(Type.String({ description: 'Only what this account did: its e-mail.' })),
  operation: Type.Optional(Type.String({ description: 'Only `create`, `update` or `delete`.' })),
});

function answerRecords(at: Exchange, entries: readonly AuditEntry[]): Answer {
  const auditRecord: Static<typeof schema.auditRecords>['auditRecord'] = entries.map((entry) => ({
    operation: entry.operation,
    request: entry.request,
    requestUri: entry.requestUri,
    responseCode: entry.responseCode,
    timeStamp: entry.at,
    user: entry.account,
  }));
  return answer(at, { auditRecord }, shape.auditRecordsDocument);
}

type Search = Static<typeof resourceQuery>;

const ofResource = visit(async (at: Visit<{ readonly '*'?: string }, Search>) => {
  const resource = (at.params['*'] ?? '').split('/');
  return answerRecords(at, await queryAudit(at.plane, at.call, { ...at.query, resource }));
});

const ofAccount = attend(
  async (at: Attended<Static<typeof schema.userParams>, Static<typeof accountQuery>>): Promise<Answer> =>
    answerRecords(at, await queryAccountAudit(at.plane, at, { ...at.query, email: at.params.user })),
);

const tag = 'audits';
const response = schema.answers(200, schema.auditRecords);
const organizationPath = '/audits/organizations/:organization';

export const auditRoutes: readonly EdgeRoute[] = [
  {
    id: 'edge.audits.organization',
    method: 'GET',
    path: organizationPath,
    summary: 'Who changed what in an organization',
    tag,
    status: 200,
    schema: { params: schema.organizationParams, querystring: resourceQuery, response },
    handle: ofResource,
  },
  {
    id: 'edge.audits.resource',
    method: 'GET',
    path: `${organizationPath}/*`,
    summary: 'Who changed a resource of an organization, or what lies below it, e.g. developers/ann@example.com',
    tag,
    status: 200,
    schema: {
      params: Type.Object({
        ...schema.organizationParams.properties,
        '*': Type.String({ description: 'The resource.' }),
      }),
      querystring: resourceQuery,
      response,
    },
    handle: ofResource,
  },
  {
    id: 'edge.audits.user',
    method: 'GET',
    path: '/audits/users/:user',
    summary: 'What an account changed, in all organizations',
    tag,
    status: 200,
    schema: { params: schema.userParams, querystring: accountQuery, response },
    handle: ofAccount,
  },
];
