import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Account } from '../../domain/account.ts';
import { Problem } from '../../domain/problem.ts';
import { authenticate, type Presented } from '../../operations/authentication.ts';
import type { Plane } from '../../operations/plane.ts';
import { type Answer, sendAnswer } from './answer.ts';
import { describeSurface, type SecuritySchemes } from './document.ts';
import { type DoorNote, readDoorNote } from './door.ts';
import { effectHeaders, tellEffects } from './effect-header.ts';
import { problemOf } from './failure.ts';
import { type Encounter, type Exchange, enterPlane, openEncounter, type Route, type RouteFacts } from './route.ts';
import { redactUri } from './uri.ts';

/** How one surface speaks. Each dialect is one of these, over the same operations (style.md, habit 3). */
export interface Surface<R extends RouteFacts = Route> {
  /** Path below which its routes lie, e.g. `/edge/v1`. */
  readonly prefix: string;
  readonly routes: readonly R[];
  /** What the OpenAPI document says of itself. */
  readonly title: string;
  readonly description: string;
  /** How callers sign in, for the document. Absent: as accounts do. */
  readonly securitySchemes?: SecuritySchemes | undefined;
  /** Named schemas that routes refer to as `Name#`. */
  readonly components: readonly (object & { $id?: string | undefined })[];
  /** False where `decodeBody` checks the body itself and its schema is for the document only. */
  readonly validatesBody: boolean;
  readPresented(request: FastifyRequest): Presented;
  /** Turns the raw body into the value that the route's schema describes. Throws Problem. */
  decodeBody(route: R, request: FastifyRequest, bytes: Buffer): unknown;
  encodeProblem(problem: Problem, request: FastifyRequest): Answer;
  /** A bug: one fixed sentence, no detail. */
  encodeBug(request: FastifyRequest): Answer;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set before the body is read. */
    account: Account | undefined;
    doorNote: DoorNote | undefined;
  }
}

/** What is served, for who wants to tell of it. */
export interface ServedSurface {
  /** The OpenAPI document, made from the schemas that the routes use. After `ready()`. */
  document(): object;
}

/** Finds out who calls. @throws Problem auth.missing, auth.wrong-credentials, auth.throttled */
export type Identify = (request: FastifyRequest, presented: Presented) => Promise<Account>;

/** What a surface's routes need of the process that serves them. */
export interface Serving<E extends Encounter> {
  readonly identify: Identify;
  /** Gives what a handler of this surface works with. */
  enter(encounter: Encounter): E;
  /** Adds to the answer what the call did, where it changed something. Never rejects. */
  tell?(exchange: E, reply: FastifyReply): Promise<void>;
}

/**
 * Serves a surface over a plane.
 * @param identify by the credentials in the request, unless given
 */
export function serveSurface<R extends Route>(
  app: FastifyInstance,
  plane: Plane,
  surface: Surface<R>,
  identify: Identify = (request, presented) => authenticate(plane, presented, request.ip),
): Promise<ServedSurface> {
  const enter = (encounter: Encounter) => enterPlane(plane, encounter);
  return serveRoutes<Exchange, R>(app, surface, { identify, enter, tell: tellEffects });
}

/** Serves a surface's routes below its prefix, encapsulated: its own body parsing and its own error answers. */
export async function serveRoutes<E extends Encounter, R extends Route<E>>(
  app: FastifyInstance,
  surface: Surface<R>,
  serving: Serving<E>,
): Promise<ServedSurface> {
  let document = (): object => ({});
  await app.register(
    async (scope) => {
      document = await describeSurface(scope, { ...surface, effectHeaders: serving.tell && effectHeaders });
      compileSchemas(scope, surface);
      readRawBodies(scope);
      answerFailures(scope, surface);
      scope.addHook('onRequest', (request, _reply, done) => {
        if (request.routeOptions.config.open === true) {
          done();
          return;
        }
        const note = readDoorNote(request.raw);
        if (note.failure !== undefined) throw note.failure;
        request.doorNote = note;
        const admit = (account: Account) => {
          request.account = account;
          done();
        };
        serving.identify(request, surface.readPresented(request)).then(admit, done);
      });
      await addRoutes(scope, surface, serving);
      refuseOtherMethods(scope, surface.routes);
    },
    { prefix: surface.prefix },
  );
  return { document: () => document() };
}

/** Answers are encoded by the surface; a schema of an answer is for the document alone. */
function compileSchemas(scope: FastifyInstance, surface: Pick<Surface, 'components'>): void {
  for (const component of surface.components) scope.addSchema(component);
  scope.setSerializerCompiler(() => (value) => JSON.stringify(value));
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without an account: it only says what is wrong with the request line. */
    open?: boolean;
    /** The schema of a body that the surface checks by itself: for the document alone. */
    describedBody?: unknown;
  }
}

/** Bodies arrive as bytes, whatever their media type: the surface decides what it takes, after authentication. */
function readRawBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  // The one that most bodies have is named, since Fastify looks up no other without taking it apart each time.
  scope.addContentTypeParser(['application/json', '*'], { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
}

interface Registration<E extends Encounter, R extends Route<E>> {
  readonly serving: Serving<E>;
  readonly surface: Surface<R>;
  readonly route: R;
}

async function addRoutes<E extends Encounter, R extends Route<E>>(
  scope: FastifyInstance,
  surface: Surface<R>,
  serving: Serving<E>,
): Promise<void> {
  const streaming = surface.routes.filter((route) => route.streamsBody === true);
  for (const route of surface.routes) {
    if (route.streamsBody !== true) addRoute(scope, { serving, surface, route });
  }
  if (streaming.length === 0) return;
  await scope.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', (_request, body, done) => done(null, body));
    for (const route of streaming) addRoute(inner, { serving, surface, route });
  });
}

