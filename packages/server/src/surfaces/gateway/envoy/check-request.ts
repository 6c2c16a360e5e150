import { type EntryPlace, HeaderTable } from './header-table.ts';
import { MessageReader } from './protobuf.ts';

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
  rawHeaders: HeaderTable | undefined;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.headers = new HeaderTable(bytes);
  }

  addRawHeader(place: EntryPlace): void {
    this.rawHeaders ??= new HeaderTable(this.#bytes);
    this.rawHeaders.add(place);
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
  const { method, path, query, headers, rawHeaders = headers, extensions } = draft;
  // Envoy leaves the query empty and tells it with the path; others that speak its protocol may not.
  return { method, path: query === '' ? path : `${path}?${query}`, headers: rawHeaders, extensions };
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
    const { keyStart, keyEnd, valueStart, valueEnd } = readEntry(reader);
    entries.push([bytes.toString('utf8', keyStart, keyEnd), bytes.toString('utf8', valueStart, valueEnd)]);
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
    if (field === 1) draft.addRawHeader(readEntry(reader));
    else reader.skip();
  }
  reader.leave(around);
}

/** An entry of a map, and a HeaderValue: `key` is 1, `value` 2, `raw_value` 3. */
function readEntry(reader: MessageReader): EntryPlace {
  const around = reader.enter();
  const place = { keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: 0 };
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) {
      place.keyStart = reader.passText();
      place.keyEnd = reader.position;
    } else if (field === 2 || field === 3) {
      const start = reader.passText();
      if (reader.position > start) {
        place.valueStart = start;
        place.valueEnd = reader.position;
      }
    } else reader.skip();
  }
  reader.leave(around);
  return place;
}
