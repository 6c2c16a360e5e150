import { type Static, Type } from '@sinclair/typebox';
import type { AccountToken } from '../../domain/account.ts';
import { createAccountToken, deleteAccountToken, listAccountTokens } from '../../operations/account-token.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange, Route } from '../http/route.ts';
import { accountParams, readAccount } from './account.ts';
import { always, answer, formatTime, noContent, parseTime } from './route.ts';
import * as schema from './schema.ts';

const tag = 'tokens';
const collection = '/accounts/:account/tokens';
const params = Type.Object({ account: Type.String(), token: Type.String({ description: 'Id of the token.' }) });

function format({ id, label, createdAt, createdBy, expiresAt }: AccountToken): object {
  return {
    id,
    label,
    createdAt: formatTime(createdAt),
    createdBy,
    expiresAt: expiresAt === undefined ? null : formatTime(expiresAt),
  };
}

async function create(exchange: Exchange): Promise<Answer> {
  const { label, expiresAt } = exchange.http.body as Static<typeof schema.accountTokenDraft>;
  const { token, text } = await createAccountToken(exchange.plane, exchange, {
    email: readAccount(exchange),
    label,
    expiresAt: expiresAt === undefined ? undefined : parseTime('expiresAt', expiresAt),
  });
  return answer(exchange, { ...format(token), token: text }, { 'cache-control': 'no-store' });
}

async function list(exchange: Exchange): Promise<Answer> {
  const tokens = await listAccountTokens(exchange.plane, exchange, readAccount(exchange));
  return answer(exchange, { items: tokens.map(format), nextCursor: null });
}

async function remove(exchange: Exchange): Promise<Answer> {
  const { token: tokenId } = exchange.http.params as Static<typeof params>;
  await deleteAccountToken(exchange.plane, exchange, { email: readAccount(exchange), tokenId });
  return noContent;
}

export const accountTokenRoutes: readonly Route[] = [
  {
    id: 'native.tokens.create',
    method: 'POST',
    path: collection,
    summary: 'Make a token for an account',
    tag,
    status: 201,
    takesBody: always,
    schema: {
      params: accountParams,
      body: schema.accountTokenDraft,
      response: schema.answers(201, schema.madeAccountToken),
    },
    handle: create,
  },
  {
    id: 'native.tokens.list',
    method: 'GET',
    path: collection,
    summary: 'List the tokens of an account, oldest first',
    tag,
    status: 200,
    schema: { params: accountParams, response: schema.answers(200, schema.pageOf(schema.accountToken)) },
    handle: list,
  },
  {
    id: 'native.tokens.revoke',
    method: 'DELETE',
    path: `${collection}/:token`,
    summary: 'Revoke a token, at once',
    tag,
    status: 204,
    schema: { params, response: schema.answers(204, schema.nothing) },
    handle: remove,
  },
];
