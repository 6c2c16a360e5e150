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
  eachField(new MessageReader(bytes), (field, reader) => {
    if (field === 1) readAttributes(reader.readMessage(), draft);
    else reader.skip();
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

type ReadField = (field: number, reader: MessageReader) => void;

function eachField(reader: MessageReader, read: ReadField): void {
  for (let field = reader.next(); field !== 0; field = reader.next()) read(field, reader);
}

/** AttributeContext: `request` is 4, `context_extensions` 10. */
function readAttributes(message: MessageReader, draft: Draft): void {
  eachField(message, (field, reader) => {
    if (field === 4) readRequest(reader.readMessage(), draft);
    else if (field === 10) draft.contextExtensions.push(readEntry(reader.readMessage(), 'utf8'));
    else reader.skip();
  });
}

/** AttributeContext.Request: `http` is 2. */
function readRequest(message: MessageReader, draft: Draft): void {
  eachField(message, (field, reader) => {
    if (field === 2) readHttp(reader.readMessage(), draft);
    else reader.skip();
  });
}

/** AttributeContext.HttpRequest: `method` 2, `headers` 3, `path` 4, `query` 7, `header_map` 13. */
function readHttp(message: MessageReader, draft: Draft): void {
  eachField(message, (field, reader) => {
    if (field === 2) draft.method = reader.readText();
    else if (field === 3) draft.headers.push(lowerName(readEntry(reader.readMessage(), 'latin1')));
    else if (field === 4) draft.path = reader.readBytes().toString('latin1');
    else if (field === 7) draft.query = reader.readBytes().toString('latin1');
    else if (field === 13) readHeaderMap(reader.readMessage(), draft);
    else reader.skip();
  });
}

/** HeaderMap: `headers` is 1, of which `key` is 1, `value` 2 and `raw_value` 3. */
function readHeaderMap(message: MessageReader, draft: Draft): void {
  eachField(message, (field, reader) => {
    if (field !== 1) {
      reader.skip();
      return;
    }
    let [name, value] = ['', ''];
    eachField(reader.readMessage(), (part, inner) => {
      if (part === 1) name = inner.readBytes().toString('latin1');
      else if (part === 2 || part === 3) value = inner.readBytes().toString('latin1') || value;
      else inner.skip();
    });
    draft.rawHeaders.push(lowerName([name, value]));
  });
}

/** An entry of a map: `key` is 1, `value` 2. Headers are bytes, a character each, as Node's own server reads them. */
function readEntry(message: MessageReader, encoding: 'utf8' | 'latin1'): [string, string] {
  let [key, value] = ['', ''];
  eachField(message, (field, reader) => {
    if (field === 1) key = reader.readBytes().toString(encoding);
    else if (field === 2) value = reader.readBytes().toString(encoding);
    else reader.skip();
  });
  return [key, value];
}

function lowerName([name, value]: [string, string]): [string, string] {
  return [name.toLowerCase(), value];
}
