import { Type } from '@sinclair/typebox';
import type { Backoff } from '../../../operations/backoff.ts';
import { readMembers } from './body.ts';
import { listKeys, listProducts } from './catalog.ts';
import { refuseRotation } from './edgemicro.ts';
import { grantToken } from './grant.ts';
import { type Dealer, exchangeKey } from './key-exchange.ts';
import { remoteReader } from './product.ts';
import type { QuotaCounter } from './quota.ts';
import { answerJson } from './refusal.ts';
import { answers, bodies, jwks, productList, quota, token } from './schema.ts';
import type { ApigeeRoute } from './visit.ts';

/** Of the interface of remote-service that this is. */
const version = '2.0.0';

const dealer: Dealer = {
  audience: 'remote-service-client',
  path: '/remote-service/verifyApiKey',
  reader: remoteReader,
  claims: (found, key) => ({ client_id: key, application_id: found.app.id }),
};

const certs = (id: string): ApigeeRoute => ({
  id,
  method: 'GET',
  path: '/certs',
  summary: 'The public keys that tokens are signed with, as a JWKS',
  entry: 'named',
  schema: { response: answers(200, jwks) },
  handle: listKeys,
});

/** What Apigee's adapter for Envoy calls, below `/remote-service` (compat/edge.md §12.2). */
export function listRemoteServiceRoutes(quotas: QuotaCounter): readonly ApigeeRoute[] {
  return [
    {
      id: 'remoteService.verifyApiKey',
      method: 'POST',
      path: '/verifyApiKey',
      summary: 'A token for a consumer key',
      entry: 'gateway',
      schema: { body: bodies.key, response: answers(200, Type.Object({ token: Type.String() })) },
      handle: (visit) => exchangeKey(visit, dealer),
    },
    {
      id: 'remoteService.products',
      method: 'GET',
      path: '/products',
      summary: 'The API products that an adapter can match calls with',
      entry: 'gateway',
      schema: { response: answers(200, productList) },
      handle: (visit) => listProducts(visit, remoteReader),
    },
    certs('remoteService.certs'),
    {
      id: 'remoteService.version',
      method: 'GET',
      path: '/version',
      summary: 'Version of this interface',
      entry: 'anybody',
      schema: { response: answers(200, Type.Object({ version: Type.String() })) },
      handle: async () => answerJson({ version }),
    },
    {
      id: 'remoteService.quotas',
      method: 'POST',
      path: '/quotas',
      summary: 'Count a use of a quota',
      entry: 'gateway',
      schema: { body: bodies.quota, response: answers(200, quota) },
      async handle({ parts, place, http }) {
        const { available: _available, ...told } = quotas.take(
          place.organizationId,
          readMembers(http),
          parts.clock.now(),
        );
        return answerJson(told);
      },
    },
    {
      id: 'remoteService.rotate',
      method: 'POST',
      path: '/rotate',
      summary: 'Refused: the plane keeps the keys',
      entry: 'gateway',
      schema: { response: answers() },
      handle: refuseRotation,
    },
  ];
}

/** What clients of an API call, below `/remote-token`. */
export function listRemoteTokenRoutes(guesses: Backoff): readonly ApigeeRoute[] {
  return [
    {
      id: 'remoteToken.token',
      method: 'POST',
      path: '/token',
      summary: 'A token for consumer key and secret',
      entry: 'named',
      schema: { body: bodies.client, response: answers(200, token) },
      handle: (visit) =>
        grantToken(visit, dealer, guesses, ({ token: jwt, expiresIn }, scope) => ({
          access_token: jwt,
          token_type: 'Bearer',
          expires_in: expiresIn,
          scope: scope === '' ? undefined : scope,
        })),
    },
    certs('remoteToken.certs'),
  ];
}
