import { type TSchema, Type } from '@sinclair/typebox';

/** What Apigee's services are asked and answer, for the OpenAPI document: they check their bodies by themselves. */

const text = Type.Optional(Type.String());
const number = Type.Union([Type.Integer(), Type.String()]);

export const bodies = {
  key: Type.Object({ apiKey: Type.String({ description: 'The consumer key that came with the call.' }) }),
  client: Type.Object(
    { client_id: text, client_secret: text, grant_type: Type.Literal('client_credentials'), scope: text },
    { description: 'JSON or a form. Key and secret may come as Basic credentials instead.' },
  ),
  quota: Type.Object({
    identifier: Type.String(),
    allow: number,
    interval: number,
    timeUnit: Type.String({ description: 'second, minute, hour, day, week or month.' }),
    weight: number,
  }),
  verify: Type.Object({
    action: Type.Literal('verify'),
    key: Type.String(),
    uriPath: Type.String({ description: 'Path of the call beneath the base path of the API.' }),
    organizationName: Type.String({ description: 'Has to be that of the credential.' }),
    environmentName: text,
    apiProxyName: text,
    validateAgainstApiProxiesAndEnvs: Type.Optional(
      Type.Boolean({ description: 'Proxy and environment are looked at in any case.' }),
    ),
  }),
};

export const filterQuery = Type.Object({
  productnamefilter: Type.Optional(
    Type.String({ description: 'Characters, classes, `.`, `*`, `+` and `?`, matched whole.' }),
  ),
});

const open = { additionalProperties: true };

export const productList = Type.Object({ apiProduct: Type.Array(Type.Object({ name: Type.String() }, open)) });
export const jwks = Type.Object({
  keys: Type.Array(Type.Object({ kty: Type.String(), n: Type.String(), e: Type.String(), kid: Type.String() }, open)),
});
export const quota = Type.Object({
  allowed: Type.Integer(),
  used: Type.Integer(),
  exceeded: Type.Integer(),
  available: Type.Optional(Type.Integer()),
  expiryTime: Type.Integer({ description: 'Milliseconds since 1970 UTC, as timestamp is.' }),
  timestamp: Type.Integer(),
});
export const token = Type.Object({
  access_token: Type.String(),
  token: text,
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds.' }),
  scope: text,
});

/** A refusal, or a key's fault. */
const refusal = { description: 'Why not.', content: { 'application/json': { schema: Type.Object({}, open) } } };

/** @param status of success; absent: there is none */
export function answers(status?: 200, schema?: TSchema, type = 'application/json'): object {
  if (status === undefined || schema === undefined) return { default: refusal };
  return { [status]: { description: 'Success.', content: { [type]: { schema } } }, default: refusal };
}
