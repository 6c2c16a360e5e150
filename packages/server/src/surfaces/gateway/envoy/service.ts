import { type handleUnaryCall, type Metadata, type ServiceDefinition, type ServiceError, status } from '@grpc/grpc-js';
import { Problem } from '../../../domain/problem.ts';
import type { RuntimeCredential } from '../../../domain/runtime-credential.ts';
import type { Presented } from '../../../operations/authentication.ts';
import type { Ruling } from '../../../ports/verifier.ts';
import { readAuthorization } from '../../http/presented.ts';
import { OptionError } from '../call-option.ts';
import { makeQuestion } from '../held-call.ts';
import { KnownCallers } from '../known-caller.ts';
import type { OwnListenerOptions } from '../own-listener.ts';
import type { GatewayParts } from '../part.ts';
import { RareWarning } from '../rare-warning.ts';
import { TurnEnd } from '../turn-end.ts';
import { type Check, encodeRuling, readCheck } from './check.ts';
import { decodeCheckRequest } from './check-request.ts';
import { MessageWriter, ProtobufError } from './protobuf.ts';

type BytesHandler = handleUnaryCall<Buffer, Buffer>;
type Asked = Parameters<BytesHandler>;

/** Messages pass as bytes: they are read and written by us, and what can't be read is answered by us. */
function describeUnary(path: string) {
  const pass = (bytes: Buffer) => bytes;
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: pass,
    requestDeserialize: pass,
    responseSerialize: pass,
    responseDeserialize: pass,
  } as const;
}

/** `envoy.service.auth.v3.Authorization`. */
export const authorizationService = {
  Check: describeUnary('/envoy.service.auth.v3.Authorization/Check'),
} satisfies ServiceDefinition;

/** `grpc.health.v1.Health`, without `Watch`: Envoy asks `Check`. */
export const healthService = { Check: describeUnary('/grpc.health.v1.Health/Check') } satisfies ServiceDefinition;

/** SERVING and NOT_SERVING of HealthCheckResponse, whose `status` is 1. */
const serving = 1;
const notServing = 2;

/** Whether the verifier may answer, whichever service is asked about. Open to all, as `/readyz` is. */
export function answerHealth({ verifier }: GatewayParts): BytesHandler {
  return (_call, callback) => {
    const response = new MessageWriter();
    response.writeNumber(1, verifier.state().fresh ? serving : notServing);
    callback(null, response.finish());
  };
}

/** Answers `Check`. What can't be decided is an error, which Envoy takes for a refusal (G6). */
export function answerChecks(parts: GatewayParts, onAnswer: OwnListenerOptions['onAnswer']): BytesHandler {
  const warning = new RareWarning(parts);
  const callers = new KnownCallers(parts.access);
  const answer = ([call, callback]: Asked) => {
    const fail = (error: unknown) => {
      onAnswer?.('failed');
      callback(explain(error, parts, warning));
    };
    const pass = ({ allowed, response }: Decided) => {
      onAnswer?.(allowed ? 'allowed' : 'refused');
      callback(null, response);
    };
    try {
      const decided = decide(parts, callers, call);
      if (decided instanceof Promise) decided.then(pass, fail);
      else pass(decided);
    } catch (error) {
      fail(error);
    }
  };
  const turnEnd = new TurnEnd(answer);
  return (call, callback) => turnEnd.add([call, callback]);
}

interface Decided {
  readonly allowed: boolean;
  readonly response: Buffer;
}

type CheckCall = Asked[0];

/**
 * At once for a gateway that is known and a key that is held, as nearly all are: a promise would cost more than the
 * look. Before anything of the call is read: a stranger costs no more than that.
 * @throws Problem, OptionError, ProtobufError
 */
function decide(parts: GatewayParts, callers: KnownCallers, call: CheckCall): Decided | Promise<Decided> {
  const header = readHeader(call.metadata);
  const known = callers.recall(header);
  if (known !== undefined) return rule(parts, call.request, known);
  const presented: Presented = header === undefined ? { kind: 'none' } : readAuthorization({ authorization: header });
  const identified = parts.access.identify(presented, addressOf(call.getPeer()));
  return identified.then((credential) => rule(parts, call.request, credential));
}

function rule({ verifier }: GatewayParts, bytes: Buffer, credential: RuntimeCredential): Decided | Promise<Decided> {
  const check = readCheck(decodeCheckRequest(bytes));
  const ruling = verifier.verify(credential.organizationId, makeQuestion(check, check.options));
  return ruling instanceof Promise ? ruling.then((late) => encode(late, check)) : encode(ruling, check);
}

function encode(ruling: Ruling, check: Check): Decided {
  return { allowed: ruling.verdict.allowed, response: encodeRuling(ruling, check) };
}

/** Undefined where it is not there, and where it comes twice. */
function readHeader(metadata: Metadata): string | undefined {
  const [value, second] = metadata.get('authorization');
  return typeof value === 'string' && second === undefined ? value : undefined;
}

/** Of `127.0.0.1:5000` and `[::1]:5000`. */
function addressOf(peer: string): string {
  return peer.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

type Failure = Pick<ServiceError, 'code' | 'details'>;

function explain(error: unknown, { log }: GatewayParts, warning: RareWarning): Failure {
  if (error instanceof Problem) {
    warning.warn('Envoy asks without a good runtime credential; its calls are refused', { code: error.code });
    return { code: codeOf(error), details: error.code };
  }
  if (error instanceof OptionError || error instanceof ProtobufError) {
    warning.warn('Envoy asks what can not be answered; its calls are refused', { because: error.message });
    return { code: status.INVALID_ARGUMENT, details: error.message };
  }
  log.error({ err: error }, 'bug: a check of Envoy failed; the call is refused');
  return { code: status.UNKNOWN, details: 'gateway.failed' };
}

function codeOf({ code }: Problem): status {
  if (code === 'auth.throttled') return status.RESOURCE_EXHAUSTED;
  return code.startsWith('auth.') ? status.UNAUTHENTICATED : status.UNAVAILABLE;
}
