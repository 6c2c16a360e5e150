import type { FastifyRequest } from 'fastify';
import { answerProblem, Problem } from '../../domain/problem.ts';
import type { Answer } from '../http/answer.ts';
import { decodeText, parseJsonBody } from '../http/json.ts';
import { readAuthorization } from '../http/presented.ts';
import type { Surface } from '../http/surface.ts';
import { apiProductRoutes } from './api-product.ts';
import { developerAppRoutes } from './app.ts';
import { auditRoutes } from './audit.ts';
import { companyRoutes } from './company.ts';
import { companyAppRoutes } from './company-app.ts';
import { companyMemberRoutes } from './company-member.ts';
import { developerRoutes } from './developer.ts';
import { environmentRoutes } from './environment.ts';
import { chooseFormat, classifyBody } from './negotiate.ts';
import { organizationRoutes } from './organization.ts';
import { organizationAppRoutes } from './organization-app.ts';
import { permissionRoutes } from './permission.ts';
import { type EdgeError, edgeProblem, encodeEdgeError } from './problem.ts';
import { roleRoutes } from './role.ts';
import type { EdgeRoute } from './route.ts';
import { components } from './schema.ts';
import { userRoutes } from './user-route.ts';
import { decodeXml } from './xml.ts';

/** The classic Apigee Edge API. */
export const edgeSurface: Surface<EdgeRoute> = {
  prefix: '/edge/v1',
  title: 'Claviger, Edge dialect',
  description: 'Compatible with the Apigee management API of classic Edge.',
  components,
  validatesBody: true,
  routes: [
    ...organizationRoutes,
    ...environmentRoutes,
    ...developerRoutes,
    ...developerAppRoutes,
    ...organizationAppRoutes,
    ...apiProductRoutes,
    ...companyRoutes,
    ...companyMemberRoutes,
    ...companyAppRoutes,
    ...userRoutes,
    ...roleRoutes,
    ...permissionRoutes,
    ...auditRoutes,
  ],
  readPresented: (request) => readAuthorization(request.headers),
  decodeBody,
  encodeProblem: (problem, request) => answerError(answerProblem(edgeProblem, problem), request),
  encodeBug: (request) =>
    answerError({ status: 500, code: 'messaging.runtime.InternalError', message: 'Internal server error' }, request),
};

function answerError(error: EdgeError, request: FastifyRequest): Answer {
  const format = chooseFormat(request.headers.accept);
  return {
    status: error.status,
    contentType: `application/${format}`,
    headers: error.headers,
    body: encodeEdgeError(error, format),
  };
}

/** JSON, also where no media type is given; XML where the route has a form of it (compat/edge.md §1.3). */
function decodeBody(route: EdgeRoute, request: FastifyRequest, bytes: Buffer): unknown {
  const kind = classifyBody(request.headers['content-type']);
  if (kind === 'json' || kind === 'none') {
    const body = requireObject(parseJsonBody(bytes));
    // JSON has one way to write it, so that most bodies need no walk.
    return bytes.includes('null') ? dropNulls(body) : body;
  }
  if (kind === 'xml' && route.document !== undefined) return decodeXml(decodeText(bytes), route.document);
  if (kind === 'form' && route.form === true) return Object.fromEntries(new URLSearchParams(decodeText(bytes)));
  throw new Problem('request.unsupported-media-type', { mediaType: request.headers['content-type'] ?? '' });
}

function requireObject(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Problem('request.malformed', { reason: 'the body is not an object' });
}

/** Clients write `null` for what they have not got (compat/edge.md §4.3): to Edge it is as good as absent. */
function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(dropNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([name, member]) => [name, dropNulls(member)]));
}
