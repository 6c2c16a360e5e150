import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Problem } from '../../domain/problem.ts';
import { grantToken, type RefusedGrant, type TokenGrant } from '../../operations/oauth.ts';
import type { Plane } from '../../operations/plane.ts';
import { problemOf } from './failure.ts';
import { decodeText, parseJsonBody } from './json.ts';
import { readAuthorization } from './presented.ts';

const tokenBodyBytesMax = 16_384;

/**
 * `POST /oauth/token`, as UAA's clients call it (compat/edge.md §10): parameters in the form, the query or a JSON body,
 * the client in Basic credentials or in `client_id`. Errors are UAA's too. The public keys are at `/token_keys`.
 */
export async function serveTokenEndpoint(app: FastifyInstance, plane: Plane): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error, request, reply) => {
      const { status, body, headers } = refusalOf(error, request);
      return reply.code(status).headers(headers).send(body);
    });
    scope.post('/oauth/token', { schema: { hide: true }, bodyLimit: tokenBodyBytesMax }, async (request, reply) => {
      reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' });
      const result = await grantToken(plane, readGrant(request), request.ip);
      if ('granted' in result) return result.granted;
      return reply.code(statusOf(result.refused)).send(result.refused);
    });
    scope.get('/token_keys', { schema: { hide: true } }, async () => plane.tokens.publicKeys());
  });
}

function statusOf({ error }: RefusedGrant): number {
  return error === 'invalid_request' || error === 'unsupported_grant_type' ? 400 : 401;
}

function readGrant(request: FastifyRequest): TokenGrant {
  const client = readAuthorization(request.headers);
  const parameters = { ...readParameters(request.query), ...readBody(request) };
  return {
    clientId: client.kind === 'basic' ? client.login : parameters['client_id'],
    clientSecret: client.kind === 'basic' ? client.password : parameters['client_secret'],
    grantType: parameters['grant_type'],
    username: parameters['username'],
    password: parameters['password'],
    refreshToken: parameters['refresh_token'],
  };
}

type Parameters = Readonly<Record<string, string>>;

function readBody(request: FastifyRequest): Parameters {
  if (!Buffer.isBuffer(request.body) || request.body.length === 0) return {};
  const contentType = request.headers['content-type'] ?? '';
  if (contentType.startsWith('application/json')) return readParameters(parseJsonBody(request.body));
  return readParameters(Object.fromEntries(new URLSearchParams(decodeText(request.body))));
}

/** Texts alone: a parameter that comes twice, or as an object, is none. */
function readParameters(value: unknown): Parameters {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

interface Refusal {
  readonly status: number;
  readonly body: { readonly error: string; readonly error_description: string };
  readonly headers: Readonly<Record<string, string>>;
}

function refuse(status: number, error: string, description: string, headers: Refusal['headers'] = {}): Refusal {
  return { status, body: { error, error_description: description }, headers };
}

function refusalOf(error: unknown, request: FastifyRequest): Refusal {
  const problem = problemOf(error, tokenBodyBytesMax);
  if (problem === undefined) {
    request.log.error(
      { reqId: request.id, err: error },
      'bug: a request failed for a reason that no problem code names',
    );
    return refuse(500, 'server_error', 'Internal server error');
  }
  switch (problem.code) {
    case 'auth.throttled':
    case 'store.unavailable': {
      const { retryAfterSeconds } = (problem as Problem<'auth.throttled' | 'store.unavailable'>).facts;
      const status = problem.code === 'auth.throttled' ? 429 : 503;
      return refuse(status, 'temporarily_unavailable', 'Try again later', {
        'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))),
      });
    }
    case 'request.too-large':
      return refuse(413, 'invalid_request', 'The request is too large');
    default:
      return refuse(400, 'invalid_request', 'The request can not be read');
  }
}
