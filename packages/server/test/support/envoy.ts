import { join } from 'node:path';
import {
  type ChannelCredentials,
  Client,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';

const directory = join(import.meta.dirname, '../fixtures/envoy');

/** Stubs out of the messages' own description: what the server writes by hand is read by another reader. */
function loadMethod(file: string, service: string): MethodDefinition<object, object> {
  const loaded = loadSync(file, { includeDirs: [directory], keepCase: true, longs: Number, oneofs: true });
  const method = (loaded[service] as ServiceDefinition | undefined)?.['Check'];
  if (method === undefined) throw new Error(`${file} has no ${service}`);
  return method;
}

export const checkMethod = loadMethod('ext_authz.proto', 'envoy.service.auth.v3.Authorization');
const healthMethod = loadMethod('health.proto', 'grpc.health.v1.Health');

export interface HeaderOption {
  readonly header?: { readonly key?: string; readonly value?: string };
  readonly append?: { readonly value?: boolean } | null;
}

/** An `envoy.service.auth.v3.CheckResponse`, as far as tests look at it. */
export interface CheckResponse {
  readonly status?: { readonly code?: number; readonly message?: string } | null;
  readonly http_response?: 'denied_response' | 'ok_response';
  readonly denied_response?: {
    readonly status?: { readonly code?: number };
    readonly headers?: readonly HeaderOption[];
    readonly body?: string;
  };
  readonly ok_response?: {
    readonly headers?: readonly HeaderOption[];
    readonly headers_to_remove?: readonly string[];
    readonly query_parameters_to_remove?: readonly string[];
  };
}

/** A client of gRPC as Envoy is one. */
export interface EnvoyStub {
  /** @param metadata in place of the runtime credential's */
  check(request: object, metadata?: Readonly<Record<string, string>>): Promise<CheckResponse>;
  /** Bytes in place of a request. */
  checkBytes(bytes: Buffer): Promise<CheckResponse>;
  health(): Promise<{ readonly status?: string | number }>;
  close(): void;
}

export function openEnvoyStub(
  port: number,
  token: string,
  channel: ChannelCredentials = credentials.createInsecure(),
): EnvoyStub {
  // A certificate is held against this name: an address is none in TLS.
  const client = new Client(`127.0.0.1:${port}`, channel, { 'grpc.ssl_target_name_override': 'localhost' });
  const initialMetadata = { authorization: `Bearer ${token}` };
  function call(
    { path, responseDeserialize }: MethodDefinition<object, object>,
    bytes: Buffer,
    metadata: Readonly<Record<string, string>>,
  ): Promise<object> {
    const sent = new Metadata();
    for (const [name, value] of Object.entries(metadata)) sent.add(name, value);
    return new Promise((done, fail) => {
      const answer = (error: ServiceError | null, response?: object) => (error ? fail(error) : done(response ?? {}));
      client.makeUnaryRequest(
        path,
        passBytes,
        responseDeserialize,
        bytes,
        sent,
        { deadline: Date.now() + 10_000 },
        answer,
      );
    });
  }
  return {
    check: (request, metadata = initialMetadata) =>
      call(checkMethod, checkMethod.requestSerialize(request), metadata) as Promise<CheckResponse>,
    checkBytes: (bytes) => call(checkMethod, bytes, initialMetadata) as Promise<CheckResponse>,
    health: () => call(healthMethod, healthMethod.requestSerialize({}), {}),
    close: () => client.close(),
  };
}

function passBytes(bytes: Buffer): Buffer {
  return bytes;
}
