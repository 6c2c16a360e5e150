import { MessageReader } from './protobuf.ts';

/**
 * What is read of an `envoy.service.auth.v3.CheckRequest`. Field numbers are those of Envoy's API v3; what else it may
 * hold (bodies, certificates, metadata) is passed over.
 */
export interface CheckRequest {
  readonly method: string;
  /** Path and query, nothing decoded. */
  readonly path: string;
  /** Lower-cased names. Values of one name are joined by commas, unless Envoy was told to send raw headers. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What the route's configuration says. Names that come twice are kept twice. */
  readonly contextExtensions: readonly (readonly [name: string, value: string])[];
}

interface Draft {
  method: string;
  path: string;
  query: string;
  readonly headers: [string, string][];
  readonly rawHeaders: [string, string][];
  readonly contextExtensions: [string, string][];
}

/** @throws ProtobufError */
export function decodeCheckRequest(bytes: Buffer): CheckRequest {
  const draft: Draft = { method: '', path: '', query: '', headers: [], rawHeaders: [], contextExtensions: [] };
  // CheckRequest: `attributes` is 1. AttributeContext: `request` is 4, `context_extensions` 10. Request: `http` is 2.
  new MessageReader(bytes).eachField((field, request) => {
    if (field !== 1) request.skip();
    else {
      request.readMessage((part, attributes) => {
        if (part === 4) attributes.readMessage((each, inner) => (each === 2 ? readHttp(inner, draft) : inner.skip()));
        else if (part === 10) draft.contextExtensions.push(readEntry(attributes, 'utf8'));
        else attributes.skip();
      });
    }
  });
  const { method, path, query, headers, rawHeaders, contextExtensions } = draft;
  return {
    method,
    // Envoy leaves it empty and tells the query with the path; others that speak its protocol may not.
    path: query === '' ? path : `${path}?${query}`,
    headers: rawHeaders.length > 0 ? rawHeaders : headers,
    contextExtensions,
  };
}

/** AttributeContext.HttpRequest: `method` 2, `headers` 3, `path` 4, `query` 7, `header_map` 13. */
function readHttp(request: MessageReader, draft: Draft): void {
  request.readMessage((field, http) => {
    if (field === 2) draft.method = http.readText('latin1');
    else if (field === 3) draft.headers.push(lowerName(readEntry(http, 'latin1')));
    else if (field === 4) draft.path = http.readText('latin1');
    else if (field === 7) draft.query = http.readText('latin1');
    else if (field === 13) readHeaderMap(http, draft);
    else http.skip();
  });
}

/** HeaderMap: `headers` is 1. */
function readHeaderMap(http: MessageReader, draft: Draft): void {
  http.readMessage((field, map) => {
    if (field === 1) draft.rawHeaders.push(lowerName(readEntry(map, 'latin1')));
    else map.skip();
  });
}

/**
 * An entry of a map, and a HeaderValue: `key` is 1, `value` 2, `raw_value` 3. Headers are bytes, a character each, as
 * Node's own server reads them.
 */
function readEntry(reader: MessageReader, encoding: 'utf8' | 'latin1'): [string, string] {
  let [key, value] = ['', ''];
  reader.readMessage((field, entry) => {
    if (field === 1) key = entry.readText(encoding);
    else if (field === 2 || field === 3) value = entry.readText(encoding) || value;
    else entry.skip();
  });
  return [key, value];
}

function lowerName([name, value]: [string, string]): [string, string] {
  return [name.toLowerCase(), value];
}
