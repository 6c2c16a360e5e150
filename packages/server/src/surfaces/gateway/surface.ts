import type { Static } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import type { RuntimeCredential } from '../../domain/runtime-credential.ts';
import { actorOf } from '../../operations/runtime-access.ts';
import type { Verifier } from '../../ports/verifier.ts';
import type { Answer } from '../http/answer.ts';
import { parseJsonBody } from '../http/json.ts';
import { encodeNativeProblem, nativeBug } from '../http/native-problem.ts';
import { readAuthorization } from '../http/presented.ts';
import type { Encounter, Route } from '../http/route.ts';
import { type Surface, serveRoutes } from '../http/surface.ts';
import type { GatewayParts } from './part.ts';
import { readQuestions } from './question.ts';
import { verifyAnswers, verifyBody } from './schema.ts';
import { formatRuling } from './verdict.ts';

/** Who asks, and whom. */
interface Inquiry {
  readonly credential: RuntimeCredential;
  readonly verifier: Verifier;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on the runtime listener, before the body is read. */
    inquiry: Inquiry | undefined;
  }
}

async function verify({ http, route }: Encounter): Promise<Answer> {
  const { inquiry } = http;
  if (inquiry === undefined) throw new Problem('auth.missing', {});
  const { verifier, credential } = inquiry;
  const questions = readQuestions(http.body as Static<typeof verifyBody>);
  const answer = isMany(questions)
    ? { answers: await Promise.all(questions.map(async (each) => formatRuling(await ask(each)))) }
    : formatRuling(await ask(questions));
  return {
    status: route.status,
    contentType: 'application/json',
    headers: { 'cache-control': 'no-store' },
    body: JSON.stringify(answer),
  };

  function ask(question: Parameters<Verifier['verify']>[1]) {
    return verifier.verify(credential.organizationId, question);
  }
}

function isMany<T>(one: T | readonly T[]): one is readonly T[] {
  return Array.isArray(one);
}

const verifyRoute = '/verify';

/** Where gateways ask. A decision is answered with 200, whichever it is. */
export const gatewaySurface: Surface<Route<Encounter>> = {
  prefix: '/claviger/v1',
  title: 'Claviger, verification',
  description: 'Whether a consumer key may make a call. For gateways, with a runtime credential.',
  securitySchemes: {
    bearer: { type: 'http', scheme: 'bearer', description: 'A token from `claviger runtime-credential create`.' },
  },
  components: [],
  validatesBody: true,
  routes: [
    {
      id: 'verification.verify',
      method: 'POST',
      path: verifyRoute,
      summary: 'Decide on one call, or on many',
      tag: 'verification',
      status: 200,
      takesBody: () => true,
      schema: { body: verifyBody, response: verifyAnswers },
      handle: verify,
    },
  ],
  readPresented: (request) => readAuthorization(request.headers),
  decodeBody,
  encodeProblem,
  encodeBug: () => nativeBug,
};

/** The whole path of the one route. */
export const verifyPath = `${gatewaySurface.prefix}${verifyRoute}`;

const mediaType = /^application\/json\s*(?:;|$)/i;

function decodeBody(_route: unknown, request: FastifyRequest, bytes: Buffer): unknown {
  const contentType = request.headers['content-type'];
  if (contentType !== undefined && !mediaType.test(contentType)) {
    throw new Problem('request.unsupported-media-type', { mediaType: contentType });
  }
  return parseJsonBody(bytes);
}

function encodeProblem(problem: Problem): Answer {
  const answer = encodeNativeProblem(problem);
  if (answer.status !== 401) return answer;
  return { ...answer, headers: { ...answer.headers, 'WWW-Authenticate': 'Bearer realm="Claviger runtime"' } };
}

/** Serves it, with its description. */
export async function serveVerification(
  app: FastifyInstance,
  { verifier, access, routes = [] }: GatewayParts,
): Promise<void> {
  app.decorateRequest('inquiry', undefined);
  const surface = { ...gatewaySurface, routes: [...gatewaySurface.routes, ...routes] };
  const served = await serveRoutes(app, surface, {
    enter: (encounter) => encounter,
    identify: async (request, presented) => {
      const credential = await access.identify(presented, request.ip);
      request.inquiry = { credential, verifier };
      return actorOf(credential);
    },
  });
  app.get('/openapi/verification.json', { schema: { hide: true } }, async () => served.document());
}
