import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '../../http/answer.ts';
import { sendAnswer } from '../../http/answer.ts';
import type { GatewayParts } from '../part.ts';
import { listEdgemicroRoutes } from './edgemicro.ts';
import { openGuesses } from './grant.ts';
import { QuotaCounter } from './quota.ts';
import { answerFailure, invalidRequest, type Service } from './refusal.ts';
import { listRemoteServiceRoutes, listRemoteTokenRoutes } from './remote-service.ts';
import { verifierRoutes } from './verifier-call.ts';
import { type ApigeeRoute, findPlace, type Place } from './visit.ts';

/** Where a service lies. With organization and environment in the path, or with what the credential says. */
const apigeeBases = ['', '/organizations/:organization/environments/:environment'] as const;

/** A service under one of its addresses. */
export interface ApigeeMount {
  readonly service: Service;
  readonly prefix: string;
  readonly routes: readonly ApigeeRoute[];
}

/** All that is served in Apigee's name, and under which addresses. */
export function listApigeeMounts(parts: Pick<GatewayParts, 'clock'>): readonly ApigeeMount[] {
  const quotas = new QuotaCounter();
  const guesses = openGuesses(parts.clock);
  const services = [
    { service: 'edgemicro-auth', routes: listEdgemicroRoutes(quotas, guesses) },
    { service: 'remote-service', routes: listRemoteServiceRoutes(quotas) },
    { service: 'remote-token', routes: listRemoteTokenRoutes(guesses) },
  ] as const;
  const mounts = services.flatMap(({ service, routes }) =>
    apigeeBases.map((base): ApigeeMount => ({ service, prefix: `${base}/${service}`, routes })),
  );
  return [...mounts, { service: 'verifiers', prefix: '/verifiers', routes: verifierRoutes }];
}

const bodyBytesMax = 65_536;

declare module 'fastify' {
  interface FastifyRequest {
    /** Where an Apigee gateway is; set before the body is read. */
    apigeePlace: Place | undefined;
  }
}

/** Serves what Apigee's own gateways call, each in its own shape (compat/edge.md §11.4, §12). */
export async function serveApigee(app: FastifyInstance, parts: GatewayParts): Promise<void> {
  app.decorateRequest('apigeePlace', undefined);
  for (const mount of listApigeeMounts(parts)) {
    await app.register(async (scope) => addMount(scope, parts, mount), { prefix: mount.prefix });
  }
}

function addMount(scope: FastifyInstance, parts: GatewayParts, { service, routes }: ApigeeMount): void {
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    sendAnswer(reply, answerFailure(service, error, request));
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  scope.setErrorHandler(fail);
  scope.setNotFoundHandler((request, reply) => fail(invalidRequest(), request, reply));
  for (const route of routes) addRoute(scope, parts, { service, route });
}

interface Registration {
  readonly service: Service;
  readonly route: ApigeeRoute;
}

const nowhere: Place = { organizationId: '', organization: '', environment: undefined, isGateway: false };

function addRoute(scope: FastifyInstance, parts: GatewayParts, { service, route }: Registration): void {
  scope.route({
    method: route.method,
    url: route.path,
    bodyLimit: bodyBytesMax,
    schema: { hide: true },
    onRequest: async (request) => {
      request.apigeePlace = route.entry === 'anybody' ? nowhere : await findPlace(parts, route.entry, request);
    },
    handler: async (http, reply) => {
      const answer: Answer = await route.handle({ parts, service, http, place: http.apigeePlace ?? nowhere });
      return sendAnswer(reply, answer);
    },
  });
}
