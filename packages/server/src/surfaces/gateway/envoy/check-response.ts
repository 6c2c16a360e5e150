import { MessageWriter } from './protobuf.ts';

/** Status codes of gRPC that are given here (google.rpc.Code). */
export const rpcCode = {
  ok: 0,
  unknown: 2,
  invalidArgument: 3,
  resourceExhausted: 8,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export type RpcCode = (typeof rpcCode)[keyof typeof rpcCode];

export interface Admitted {
  /** Set on the request, whatever it had under these names. */
  readonly setHeaders: readonly (readonly [name: string, value: string])[];
  readonly removeHeaders: readonly string[];
  readonly removeParameters: readonly string[];
}

export interface Denied {
  readonly code: RpcCode;
  /** Why, for Envoy's log. Never the key. */
  readonly message: string;
  readonly httpStatus: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/**
 * An `envoy.service.auth.v3.CheckResponse` that lets the call pass: `ok_response` (3) with `headers` (2),
 * `headers_to_remove` (5) and `query_parameters_to_remove` (8). Its `status` (1) is there and empty, which is OK.
 */
export function encodeAdmitted({ setHeaders, removeHeaders, removeParameters }: Admitted): Buffer {
  const ok = new MessageWriter();
  for (const [name, value] of setHeaders) ok.writeMessage(2, encodeHeaderOption(name, value));
  for (const name of removeHeaders) ok.writeText(5, name);
  for (const name of removeParameters) ok.writeText(8, name);
  const response = new MessageWriter();
  response.writeMessage(1, new MessageWriter());
  response.writeMessage(3, ok);
  return response.finish();
}

/** One that does not: `status` (1) and `denied_response` (2) with `status` (1), `headers` (2) and `body` (3). */
export function encodeDenied({ code, message, httpStatus, headers, body }: Denied): Buffer {
  const rpcStatus = new MessageWriter();
  rpcStatus.writeNumber(1, code);
  rpcStatus.writeText(2, message);
  const status = new MessageWriter();
  status.writeNumber(1, httpStatus);
  const denied = new MessageWriter();
  denied.writeMessage(1, status);
  for (const [name, value] of headers) denied.writeMessage(2, encodeHeaderOption(name, value));
  denied.writeText(3, body);
  const response = new MessageWriter();
  response.writeMessage(1, rpcStatus);
  response.writeMessage(2, denied);
  return response.finish();
}

/** `append`, a BoolValue that is there and false: every version of Envoy overwrites, whatever its default is. */
const dontAppend = new MessageWriter();

/** HeaderValueOption: `header` (1) with `key` (1) and `value` (2), `append` (2). */
function encodeHeaderOption(name: string, value: string): MessageWriter {
  const header = new MessageWriter();
  header.writeText(1, name);
  header.writeText(2, value);
  const option = new MessageWriter();
  option.writeMessage(1, header);
  option.writeMessage(2, dontAppend);
  return option;
}
