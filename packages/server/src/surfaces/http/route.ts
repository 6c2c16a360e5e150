import type { FastifyRequest, FastifySchema } from 'fastify';
import type { Account } from '../../domain/account.ts';
import type { AuditOperation } from '../../domain/audit.ts';
import type { AccountCall, RequestFacts } from '../../operations/call.ts';
import { createEffects } from '../../operations/effect.ts';
import type { Plane } from '../../operations/plane.ts';
import type { Answer } from './answer.ts';
import type { DoorNote } from './door.ts';
import { redactUri } from './uri.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What is known of a route before anybody calls it. */
export interface RouteFacts {
  /** Unique; the operationId of the OpenAPI document. */
  readonly id: string;
  readonly method: Method;
  /** Below the surface's prefix, in Fastify's notation: `/organizations/:organization`. */
  readonly path: string;
  readonly summary: string;
  /** The noun, for grouping in the reference. */
  readonly tag: string;
  /** Parameters, body and answers: validated, and shown in the OpenAPI document. */
  readonly schema: FastifySchema;
  /** The status of success. */
  readonly status: number;
  /** Whether the surface reads a body; absent: whatever comes is ignored. */
  readonly takesBody?: ((http: FastifyRequest) => boolean) | undefined;
  /** Whether the body reaches the handler as a stream in `http.body`, of any length, in place of `takesBody`. */
  readonly streamsBody?: boolean | undefined;
}

/** One row of a surface's route registry. What is not in the registry is not served. */
export interface Route<E extends Encounter = Exchange> extends RouteFacts {
  handle(exchange: E): Promise<Answer>;
}

/** A request under way, authenticated, whichever process it came to. */
export interface Encounter extends AccountCall {
  readonly http: FastifyRequest;
  readonly note: DoorNote;
  readonly route: RouteFacts;
}

/** The same where there is a plane to work on. */
export interface Exchange extends Encounter {
  readonly plane: Plane;
}

const auditOperations: Readonly<Record<Method, AuditOperation>> = {
  GET: 'UPDATE',
  POST: 'CREATE',
  PUT: 'UPDATE',
  DELETE: 'DELETE',
};

export function openEncounter(
  route: RouteFacts,
  http: FastifyRequest,
  { account, note }: { readonly account: Account; readonly note: DoorNote },
): Encounter {
  return { http, route, account, note, request: new HttpFacts(http, route), effects: createEffects() };
}

/** By name, since this is done for every request. */
export function enterPlane(plane: Plane, { http, route, account, note, request, effects }: Encounter): Exchange {
  return { plane, http, route, account, note, request, effects };
}

/** Take members out of it by name: a spread leaves out what is made when it is asked for. */
class HttpFacts implements RequestFacts {
  readonly id: string;
  readonly operation: AuditOperation;
  readonly responseCode: number;
  readonly #url: string;

  constructor(http: FastifyRequest, { method, status }: RouteFacts) {
    this.id = http.id;
    this.operation = auditOperations[method];
    this.responseCode = status;
    this.#url = http.originalUrl;
  }

  /** Made when it is asked for, which only writes do. */
  get uri(): string {
    return redactUri(this.#url);
  }
}

/** The same call, answered with another status than the route's own: an `action` on an update route. */
export function withStatus<C extends AccountCall>(call: C, responseCode: number): C {
  const { id, uri, operation } = call.request;
  return { ...call, request: { id, uri, operation, responseCode } };
}
