import { Readable } from 'node:stream';
import { Type } from '@sinclair/typebox';
import { Problem } from '../../../domain/problem.ts';
import type { SqlResource } from '../../../domain/sql-resource.ts';
import { type SqlState, sqlStates } from '../../../language/sql-error.ts';
import type { Answer } from '../../http/answer.ts';
import { letTakeTime } from '../../http/listener.ts';
import type { Exchange, Route } from '../../http/route.ts';
import type { OpenSession } from '../session.ts';
import { converse, type SqlEvent } from './converse.ts';
import { encodeDocument } from './document-text.ts';
import { encodeLines, formatSqlError } from './event-text.ts';
import { type Question, readQuestion, readQuestions, readScript } from './question.ts';

export interface SqlRouteParts {
  readonly openSession: OpenSession;
  readonly resources: readonly SqlResource[];
}

const tag = 'sql';
const [jsonType, linesType, sqlType] = ['application/json', 'application/x-ndjson', 'application/sql'] as const;
const headers = { 'cache-control': 'no-store' };

const mediaTypes: Readonly<Record<string, (body: Readable) => AsyncIterable<Question>>> = {
  [jsonType]: (body) => once(readQuestion(body)),
  [sqlType]: (body) => once(readScript(body)),
  // What is left of a connection that ends early is nobody's to destroy but the listener's.
  [linesType]: (body) => readQuestions(body.iterator({ destroyOnReturn: false })),
};

async function* once<T>(value: Promise<T>): AsyncGenerator<T> {
  yield await value;
}

/** Asks in SQL: one question as JSON or SQL, or a conversation of a question a line, whose answers come while it goes on. */
async function ask({ account, http }: Exchange, { openSession }: SqlRouteParts): Promise<Answer> {
  const mediaType = (http.headers['content-type'] ?? jsonType).split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const read = mediaTypes[mediaType];
  if (read === undefined) throw new Problem('request.unsupported-media-type', { mediaType });
  letTakeTime(http);
  const gone = new AbortController();
  const session = await openSession(account);
  const body = http.body instanceof Readable ? http.body : Readable.from([]);
  const events = converse(session, read(body), gone.signal);
  try {
    const begun = mediaType === linesType ? undefined : await begin(events);
    if (begun !== undefined && 'refusal' in begun) {
      await session.close();
      return begun.refusal;
    }
    const told = begun?.events ?? events;
    const wantsDocument = /\bapplication\/json\b/.test(http.headers.accept ?? '') && mediaType !== linesType;
    const stream = Readable.from(wantsDocument ? encodeDocument(told) : encodeLines(told));
    // Whoever goes away in the middle leaves nothing running.
    stream.once('close', () => {
      gone.abort();
      void session.close();
    });
    return { status: 200, contentType: wantsDocument ? jsonType : linesType, headers, body: stream };
  } catch (error) {
    await session.close();
    throw error;
  }
}

type Begun = { readonly events: AsyncIterable<SqlEvent> } | { readonly refusal: Answer };

/** Waits for the first event, so that what fails at once is answered with a status that says so. */
async function begin(events: AsyncGenerator<SqlEvent>): Promise<Begun> {
  const first = await events.next();
  if (first.done !== true && first.value.kind === 'error') {
    const { error } = first.value;
    const body = { ...problemOf(error.state, error.message), ...formatSqlError(error) };
    return {
      refusal: { status: body.status, contentType: 'application/problem+json', body: JSON.stringify(body) },
    };
  }
  return { events: prepend(first, events) };
}

async function* prepend<T>(first: IteratorResult<T>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

/** By SQLSTATE; all others are what the caller wrote. */
const statuses: Readonly<Record<SqlState, number>> = {
  [sqlStates.notAllowed]: 403,
  [sqlStates.notFound]: 404,
  [sqlStates.duplicate]: 409,
  [sqlStates.tooBusy]: 503,
  '57P01': 503,
  '08006': 503,
};

function problemOf(state: SqlState, detail: string) {
  return {
    type: 'about:blank',
    title: 'The statement was refused',
    status: statuses[state] ?? 400,
    code: 'sql',
    detail,
  };
}

async function listResources({ route }: Exchange, { resources }: SqlRouteParts): Promise<Answer> {
  const items = resources.map(({ name, aliases, description, key, columns }) => ({
    name,
    aliases,
    description,
    key,
    columns: columns.map(({ parameter, secret, ...column }) => ({
      ...column,
      parameter: parameter === true,
      secret: secret === true,
    })),
  }));
  return { status: route.status, contentType: jsonType, body: JSON.stringify({ items, nextCursor: null }) };
}

const lines = Type.Unsafe({
  description: 'Columns, rows, and what was done (docs/sql.md, "Over HTTP").',
  content: { [linesType]: { schema: {} }, [jsonType]: { schema: { type: 'object', additionalProperties: true } } },
});
const refusal = { description: 'Why not.', content: { 'application/problem+json': { schema: { type: 'object' } } } };
const column = Type.Object({
  name: Type.String(),
  type: Type.String(),
  description: Type.String(),
  parameter: Type.Boolean({ description: 'Whether it is a parameter of the path, and no field.' }),
  secret: Type.Boolean({ description: 'Whether it takes the right to read credentials.' }),
});
const resourceList = Type.Object({
  items: Type.Array(
    Type.Object({
      name: Type.String(),
      aliases: Type.Array(Type.String()),
      description: Type.String(),
      key: Type.Array(Type.String()),
      columns: Type.Array(column),
    }),
  ),
  nextCursor: Type.Null(),
});

/** SQL among the native API's calls. */
export function listSqlRoutes(parts: SqlRouteParts): readonly Route[] {
  return [
    {
      id: 'native.sql.ask',
      method: 'POST',
      path: '/sql',
      summary: 'Ask and change in SQL; rows come as they are read',
      tag,
      status: 200,
      streamsBody: true,
      schema: {
        body: {
          content: {
            [jsonType]: {
              schema: {
                type: 'object',
                required: ['query'],
                additionalProperties: false,
                properties: {
                  query: { type: 'string', description: 'One statement, or a script of several.' },
                  parameters: { type: 'array', items: {}, description: 'Values by position, with one statement.' },
                },
              },
            },
            [sqlType]: { schema: { type: 'string' } },
            [linesType]: {
              schema: { description: 'A question a line, each as in JSON: one session for all of them.' },
            },
          },
        },
        response: { 200: lines, default: refusal },
      },
      handle: (exchange) => ask(exchange, parts),
    },
    {
      id: 'native.sql.resources.list',
      method: 'GET',
      path: '/sql/resources',
      summary: 'What SQL shows as tables, with their columns',
      tag,
      status: 200,
      schema: { response: { 200: resourceList, default: refusal } },
      handle: (exchange) => listResources(exchange, parts),
    },
  ];
}
