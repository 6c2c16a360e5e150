import { type CallOperation, findKey, isBearer, type KeyCarrier, normalizePath, stripBasePath } from '@claviger/verify';
import type { Question } from '../../ports/verifier.ts';
import type { CallOptions } from './call-option.ts';

/** A call that a gateway holds until it is decided. Characters stand for bytes (Latin-1). */
export interface HeldCall extends KeyCarrier {
  readonly method: string;
  /** As the client's request line has it; empty where it has no path, as in `OPTIONS *`. */
  readonly target: string;
}

/** Read in two ways by any two readers. */
const ambiguous = '//';
const plainTarget = /^[\x21-\x7e]+$/;

export function makeQuestion(call: HeldCall, options: CallOptions): Question {
  const { environment, proxy, basePath, keys } = options;
  const { method, target } = call;
  // Bytes beyond ASCII have no place on a request line: one reader takes them for UTF-8, another for Latin-1.
  const path = plainTarget.test(target) ? target : ambiguous;
  return {
    key: findKey(keys, call),
    environment,
    proxy,
    path,
    basePath,
    method,
    operation: readGrpcOperation(call, basePath),
  };
}

const grpcType = /^application\/grpc(?:$|[+;\s])/i;
const grpcPath = /^\/([^/]+)\/([^/]+)$/;

/**
 * The operation that a gRPC call is: its path names service and method. Undefined for calls that are none. The media
 * type is the client's word, but the path that it points to is the one that is called either way.
 */
function readGrpcOperation(call: HeldCall, basePath: string | undefined): CallOperation | undefined {
  const types = call.headerValues('content-type');
  if (types.length === 0 || !types.every((each) => grpcType.test(each))) return undefined;
  const [, service, method] = grpcPath.exec(stripBasePath(normalizePath(call.target), basePath) ?? '') ?? [];
  return service === undefined || method === undefined ? undefined : { kind: 'grpc', service, method };
}

/** Whether `Authorization` holds the key, and is not to be passed on. */
export function takesAuthorization(call: HeldCall, { keys, passKey }: CallOptions): boolean {
  if (passKey || !keys.some(({ kind }) => kind === 'bearer')) return false;
  return call.headerValues('authorization').some(isBearer);
}
