import type { FastifyRequest } from 'fastify';
import { dialectRules } from '../../domain/dialect.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange, Route } from '../http/route.ts';
import { createVisitor, type Visit } from '../http/visit.ts';
import { type JsonValue, printJackson } from './jackson.ts';
import { chooseFormat } from './negotiate.ts';
import { encodeXml } from './xml.ts';
import type { XmlDocument } from './xml-shape.ts';

/** A row of the Edge registry. */
export interface EdgeRoute extends Route {
  /** How an XML body of this route reads; absent: the body comes as a form, or there is none. */
  readonly document?: XmlDocument | undefined;
  /** Whether the body may come as an HTML form instead. */
  readonly form?: boolean | undefined;
}

/** Path parameters by name, for routes that are made for several nouns. The schema of the route holds for them. */
export type Params = Readonly<Record<string, string>>;

/** Makes handlers that enter the organization under Edge's rules. */
export const visit = createVisitor(dialectRules.edge, 'organization');

/** An exchange in no organization, with the parts of the request by name. The schemas of the route hold for them. */
export type Attended<Params = unknown, Query = unknown, Body = unknown> = Omit<Visit<Params, Query, Body>, 'call'>;

/** Makes handlers of what belongs to no organization. */
export function attend<P, Q, B>(
  handle: (at: Attended<P, Q, B>) => Promise<Answer>,
): (exchange: Exchange) => Promise<Answer> {
  return (exchange) => {
    const { params, query, body } = exchange.http;
    return handle({ ...exchange, params: params as P, query: query as Q, body: body as B });
  };
}

export const always = (): boolean => true;

/** For POST routes that are an action or an update: an action ignores whatever body comes (compat/edge.md §1.3). */
export function unlessAction(http: FastifyRequest): boolean {
  return (http.query as { action?: unknown }).action === undefined;
}

/** The route's success in the format that the client likes. `value` is made of plain JSON values. */
export function answer({ http, route }: Exchange, value: object | number, document: XmlDocument): Answer {
  const json = value as JsonValue;
  if (chooseFormat(http.headers.accept) === 'xml') {
    return { status: route.status, contentType: 'application/xml', body: encodeXml(json, document) };
  }
  return { status: route.status, contentType: 'application/json', body: printJackson(json) };
}

/** 204: no body, no content type. */
export const nothing: Answer = { status: 204 };
