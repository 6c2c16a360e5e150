import { MessageWriter } from './protobuf.ts';

/** Status codes of gRPC that answers have (google.rpc.Code). */
export const rpcCode = { ok: 0, unavailable: 14, unauthenticated: 16 } as const;

export type Header = readonly [name: string, value: string];

export interface Admitted {
  /** Set on the request, whatever it had under these names. */
  readonly setHeaders: readonly Header[];
  readonly removeHeaders: readonly string[];
  readonly removeParameters: readonly string[];
}

export interface Denied {
  readonly code: (typeof rpcCode)[keyof typeof rpcCode];
  /** Why, for Envoy's log. Never the key. */
  readonly message: string;
  readonly httpStatus: number;
  readonly headers: readonly Header[];
  readonly body: string;
}

/**
 * An `envoy.service.auth.v3.CheckResponse` that lets the call pass: `ok_response` (3) with `headers` (2),
 * `headers_to_remove` (5) and `query_parameters_to_remove` (8). Its `status` (1) is there and empty, which is OK.
 */
export function encodeAdmitted({ setHeaders, removeHeaders, removeParameters }: Admitted): Buffer {
  const writer = new MessageWriter();
  writer.writeMessage(1, writeNothing);
  writer.writeMessage(3, () => {
    writeHeaders(writer, setHeaders);
    for (const name of removeHeaders) writer.writeText(5, name);
    for (const name of removeParameters) writer.writeText(8, name);
  });
  return writer.finish();
}

/** One that does not: `status` (1) and `denied_response` (2) with `status` (1), `headers` (2) and `body` (3). */
export function encodeDenied({ code, message, httpStatus, headers, body }: Denied): Buffer {
  const writer = new MessageWriter();
  writer.writeMessage(1, () => {
    writer.writeNumber(1, code);
    writer.writeText(2, message);
  });
  writer.writeMessage(2, () => {
    writer.writeMessage(1, () => writer.writeNumber(1, httpStatus));
    writeHeaders(writer, headers);
    writer.writeText(3, body);
  });
  return writer.finish();
}

/**
 * `headers` (2) of either answer: HeaderValueOption, with `header` (1) of `key` (1) and `value` (2), and with `append`
 * (2), a BoolValue that is there and false: every version of Envoy overwrites, whatever its default is.
 */
function writeHeaders(writer: MessageWriter, headers: readonly Header[]): void {
  for (const [name, value] of headers) {
    writer.writeMessage(2, () => {
      writer.writeMessage(1, () => {
        writer.writeText(1, name);
        writer.writeText(2, value);
      });
      writer.writeMessage(2, writeNothing);
    });
  }
}

function writeNothing(): void {}
