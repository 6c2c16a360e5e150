import type { FastifyRequest, FastifySchema } from 'fastify';
import { dialectRules } from '../../domain/dialect.ts';
import { Problem } from '../../domain/problem.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange, Route } from '../http/route.ts';
import { createVisitor } from '../http/visit.ts';
import { type DiscoveryMethod, flatPathOf, type QueryParameter, routePathOf } from './discovery-method.ts';
import { applyFieldMask, parseFieldMask } from './field-mask.ts';
import type { JsonObject } from './json.ts';
import { nameListSchema } from './json-schema.ts';
import type { Message, MessageInput, MessageOutput } from './message.ts';
import { jsonContentType, parsePrettyPrint, prettyPrint } from './print.ts';
import { encodeMessage } from './proto-json.ts';
import { emptyMessage } from './schema/empty.ts';

/** A row of the X registry: a method as discovery tells of it, and what handles it. */
export interface XRoute extends Route {
  /** Absent for what Google's server answers although discovery does not tell of it (compat/x.md §1.8). */
  readonly described?: DiscoveryMethod | undefined;
}

/** Makes handlers that enter the organization under X's rules. */
export const visit = createVisitor(dialectRules.x, 'organizationsId');

/** The body of a route whose method takes `message`, as `decodeBody` left it. */
export type BodyOf<M extends Message> = MessageInput<M>;

const hole = /\{([^{}]+)\}/g;
const errorRef = { $ref: 'XError#' };
const nothing = { type: 'null', description: 'No content.' };

export type Handlers = Readonly<Record<string, Route['handle']>>;

/**
 * A row for each method. Throws at start where a method has no handler, so that what discovery lists is served.
 * Methods that answer with the empty message answer 204.
 */
export function createRoutes(methods: readonly DiscoveryMethod[], handlers: Handlers): XRoute[] {
  return methods.map((described) => {
    const handle = handlers[described.id];
    if (handle === undefined) throw new Error(`${described.id} has no handler`);
    return createRoute(described, handle, described.response === emptyMessage ? 204 : 200);
  });
}

/** The same calls for apigeecli, which writes a slash before the verb (compat/x.md §1.8). */
export function tolerateSlash(routes: readonly XRoute[]): XRoute[] {
  return routes.map((route) => ({
    ...route,
    id: `${route.id}WithSlash`,
    path: route.path.replace('([^:]+)::', '/::'),
  }));
}

const always = (): boolean => true;

/** A method that is an action or an update: an action ignores whatever body comes (compat/x.md §1.0). */
function unlessAction(http: FastifyRequest): boolean {
  return (http.query as { action?: unknown }).action === undefined;
}

function queryOf({ query, unlistedQuery }: DiscoveryMethod): Readonly<Record<string, QueryParameter>> {
  return { ...query, ...unlistedQuery };
}

function createRoute(described: DiscoveryMethod, handle: Route['handle'], status: number): XRoute {
  const { id, httpMethod, doc, request } = described;
  if (httpMethod === 'PATCH') throw new Error(`${id}: no route takes PATCH`);
  return {
    id,
    method: httpMethod,
    path: routePathOf(described).slice('/v1'.length),
    summary: doc,
    tag: id.split('.').at(-2) ?? 'organizations',
    status,
    takesBody: request === undefined ? undefined : queryOf(described)['action'] === undefined ? always : unlessAction,
    schema: describeSchema(described, status),
    described,
    handle: async (exchange) => {
      checkGlobalQuery(exchange.http, described.response);
      return handle(exchange);
    },
  };
}

/** What is served beside discovery: a GET that answers with a bare array of names. */
export interface NameList {
  readonly id: string;
  /** As in {@link DiscoveryMethod}: `organizations/{organizationsId}/environments`. */
  readonly template: string;
  readonly doc: string;
}

export function createNameListRoute({ id, template, doc }: NameList, handle: Route['handle']): XRoute {
  return {
    id,
    method: 'GET',
    path: `/${template.replace(hole, ':$1')}`,
    summary: doc,
    tag: id.split('.').at(-2) ?? 'organizations',
    status: 200,
    schema: describeParts({ path: template, query: {}, status: 200, response: nameListSchema }),
    handle: async (exchange) => {
      checkForm(exchange.http);
      return handle(exchange);
    },
  };
}

/** Query parameters that every method takes (compat/x.md §1.0). */
const globalQuery: Readonly<Record<string, QueryParameter>> = {
  alt: { type: 'string', doc: 'Form of the answer: `json`.' },
  fields: { type: 'string', doc: 'Shows only these members, as `email,attributes(name)`.' },
  prettyPrint: { type: 'string', doc: '`false` leaves out line ends and indentation.' },
};

const queryTypes = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int64: { type: 'integer' },
  int32: { type: 'integer' },
} as const;

function describeSchema(described: DiscoveryMethod, status: number): FastifySchema {
  const { request, response } = described;
  const query = queryOf(described);
  const parts = describeParts({
    path: flatPathOf(described),
    query,
    status,
    response: status === 204 ? nothing : { $ref: `${response.name}#` },
  });
  if (request === undefined) return parts;
  const acts = query['action'] !== undefined;
  return {
    ...parts,
    body: { $ref: `${request.name}#` },
    response: { ...(parts.response as object), ...(acts && { 204: nothing }) },
  };
}

interface Parts {
  /** With a named hole for each parameter. */
  readonly path: string;
  readonly query: Readonly<Record<string, QueryParameter>>;
  readonly status: number;
  readonly response: JsonObject;
}

function describeParts({ path, query, status, response }: Parts): FastifySchema {
  const names = [...path.matchAll(hole)].map((match) => match[1] ?? '');
  const parameters = Object.entries({ ...query, ...globalQuery });
  return {
    params: {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
      required: names,
    },
    querystring: {
      type: 'object',
      properties: Object.fromEntries(
        parameters.map(([name, { type, doc }]) => [name, { ...queryTypes[type], description: doc }]),
      ),
    },
    response: { [status]: response, '4xx': errorRef, '5xx': errorRef },
  };
}

/** The route's success, with the members that `fields` asks for. */
export function answer<M extends Message>(at: Exchange, message: M, value: MessageOutput<M>): Answer {
  const query = at.http.query as Readonly<Record<string, string | undefined>>;
  const mask = parseFieldMask(query['fields'], message);
  return answerJson(at, applyFieldMask(mask, encodeMessage(message, value)));
}

export function answerJson({ http, route }: Exchange, json: JsonObject | readonly string[]): Answer {
  return { status: route.status, contentType: jsonContentType, body: prettyPrint(json, readPretty(http)) };
}

/** 204: no body, which every client takes (compat/x.md §1.0, "Status codes"). */
export const noContent: Answer = { status: 204 };

/**
 * Before a change is made, so that a wrong `alt` or `fields` changes nothing.
 * @throws Problem request.invalid
 */
function checkGlobalQuery(http: FastifyRequest, message: Message): void {
  checkForm(http);
  parseFieldMask((http.query as Readonly<Record<string, string | undefined>>)['fields'], message);
}

function checkForm(http: FastifyRequest): void {
  const query = http.query as Readonly<Record<string, string | undefined>>;
  if (query['alt'] !== undefined && query['alt'] !== 'json') {
    throw new Problem('request.invalid', { field: 'alt', reason: 'has to be json, the only form that is served' });
  }
  parsePrettyPrint(query['prettyPrint']);
}

function readPretty(http: FastifyRequest): boolean {
  return parsePrettyPrint((http.query as Readonly<Record<string, string | undefined>>)['prettyPrint']);
}
