import { encodeFault, type RefusalReason } from '@claviger/verify';
import type { FastifyRequest } from 'fastify';
import type { Problem } from '../../../domain/problem.ts';
import type { Answer } from '../../http/answer.ts';
import { problemOf } from '../../http/failure.ts';

/** The services of Apigee that are stood in for. Each has its own way to say no (compat/edge.md §11.4, §12). */
export type Service = 'edgemicro-auth' | 'remote-service' | 'remote-token' | 'verifiers';

/** Why a request is not answered as it wants to be. Its text is for the operator of a gateway, and holds no secret. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** Of OAuth's words, or Apigee's. */
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, text: string, retryAfterSeconds?: number) {
    super(text);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What all of these services send along: an answer about a key is never to be kept on the way. */
export const unstored = { 'cache-control': 'no-store', pragma: 'no-cache' };

export function answerJson(body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return answerText(JSON.stringify(body), 'application/json', headers);
}

export function answerText(body: string, contentType: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, contentType, headers: { ...unstored, ...headers }, body };
}

/** A key that may not be used, as VerifyAPIKey says it. */
export function answerFault(reason: RefusalReason, variable: string): Answer {
  const { status, body } = encodeFault(reason, variable);
  const later = status === 503 ? { 'retry-after': '5' } : undefined;
  return { status, contentType: 'application/json', headers: { ...unstored, ...later }, body };
}

export function wrongCredentials(why = ''): Refusal {
  return new Refusal(401, 'unauthorized', `authentication failed ${why}`.trim());
}

/** How every path and every body is refused that the service does not know. */
export function invalidRequest(text = 'invalid request'): Refusal {
  return new Refusal(400, 'invalid_request', text);
}

export function unavailable(retryAfterSeconds = 5): Refusal {
  return new Refusal(503, 'temporarily_unavailable', 'try again later', retryAfterSeconds);
}

/** Turns what was thrown into an answer; a bug is logged whole and answered with one sentence. */
export function answerFailure(service: Service, error: unknown, request: FastifyRequest): Answer {
  if (error instanceof Refusal) return encodeRefusal(service, error);
  const problem = problemOf(error, request.routeOptions.bodyLimit);
  if (problem !== undefined) return encodeRefusal(service, refusalOf(problem));
  request.log.error({ reqId: request.id, err: error }, 'bug: a request failed for a reason that no problem code names');
  return encodeRefusal(service, new Refusal(500, 'server_error', 'Internal server error'));
}

function refusalOf(problem: Problem): Refusal {
  switch (problem.code) {
    case 'auth.missing':
    case 'auth.wrong-credentials':
      return wrongCredentials();
    case 'auth.throttled': {
      const { retryAfterSeconds } = (problem as Problem<'auth.throttled'>).facts;
      return new Refusal(429, 'slow_down', 'too many attempts', retryAfterSeconds);
    }
    case 'store.unavailable':
      return unavailable((problem as Problem<'store.unavailable'>).facts.retryAfterSeconds);
    case 'request.too-large':
      return new Refusal(413, 'invalid_request', 'the request is too large');
    default:
      return invalidRequest();
  }
}

/** Words of the verifier inside of Apigee's gateway, which has others. */
const verifierCodes: Readonly<Record<number, string>> = { 400: 'Bad_REQUEST', 401: 'UNAUTHORIZED', 403: 'FORBIDDEN' };

function encodeRefusal(service: Service, refusal: Refusal): Answer {
  const { status, code, message, retryAfterSeconds } = refusal;
  const body =
    service === 'verifiers'
      ? { response_code: verifierCodes[status] ?? code.toUpperCase(), response_message: message }
      : { error: code, error_description: message };
  const later = retryAfterSeconds && { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) };
  const challenge = status === 401 && { 'www-authenticate': 'Basic realm="Claviger runtime"' };
  return {
    status,
    contentType: 'application/json',
    headers: { ...unstored, ...later, ...challenge },
    body: JSON.stringify(body),
  };
}
