import { Type } from '@sinclair/typebox';
import { listAllVerifiers, listVerifiers, type VerifierView } from '../../operations/verifier.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange, Route } from '../http/route.ts';
import { organizationParams } from './organization.ts';
import { answer, formatTime, visit } from './route.ts';
import * as schema from './schema.ts';

const tag = 'verifiers';
const time = { format: 'date-time' };
const nullable = <T extends ReturnType<typeof Type.String>>(type: T, description: string) =>
  Type.Union([type, Type.Null()], { description });

const verifier = schema.component(
  Type.Object(
    {
      id: Type.String(),
      name: Type.String({ description: 'As its operator named it; may be empty.' }),
      organization: nullable(Type.String(), 'Null: it holds whichever organization it is asked about.'),
      applied: Type.String({ description: 'Sequence up to which it has applied every change.' }),
      behind: Type.String({ description: 'How many sequences of the log come after that.' }),
      missed: nullable(Type.String(), 'Sequence for which a call waited in vain, while it has not applied it.'),
      heardAt: Type.String({ ...time, description: 'When it was heard last.' }),
      answersUntil: nullable(Type.String(time), 'Until when it may answer unheard. Null: for ever.'),
    },
    { $id: 'Verifier', description: 'One that may answer from what it holds.' },
  ),
);

function format(view: VerifierView): object {
  const { id, name, organization = null, applied, behind, missed, heardAt, answersUntil } = view;
  return {
    id,
    name,
    organization,
    applied: String(applied),
    behind: String(behind),
    missed: missed > applied ? String(missed) : null,
    heardAt: formatTime(heardAt),
    answersUntil: answersUntil === undefined ? null : formatTime(answersUntil),
  };
}

function answerList(exchange: Exchange, verifiers: readonly VerifierView[]): Answer {
  return answer(exchange, { items: verifiers.map(format), nextCursor: null });
}

const ofOrganization = visit(async (at) => answerList(at, await listVerifiers(at.plane, at.call)));

async function ofPlane(exchange: Exchange): Promise<Answer> {
  return answerList(exchange, await listAllVerifiers(exchange.plane, exchange));
}

export const verifierRoutes: readonly Route[] = [
  {
    id: 'native.verifiers.plane',
    method: 'GET',
    path: '/verifiers',
    summary: 'Verifiers of the whole plane, and what they have applied; for sysadmins',
    tag,
    status: 200,
    schema: { response: schema.answers(200, schema.pageOf(verifier)) },
    handle: ofPlane,
  },
  {
    id: 'native.verifiers.list',
    method: 'GET',
    path: '/organizations/:organization/verifiers',
    summary: 'Verifiers that may answer for an organization, and what they have applied',
    tag,
    status: 200,
    schema: { params: Type.Object(organizationParams), response: schema.answers(200, schema.pageOf(verifier)) },
    handle: ofOrganization,
  },
];
