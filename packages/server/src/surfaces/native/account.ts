import { type Static, Type } from '@sinclair/typebox';
import type { Account } from '../../domain/account.ts';
import { keyOfEmail } from '../../domain/developer.ts';
import {
  createAccount,
  deleteAccount,
  getAccount,
  listAccounts,
  setPassword,
  updateAccount,
} from '../../operations/account.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange, Route } from '../http/route.ts';
import {
  always,
  answer,
  answerEntity,
  formatPage,
  formatStamp,
  ifMatch,
  noContent,
  type PageQuery,
  parseCursor,
  readIfMatch,
} from './route.ts';
import * as schema from './schema.ts';

const tag = 'accounts';
const item = '/accounts/:account';
export const accountParams = Type.Object({ account: Type.String({ description: 'E-mail.' }) });

function format(account: Account): object {
  const { email, firstName, lastName, status, sysadmin } = account;
  return { email, firstName, lastName, status, sysadmin, ...formatStamp(account) };
}

/** E-mail of the account in the path. */
export function readAccount({ http }: Exchange): string {
  return (http.params as Static<typeof accountParams>).account;
}

async function create(exchange: Exchange): Promise<Answer> {
  const draft = exchange.http.body as Static<typeof schema.accountDraft>;
  const account = await createAccount(exchange.plane, exchange, draft);
  return answerEntity(exchange, account, format(account));
}

async function list(exchange: Exchange): Promise<Answer> {
  const { limit, cursor } = exchange.http.query as PageQuery;
  const page = { after: parseCursor(cursor), limit: limit + 1 };
  const accounts = await listAccounts(exchange.plane, exchange, page);
  return answer(exchange, formatPage(accounts, { limit, keyOf: ({ email }) => keyOfEmail(email), format }));
}

async function get(exchange: Exchange): Promise<Answer> {
  const account = await getAccount(exchange.plane, exchange, readAccount(exchange));
  return answerEntity(exchange, account, format(account));
}

async function update(exchange: Exchange): Promise<Answer> {
  const { plane, http } = exchange;
  const patch = { ...(http.body as Static<typeof schema.accountPatch>), version: readIfMatch(http) };
  const account = await updateAccount(plane, exchange, { email: readAccount(exchange), patch });
  return answerEntity(exchange, account, format(account));
}

async function remove(exchange: Exchange): Promise<Answer> {
  const account = await deleteAccount(exchange.plane, exchange, readAccount(exchange), readIfMatch(exchange.http));
  return answerEntity(exchange, account, format(account));
}

async function changePassword(exchange: Exchange): Promise<Answer> {
  const { password } = exchange.http.body as Static<typeof schema.passwordDraft>;
  await setPassword(exchange.plane, exchange, { email: readAccount(exchange), password });
  return noContent;
}

export const accountRoutes: readonly Route[] = [
  {
    id: 'native.accounts.create',
    method: 'POST',
    path: '/accounts',
    summary: 'Create an account',
    tag,
    status: 201,
    takesBody: always,
    schema: { body: schema.accountDraft, response: schema.answers(201, schema.account) },
    handle: create,
  },
  {
    id: 'native.accounts.list',
    method: 'GET',
    path: '/accounts',
    summary: 'List accounts, by e-mail',
    tag,
    status: 200,
    schema: {
      querystring: Type.Object(schema.pageQuery),
      response: schema.answers(200, schema.pageOf(schema.account)),
    },
    handle: list,
  },
  {
    id: 'native.accounts.get',
    method: 'GET',
    path: item,
    summary: 'Get an account',
    tag,
    status: 200,
    schema: { params: accountParams, response: schema.answers(200, schema.account) },
    handle: get,
  },
  {
    id: 'native.accounts.update',
    method: 'PUT',
    path: item,
    summary: 'Change an account; absent members stay',
    tag,
    status: 200,
    takesBody: always,
    schema: {
      params: accountParams,
      headers: ifMatch,
      body: schema.accountPatch,
      response: schema.answers(200, schema.account),
    },
    handle: update,
  },
  {
    id: 'native.accounts.delete',
    method: 'DELETE',
    path: item,
    summary: 'Delete an account with its tokens and roles',
    tag,
    status: 200,
    schema: { params: accountParams, headers: ifMatch, response: schema.answers(200, schema.account) },
    handle: remove,
  },
  {
    id: 'native.accounts.password.set',
    method: 'PUT',
    path: `${item}/password`,
    summary: 'Set the password of an account, which ends all of its sessions',
    tag,
    status: 204,
    takesBody: always,
    schema: { params: accountParams, body: schema.passwordDraft, response: schema.answers(204, schema.nothing) },
    handle: changePassword,
  },
];
