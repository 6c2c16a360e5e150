import type { JsonObject } from './json.ts';

/** Names of google.rpc.Code that this dialect answers with. */
export type RpcStatus =
  | 'ABORTED'
  | 'FAILED_PRECONDITION'
  | 'INTERNAL'
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'UNAUTHENTICATED'
  | 'UNAVAILABLE';

/** A refusal as this dialect answers it (compat/x.md §1.0, "Errors"). */
export interface XError {
  readonly httpStatus: number;
  readonly rpcStatus: RpcStatus;
  /** Edge's code, which clients compare. Absent where Google answers without one (401). */
  readonly type?: string;
  /** What the refusal is about, e.g. `organizations/myorg/developers/ann@example.com`. */
  readonly subject?: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What follows PreconditionFailure. */
  readonly details?: readonly JsonObject[];
}

const typeUrl = 'type.googleapis.com/google.rpc.';

/** The one answer to a bug: tells nothing of it. */
export const xInternalError: XError = {
  httpStatus: 500,
  rpcStatus: 'INTERNAL',
  type: 'rest.interceptor.internal_error',
  message: 'Internal error encountered.',
};

/**
 * The body of a refusal. PreconditionFailure comes first, since clients read Edge's code from
 * `details[0].violations[0].type`; RequestInfo comes last.
 */
export function encodeXError(error: XError, requestId: string): JsonObject {
  const { httpStatus, rpcStatus, type, subject = '', message, details = [] } = error;
  const failure = type !== undefined && {
    '@type': `${typeUrl}PreconditionFailure`,
    violations: [{ type, ...(subject !== '' && { subject }), description: message }],
  };
  return {
    error: {
      code: httpStatus,
      message,
      status: rpcStatus,
      details: [...(failure ? [failure] : []), ...details, { '@type': `${typeUrl}RequestInfo`, requestId }],
    },
  };
}

export function invalid(type: string, message: string, subject = ''): XError {
  return { httpStatus: 400, rpcStatus: 'INVALID_ARGUMENT', type, subject, message };
}

export function notFound(type: string, subject: string, message: string): XError {
  return { httpStatus: 404, rpcStatus: 'NOT_FOUND', type, subject, message };
}

/** A taken name is ABORTED here, not ALREADY_EXISTS (recorded for keys). */
export function aborted(type: string, subject: string, message: string): XError {
  return { httpStatus: 409, rpcStatus: 'ABORTED', type, subject, message };
}

export function precondition(type: string, subject: string, message: string): XError {
  return { httpStatus: 400, rpcStatus: 'FAILED_PRECONDITION', type, subject, message };
}

export function denied(subject: string, message: string): XError {
  return {
    httpStatus: 403,
    rpcStatus: 'PERMISSION_DENIED',
    type: 'rest.interceptor.permission_denied',
    subject,
    message,
  };
}

export interface FieldViolation {
  /** Absent at the top of the body. */
  readonly field?: string;
  readonly description: string;
}

/** One sentence for each member that is wrong, and the same for machines in BadRequest. */
export function violation(type: string, violations: readonly FieldViolation[]): XError {
  const message = violations.map(({ description }) => description).join('\n');
  const fieldViolations = violations.map(({ field, description }) => ({
    ...(field !== undefined && { field }),
    description,
  }));
  return { ...invalid(type, message), details: [{ '@type': `${typeUrl}BadRequest`, fieldViolations }] };
}

/** Google's 401 carries ErrorInfo and no Edge code; clients read its `reason`. */
export function unauthenticated(reason: string, message: string, challenge: string): XError {
  return {
    httpStatus: 401,
    rpcStatus: 'UNAUTHENTICATED',
    message,
    headers: { 'WWW-Authenticate': `Bearer realm="claviger"${challenge}` },
    details: [{ '@type': `${typeUrl}ErrorInfo`, reason, domain: 'googleapis.com' }],
  };
}

export function retryAfter(seconds: number): Pick<XError, 'headers' | 'details'> {
  const whole = Math.max(1, Math.ceil(seconds));
  return {
    headers: { 'Retry-After': String(whole) },
    details: [{ '@type': `${typeUrl}RetryInfo`, retryDelay: `${whole}s` }],
  };
}
