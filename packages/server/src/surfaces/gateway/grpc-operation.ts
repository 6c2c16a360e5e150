import { type CallOperation, normalizePath, stripBasePath } from '@claviger/verify';

const mediaType = /^application\/grpc(?:$|[+;\s])/i;
const methodPath = /^\/([^/]+)\/([^/]+)$/;

/** What a call does, and how it says so. */
export interface GrpcCall {
  /** Every value of the header that came. */
  readonly contentTypes: readonly string[];
  readonly target: string;
  readonly basePath: string | undefined;
}

/**
 * The operation that a gRPC call is: its path names service and method. Undefined for calls that are none. The media
 * type is the client's word, but the path that it points to is the one that is called either way.
 */
export function readGrpcOperation({ contentTypes, target, basePath }: GrpcCall): CallOperation | undefined {
  if (contentTypes.length === 0 || !contentTypes.every((each) => mediaType.test(each))) return undefined;
  const [, service, method] = methodPath.exec(stripBasePath(normalizePath(target), basePath) ?? '') ?? [];
  return service === undefined || method === undefined ? undefined : { kind: 'grpc', service, method };
}
