import { HeaderTable } from './header-table.ts';
import { MessageReader, type Span } from './protobuf.ts';

/**
 * What is read of an `envoy.service.auth.v3.CheckRequest`. Field numbers are those of Envoy's API v3; what else it may
 * hold (bodies, certificates, metadata) is passed over.
 */
export interface CheckRequest {
  readonly method: string;
  /** Path and query, nothing decoded. */
  readonly path: string;
  /** Values of one name are joined by commas, unless Envoy was told to send raw headers. */
  readonly headers: HeaderTable;
  /**
   * What the route's configuration says: the fields `context_extensions` as they came, a character for each byte. A
   * route says the same with each call, so that it need not be read each time ({@link decodeExtensions}).
   */
  readonly extensions: string;
}

class Draft {
  method = '';
  path = '';
  query = '';
  extensions = '';
  readonly headers: HeaderTable;
  readonly rawHeaders: HeaderTable;

  constructor(bytes: Buffer) {
    this.headers = new HeaderTable(bytes);
    this.rawHeaders = new HeaderTable(bytes);
  }
}

/** @throws ProtobufError */
export function decodeCheckRequest(bytes: Buffer): CheckRequest {
  const draft = new Draft(bytes);
  const reader = new MessageReader(bytes);
  // CheckRequest: `attributes` is 1.
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) readAttributes(reader, draft);
    else reader.skip();
  }
  const { method, path, query, headers, rawHeaders, extensions } = draft;
  return {
    method,
    // Envoy leaves it empty and tells the query with the path; others that speak its protocol may not.
    path: query === '' ? path : `${path}?${query}`,
    headers: rawHeaders.names.length > 0 ? rawHeaders : headers,
    extensions,
  };
}

/**
 * The entries of {@link CheckRequest.extensions}. Names that come twice are kept twice.
 * @throws ProtobufError
 */
export function decodeExtensions(extensions: string): [name: string, value: string][] {
  const bytes = Buffer.from(extensions, 'latin1');
  const reader = new MessageReader(bytes);
  const entries: [string, string][] = [];
  while (reader.nextField() !== 0) {
    const { key, value } = readEntry(reader);
    entries.push([bytes.toString('utf8', key.start, key.end), bytes.toString('utf8', value.start, value.end)]);
  }
  return entries;
}

/** AttributeContext: `request` is 4, `context_extensions` 10. Request: `http` is 2. */
function readAttributes(reader: MessageReader, draft: Draft): void {
  const around = reader.enter();
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 4) readRequest(reader, draft);
    else if (field === 10) draft.extensions += reader.readField();
    else reader.skip();
  }
  reader.leave(around);
}

function readRequest(reader: MessageReader, draft: Draft): void {
  const around = reader.enter();
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 2) readHttp(reader, draft);
    else reader.skip();
  }
  reader.leave(around);
}

/** AttributeContext.HttpRequest: `method` 2, `headers` 3, `path` 4, `query` 7, `header_map` 13. */
function readHttp(reader: MessageReader, draft: Draft): void {
  const around = reader.enter();
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 3) draft.headers.add(readEntry(reader));
    else if (field === 2) draft.method = reader.readText();
    else if (field === 4) draft.path = reader.readText();
    else if (field === 7) draft.query = reader.readText();
    else if (field === 13) readHeaderMap(reader, draft);
    else reader.skip();
  }
  reader.leave(around);
}

/** HeaderMap: `headers` is 1. */
function readHeaderMap(reader: MessageReader, draft: Draft): void {
  const around = reader.enter();
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) draft.rawHeaders.add(readEntry(reader));
    else reader.skip();
  }
  reader.leave(around);
}

const nowhere: Span = { start: 0, end: 0 };

/** An entry of a map, and a HeaderValue: `key` is 1, `value` 2, `raw_value` 3. */
function readEntry(reader: MessageReader): { readonly key: Span; readonly value: Span } {
  const around = reader.enter();
  let [key, value] = [nowhere, nowhere];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) key = reader.readSpan();
    else if (field === 2 || field === 3) value = preferFilled(reader.readSpan(), value);
    else reader.skip();
  }
  reader.leave(around);
  return { key, value };
}

function preferFilled(span: Span, other: Span): Span {
  return span.end > span.start ? span : other;
}
