import type { FastifyRequest } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import type { Presented } from '../../operations/authentication.ts';
import type { Answer } from '../http/answer.ts';
import { parseJsonBody } from '../http/json.ts';
import { readAuthorization } from '../http/presented.ts';
import type { Surface } from '../http/surface.ts';
import { redactUri } from '../http/uri.ts';
import { apiProductRoutes } from './api-product.ts';
import { developerAppRoutes } from './app.ts';
import { appGroupRoutes } from './appgroup.ts';
import { appGroupAppRoutes } from './appgroup-app.ts';
import { appGroupAppKeyRoutes } from './appgroup-app-key.ts';
import { developerAppKeyRoutes } from './credential.ts';
import { developerRoutes } from './developer.ts';
import { encodeXError, type XError, xInternalError } from './error.ts';
import { toJsonSchemas } from './json-schema.ts';
import { listMessages, type Message } from './message.ts';
import { monetizationRoutes } from './monetization.ts';
import { encodeNotFoundPage, notFoundContentType } from './not-found-page.ts';
import { organizationRoutes } from './organization.ts';
import { organizationAppRoutes } from './organization-app.ts';
import { jsonContentType, parsePrettyPrint, prettyPrint } from './print.ts';
import { answerXProblem } from './problem.ts';
import { decodeMessage } from './proto-json.ts';
import { ratePlanRoutes } from './rate-plan.ts';
import type { XRoute } from './route.ts';

const routes: readonly XRoute[] = [
  ...organizationRoutes,
  ...developerRoutes,
  ...developerAppRoutes,
  ...developerAppKeyRoutes,
  ...organizationAppRoutes,
  ...apiProductRoutes,
  ...ratePlanRoutes,
  ...appGroupRoutes,
  ...appGroupAppRoutes,
  ...appGroupAppKeyRoutes,
  ...monetizationRoutes,
];

const errorSchema = {
  $id: 'XError',
  type: 'object',
  description: 'Why a call was refused: google.rpc.Status.',
  properties: {
    error: {
      type: 'object',
      properties: {
        code: { type: 'integer' },
        message: { type: 'string' },
        status: { type: 'string' },
        details: { type: 'array', items: { type: 'object' } },
      },
      required: ['code', 'message', 'status', 'details'],
    },
  },
  required: ['error'],
};

/** Google's Apigee X and hybrid. */
export const xSurface: Surface<XRoute> = {
  prefix: '/x/v1',
  title: 'Claviger, X dialect',
  description: 'Compatible with the Apigee management API of Google Cloud (X and hybrid).',
  components: [errorSchema, ...toJsonSchemas(listMessages(routes.flatMap(messagesOf)))],
  validatesBody: false,
  routes,
  readPresented,
  decodeBody,
  encodeProblem: (problem, request) =>
    problem.code === 'route.not-found' ? answerUnknownRoute(request) : answerError(answerXProblem(problem), request),
  encodeBug: (request) => answerError(xInternalError, request),
};

function messagesOf({ described }: XRoute): readonly Message[] {
  if (described === undefined) return [];
  return described.request === undefined ? [described.response] : [described.request, described.response];
}

/**
 * A bearer token in the header, or where Google's front end takes it too: `access_token`, `oauth_token` and, from
 * clients that know nothing but an API key, `key` (compat/x.md §1.0, §3). The header wins.
 */
function readPresented(request: FastifyRequest): Presented {
  const presented = readAuthorization(request.headers);
  if (presented.kind !== 'none' || request.headers.authorization !== undefined) return presented;
  const query = request.query as Readonly<Record<string, unknown>>;
  for (const name of ['access_token', 'oauth_token', 'key']) {
    const token = query[name];
    if (typeof token === 'string' && token !== '') return { kind: 'bearer', token };
  }
  return presented;
}

const mediaType = /^application\/json\s*(?:;|$)/i;

function decodeBody(route: XRoute, request: FastifyRequest, bytes: Buffer): unknown {
  const message = route.described?.request;
  // A verb that wants to know nothing is called without a body too, under any media type (compat/x.md §1.0).
  if (bytes.length === 0 && message?.entries.length === 0) return decodeMessage(message, undefined);
  const contentType = request.headers['content-type'];
  if (contentType !== undefined && !mediaType.test(contentType)) {
    throw new Problem('request.unsupported-media-type', { mediaType: contentType });
  }
  return message === undefined ? undefined : decodeMessage(message, parseJsonBody(bytes));
}

function answerError(error: XError, request: FastifyRequest): Answer {
  return {
    status: error.httpStatus,
    contentType: jsonContentType,
    headers: error.headers,
    body: prettyPrint(encodeXError(error, request.id), wantsPretty(request)),
  };
}

/** An error is told even where `prettyPrint` itself is what is wrong. */
function wantsPretty(request: FastifyRequest): boolean {
  try {
    return parsePrettyPrint((request.query as Readonly<Record<string, string | undefined>>)['prettyPrint']);
  } catch {
    return true;
  }
}

/** Google's front end answers a path that no method has with a page (compat/x.md §1.0, "Status codes"). */
function answerUnknownRoute(request: FastifyRequest): Answer {
  const path = redactUri(request.originalUrl);
  return { status: 404, contentType: notFoundContentType, body: encodeNotFoundPage(path) };
}
