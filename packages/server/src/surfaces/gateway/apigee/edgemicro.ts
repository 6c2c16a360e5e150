import { Type } from '@sinclair/typebox';
import type { Backoff } from '../../../operations/backoff.ts';
import type { Answer } from '../../http/answer.ts';
import { readMembers } from './body.ts';
import { listKeys, listProducts } from './catalog.ts';
import { grantToken } from './grant.ts';
import { type Dealer, exchangeKey } from './key-exchange.ts';
import { edgemicroReader } from './product.ts';
import type { QuotaCounter } from './quota.ts';
import { answerJson, answerText, invalidRequest, Refusal } from './refusal.ts';
import { answers, bodies, filterQuery, jwks, productList, quota, token } from './schema.ts';
import { type ApigeeRoute, requireSigner, type Visit } from './visit.ts';

/** The version of edgemicro-auth's own interface. */
const version = '1.1.0';

const dealer: Dealer = {
  audience: 'microgateway',
  path: '/edgemicro-auth/verifyApiKey',
  reader: edgemicroReader,
  claims: (_found, key) => ({ client_id: key }),
};

async function showPem({ parts, place }: Visit): Promise<Answer> {
  const { signing } = await requireSigner(parts).publicKeys(place.organizationId);
  return answerText(signing.pem, 'text/plain');
}

/** Keys are the plane's, and a gateway may not choose them. */
export async function refuseRotation(): Promise<Answer> {
  throw new Refusal(400, 'Bad Request', 'the plane keeps the keys: claviger gateway-key rotate');
}

async function refuseRefresh(): Promise<Answer> {
  throw invalidRequest('no refresh tokens are given: ask for a token anew');
}

/** Where a gateway names its organization and environment once more, at the end of the path (compat/edge.md §14.9). */
function refuseOtherPlace({ http, place }: Visit): void {
  const rest = (http.params as { '*'?: string })['*'] ?? '';
  const named = /^organization\/([^/]+)\/environment\/([^/]+)$/.exec(rest);
  if (named === null) throw invalidRequest();
  if (named[1] === place.organization && (place.environment ?? named[2]) === named[2]) return;
  throw new Refusal(403, 'unauthorized', 'the credential is not of the organization that is named');
}

const keyRoutes: readonly ApigeeRoute[] = [
  {
    id: 'edgemicro.verifyApiKey',
    method: 'POST',
    path: '/verifyApiKey',
    summary: 'A token for a consumer key',
    entry: 'gateway',
    schema: { body: bodies.key, response: answers(200, Type.Object({ token: Type.String() })) },
    handle: (visit) => exchangeKey(visit, dealer),
  },
  {
    id: 'edgemicro.products',
    method: 'GET',
    path: '/products',
    summary: 'The API products that a microgateway can match calls with',
    entry: 'gateway',
    schema: { querystring: filterQuery, response: answers(200, productList) },
    handle: (visit) => listProducts(visit, edgemicroReader),
  },
  {
    id: 'edgemicro.publicKey',
    method: 'GET',
    path: '/publicKey',
    summary: 'The public key that tokens are signed with, in PEM',
    entry: 'named',
    schema: { response: answers(200, Type.String(), 'text/plain') },
    handle: showPem,
  },
  {
    id: 'edgemicro.jwkPublicKeys',
    method: 'GET',
    path: '/jwkPublicKeys',
    summary: 'The public keys, as a JWKS',
    entry: 'named',
    schema: { response: answers(200, jwks) },
    handle: listKeys,
  },
];

const otherRoutes: readonly ApigeeRoute[] = [
  {
    id: 'edgemicro.refresh',
    method: 'POST',
    path: '/refresh',
    summary: 'Refused: no refresh tokens are given',
    entry: 'anybody',
    schema: { response: answers() },
    handle: refuseRefresh,
  },
  {
    id: 'edgemicro.version',
    method: 'GET',
    path: '/v2/version',
    summary: 'Version of this interface',
    entry: 'anybody',
    schema: { response: answers(200, Type.String(), 'text/plain') },
    handle: async () => answerText(version, 'text/plain'),
  },
  ...(['/rotateKey', '/upgradeKvm'] as const).map(
    (path): ApigeeRoute => ({
      id: `edgemicro.${path.slice(1)}`,
      method: 'POST',
      path,
      summary: 'Refused: the plane keeps the keys',
      entry: 'gateway',
      schema: { response: answers() },
      handle: refuseRotation,
    }),
  ),
];

function tokenRoute(guesses: Backoff): ApigeeRoute {
  return {
    id: 'edgemicro.token',
    method: 'POST',
    path: '/token',
    summary: 'A token for consumer key and secret',
    entry: 'named',
    schema: { body: bodies.client, response: answers(200, token) },
    handle: (visit) =>
      grantToken(visit, dealer, guesses, ({ token: jwt, expiresIn }, scope) => ({
        token: jwt,
        access_token: jwt,
        token_type: 'Bearer',
        expires_in: expiresIn,
        scope: scope === '' ? undefined : scope,
      })),
  };
}

function listQuotaRoutes(quotas: QuotaCounter): readonly ApigeeRoute[] {
  const takeQuota = async ({ parts, place, http }: Visit): Promise<Answer> =>
    answerJson(quotas.take(place.organizationId, readMembers(http), parts.clock.now()));
  return [
    {
      id: 'edgemicro.quotas',
      method: 'POST',
      path: '/v2/quotas',
      summary: 'Count a use of a quota',
      entry: 'gateway',
      schema: { body: bodies.quota, response: answers(200, quota) },
      handle: takeQuota,
    },
    {
      id: 'edgemicro.quotasOfPlace',
      method: 'POST',
      path: '/v2/quotas/*',
      summary: 'The same; organization and environment are named once more',
      entry: 'gateway',
      schema: { params: Type.Object({ '*': Type.String() }), body: bodies.quota, response: answers(200, quota) },
      handle: async (visit) => {
        refuseOtherPlace(visit);
        return takeQuota(visit);
      },
    },
  ];
}

/** What Edge Microgateway and its plugins call, below `/edgemicro-auth` (compat/edge.md §12.1). */
export function listEdgemicroRoutes(quotas: QuotaCounter, guesses: Backoff): readonly ApigeeRoute[] {
  return [...keyRoutes, tokenRoute(guesses), ...listQuotaRoutes(quotas), ...otherRoutes];
}
