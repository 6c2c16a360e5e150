import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox';
import type { Developer } from '../../domain/developer.ts';
import type { SearchQuery } from '../../domain/search.ts';
import { type FoundKey, searchApps, searchDevelopers, searchKeys } from '../../operations/search.ts';
import { type SearchPage, searchCountMax } from '../../operations/search-walk.ts';
import type { FoundApp } from '../../ports/search-store.ts';
import type { Exchange, Route } from '../http/route.ts';
import { organizationParams } from './organization.ts';
import { answer, formatStamp, formatTime, parseCursor, visit } from './route.ts';
import * as schema from './schema.ts';
import * as found from './search-schema.ts';

const tag = 'search';
const collection = '/organizations/:organization/search';

const attribute = Type.Optional(
  Type.Union([Type.Array(Type.String(), { maxItems: 18 }), Type.String()], {
    description: 'Has this attribute: `NAME`, or `NAME=VALUE`. May be given more than once.',
  }),
);
const product = Type.Optional(Type.String({ description: 'Has this API product on a key.' }));
const part = (of: string) =>
  Type.Optional(Type.String({ description: `A part of ${of}, in any case; 3 to 200 characters.` }));
const keyStatus = [Type.Literal('approved'), Type.Literal('revoked'), Type.Literal('pending')];
const owner = {
  developer: Type.Optional(Type.String({ description: 'Belongs to this developer: e-mail or id.' })),
  company: Type.Optional(Type.String({ description: 'Belongs to this company or app group.' })),
};

const developerQuery = Type.Object({
  text: part('e-mail, first and last name, or user name'),
  status: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('inactive')])),
  attribute,
  product,
  ...schema.pageQuery,
});
const appQuery = Type.Object({
  text: part('the name'),
  status: Type.Optional(Type.Union(keyStatus)),
  attribute,
  product,
  ...owner,
  ...schema.pageQuery,
});
const keyQuery = Type.Object({
  status: Type.Optional(Type.Union(keyStatus)),
  effective: Type.Optional(Type.Boolean({ description: 'Whether it works now.' })),
  attribute,
  product,
  app: Type.Optional(Type.String({ description: 'Belongs to the app of this id.' })),
  ...owner,
  ...schema.pageQuery,
});

interface Asked {
  readonly text?: string;
  readonly status?: string;
  readonly attribute?: string | string[];
  readonly product?: string;
  readonly developer?: string;
  readonly company?: string;
  readonly limit: number;
  readonly cursor?: string;
}

function readRequest({ text, status, attribute: attributes = [], product: name, ...asked }: Asked) {
  const query: SearchQuery = { text, status, product: name, attributes: [attributes].flat().map(parseAttribute) };
  const { developer, company, limit, cursor } = asked;
  return { query, developer, company, limit, cursor: parseCursor(cursor) };
}

/** The name ends with the first equals sign. */
function parseAttribute(text: string): { name: string; value?: string } {
  const at = text.indexOf('=');
  return at < 0 ? { name: text } : { name: text.slice(0, at), value: text.slice(at + 1) };
}

function answerPage<T>(exchange: Exchange, page: SearchPage<T>, format: (item: T) => object) {
  const { items, next, total, exact, complete } = page;
  return answer(exchange, {
    items: items.map(format),
    nextCursor: next === undefined ? null : Buffer.from(next, 'utf8').toString('base64url'),
    ...(exact ? { total } : { totalAtLeast: total }),
    complete,
  });
}

function formatDeveloper(developer: Developer): object {
  const { id, email, firstName, lastName, userName = null, status, attributes } = developer;
  return { id, email, firstName, lastName, userName, status, attributes, ...formatStamp(developer) };
}

function formatApp({ app, ownerName, products }: FoundApp): object {
  const { id, name, status, attributes, owner: held } = app;
  return { id, name, status, owner: { ...held, name: ownerName }, products, attributes, ...formatStamp(app) };
}

/** The key, which whoever may read apps may read; never its secret. */
function formatKey({ credential, consumerKey, app, owner: held, standing }: FoundKey): object {
  const { id, status, issuedAt, expiresAt, products, attributes } = credential;
  return {
    id,
    consumerKey,
    effective: standing.effective,
    reason: standing.effective ? null : standing.reason,
    status,
    issuedAt: formatTime(issuedAt),
    expiresAt: expiresAt === undefined ? null : formatTime(expiresAt),
    products,
    attributes,
    app,
    owner: held,
    ...formatStamp(credential),
  };
}

const developers = visit<unknown, Static<typeof developerQuery>, unknown>(async (at) =>
  answerPage(at, await searchDevelopers(at.plane, at.call, readRequest(at.query as Asked)), formatDeveloper),
);
const apps = visit<unknown, Static<typeof appQuery>, unknown>(async (at) =>
  answerPage(at, await searchApps(at.plane, at.call, readRequest(at.query as Asked)), formatApp),
);
const keys = visit<unknown, Static<typeof keyQuery>, unknown>(async (at) => {
  const { app: appId, effective, ...query } = at.query;
  const page = await searchKeys(at.plane, at.call, { ...readRequest(query as Asked), appId, effective });
  return answerPage(at, page, formatKey);
});

interface SearchRoute {
  readonly noun: 'developers' | 'apps' | 'keys';
  readonly querystring: TObject;
  readonly item: TSchema;
  readonly handle: Route['handle'];
}

function defineRoute({ noun, querystring, item, handle }: SearchRoute): Route {
  return {
    id: `native.search.${noun}`,
    method: 'GET',
    path: `${collection}/${noun}`,
    summary: `Search ${noun}: all that is given has to hold. Where each match has to be looked at, up to ${searchCountMax} are counted`,
    tag,
    status: 200,
    schema: {
      params: Type.Object(organizationParams),
      querystring,
      response: schema.answers(200, found.searchPageOf(item)),
    },
    handle,
  };
}

export const searchRoutes: readonly Route[] = [
  defineRoute({ noun: 'developers', querystring: developerQuery, item: found.foundDeveloper, handle: developers }),
  defineRoute({ noun: 'apps', querystring: appQuery, item: found.foundApp, handle: apps }),
  defineRoute({ noun: 'keys', querystring: keyQuery, item: found.foundKey, handle: keys }),
];
