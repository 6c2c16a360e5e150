import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Plane } from '../../operations/plane.ts';
import { logRequests } from '../http/access-log.ts';
import { createListener } from '../http/listener.ts';
import type { Identify, ServedSurface } from '../http/surface.ts';
import type { OpenApiDocument } from '../stackql/open-api.ts';
import { type CallMethod, createMethodCaller } from './method-call.ts';

export interface InnerAppOptions {
  readonly plane: Plane;
  readonly bodyBytesMax: number;
  readonly log: FastifyBaseLogger;
  /** Serves the X dialect. */
  readonly serveX: Serve;
  /** Serves the Edge dialect, for what is only there. */
  readonly serveEdge: Serve;
}

type Serve = (app: FastifyInstance, identify: Identify) => Promise<ServedSurface>;

/** The management API for statements of SQL. */
export interface InnerApp {
  readonly callMethod: CallMethod;
  /** OpenAPI, with paths below each surface's prefix as they are served: `/x/v1/…`, `/edge/v1/…`. */
  readonly documents: { readonly x: OpenApiDocument; readonly edge: OpenApiDocument };
  close(): Promise<void>;
}

/** Serves the dialects to this process alone: the app never listens. */
export async function openInnerApp({
  plane,
  bodyBytesMax,
  log,
  serveX,
  serveEdge,
}: InnerAppOptions): Promise<InnerApp> {
  const app = createListener({
    trustedProxies: [],
    bodyBytesMax,
    logger: log,
    refuse: (_error, _request, reply) => void reply.code(400).send({ message: 'The path can not be read' }),
  });
  logRequests(app);
  const { callMethod, identify } = createMethodCaller(app, plane);
  const x = await serveX(app, identify);
  const edge = await serveEdge(app, identify);
  await app.ready();
  return {
    callMethod,
    documents: { x: x.document() as OpenApiDocument, edge: edge.document() as OpenApiDocument },
    close: () => app.close(),
  };
}