function addRoute<E extends Encounter, R extends Route<E>>(
  scope: FastifyInstance,
  { serving, surface, route }: Registration<E, R>,
): void {
  const { body, ...parts } = route.schema;
  // A stream is nothing yet that a schema could be held against.
  const validates = surface.validatesBody && route.streamsBody !== true;
  scope.route({
    method: route.method,
    url: route.path,
    schema: {
      operationId: route.id,
      summary: route.summary,
      tags: [route.tag],
      ...(validates ? route.schema : parts),
    },
    config: validates ? {} : { describedBody: body },
    preValidation: (request, _reply, done) => {
      try {
        refuseZero(request.originalUrl);
        request.body = decodeBody(surface, route, request);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    handler: (request, reply) => void answerRequest({ route, serving }, request, reply),
  });
}

/** Never rejects. A reply that is returned to Fastify is waited for like a promise, though it has gone out already. */
async function answerRequest<E extends Encounter, R extends Route<E>>(
  { route, serving }: Pick<Registration<E, R>, 'route' | 'serving'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  try {
    const { account } = request;
    if (account === undefined) throw new Problem('auth.missing', {});
    const note = request.doorNote ?? readDoorNote(request.raw);
    const exchange = serving.enter(openEncounter(route, request, { account, note }));
    const answer = await route.handle(exchange);
    if (exchange.effects.sequence !== undefined) await serving.tell?.(exchange, reply);
    sendAnswer(reply, answer);
  } catch (error) {
    // What is no error would go out as a body.
    reply.send(error instanceof Error ? error : new Error('something was thrown that is no error', { cause: error }));
  }
}

/** No stored text holds U+0000, and PostgreSQL refuses to be asked for one. @throws Problem request.invalid */
function refuseZero(url: string): void {
  if (url.includes('%00'))
    throw new Problem('request.invalid', { field: 'URL', reason: 'holds a character that is not text' });
}

const noBytes = Buffer.alloc(0);

function decodeBody<R extends RouteFacts>(surface: Surface<R>, route: R, request: FastifyRequest): unknown {
  if (route.streamsBody === true) return request.body;
  if (route.takesBody?.(request) !== true) return undefined;
  const bytes = Buffer.isBuffer(request.body) ? request.body : noBytes;
  return surface.decodeBody(route, request, bytes);
}

function answerFailures(scope: FastifyInstance, surface: Failure['surface']): void {
  scope.setErrorHandler((error, request, reply) => answerFailure({ error, request, reply, surface }));
  scope.setNotFoundHandler((request, reply) =>
    sendAnswer(reply, surface.encodeProblem(unknownRoute(request), request)),
  );
}

interface Failure {
  readonly error: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly surface: Pick<Surface, 'encodeProblem' | 'encodeBug'>;
}

/** Answers what was thrown: a Problem in the surface's shape; a bug logged whole and answered with one sentence. */
function answerFailure({ error, request, reply, surface }: Failure): FastifyReply {
  const problem = problemOf(error, request.routeOptions.bodyLimit);
  if (problem?.code === 'request.too-large') hearOut(request, reply);
  if (problem !== undefined) return sendAnswer(reply, surface.encodeProblem(problem, request));
  request.log.error({ reqId: request.id, err: error }, 'bug: a request failed for a reason that no problem code names');
  return sendAnswer(reply, surface.encodeBug(request));
}

/** Of a body that is refused for its length, so much is still read, and thrown away. */
const heardOutBytesMax = 16 * 1_048_576;

/**
 * Keeps the connection after a body that is too long. Fastify ends it, which resets it while the client still writes:
 * he would see a broken connection in place of the reason. Who announces far too much is still cut off.
 */
function hearOut(request: FastifyRequest, reply: FastifyReply): void {
  if (Number(request.headers['content-length']) <= heardOutBytesMax) reply.removeHeader('connection');
}

/** Answers what failed before a route was found, in the shape of the surface below whose prefix the path lies. */
export function answerUnrouted(
  surfaces: readonly (Failure['surface'] & Pick<Surface, 'prefix'>)[],
  { error, request, reply }: Omit<Failure, 'surface'>,
): void {
  const surface = surfaces.find(({ prefix }) => request.url.startsWith(`${prefix}/`));
  if (surface !== undefined) void answerFailure({ error, request, reply, surface });
  else void reply.code(400).send({ message: 'The path can not be read' });
}

function unknownRoute(request: FastifyRequest): Problem {
  return new Problem('route.not-found', { method: request.method, path: pathOf(request) });
}

function pathOf(request: FastifyRequest): string {
  return redactUri(request.originalUrl).split('?', 1)[0] ?? '/';
}

const methods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];

/** A path that exists answers 405 to the verbs that it does not have. HEAD goes with GET. */
function refuseOtherMethods(scope: FastifyInstance, routes: readonly RouteFacts[]): void {
  const allowedByPath = new Map<string, Set<string>>();
  for (const { path, method } of routes) {
    allowedByPath.set(path, (allowedByPath.get(path) ?? new Set()).add(method));
  }
  for (const [path, allowed] of allowedByPath) {
    const refused = methods.filter((method) => !allowed.has(method));
    scope.route({
      method: refused,
      url: path,
      config: { open: true },
      schema: { hide: true },
      exposeHeadRoute: false,
      handler: async (request) => {
        throw new Problem('request.method-not-allowed', { method: request.method, allowed: [...allowed] });
      },
    });
  }
}
