import { Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { dialectRules } from '../../domain/dialect.ts';
import { Problem } from '../../domain/problem.ts';
import type { Stamp } from '../../domain/stamp.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange } from '../http/route.ts';
import { createVisitor } from '../http/visit.ts';

/** Makes handlers that enter the organization. The native API shows no developers yet, so that no dialect's rules count. */
export const visit = createVisitor(dialectRules.edge, 'organization');

export const always = (): boolean => true;

/** The route's success as compact JSON. */
export function answer({ route }: Exchange, value: object, headers?: Answer['headers']): Answer {
  return { status: route.status, contentType: 'application/json', headers, body: JSON.stringify(value) };
}

/** The same with the entity's version as ETag. */
export function answerEntity(exchange: Exchange, { version }: Stamp, value: object): Answer {
  return answer(exchange, value, { etag: `"${version}"` });
}

export const noContent: Answer = { status: 204 };

/** Undefined: the caller does not care. @throws Problem request.invalid */
export function readIfMatch({ headers }: FastifyRequest): number | undefined {
  const header = headers['if-match'];
  if (header === undefined || header === '*') return undefined;
  const version = /^"(\d{1,15})"$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  throw new Problem('request.invalid', { field: 'If-Match', reason: 'takes one ETag as an answer gave it' });
}

export const ifMatch = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'ETag that was seen last.' })),
});

export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

const timeShape = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Milliseconds since 1970 UTC. @throws Problem request.invalid */
export function parseTime(field: string, text: string): number {
  const time = timeShape.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new Problem('request.invalid', { field, reason: 'takes a time as RFC 3339 has it, like 2026-01-31T12:00:00Z' });
}

export function formatStamp(stamp: Stamp): object {
  return {
    createdAt: formatTime(stamp.createdAt),
    createdBy: stamp.createdBy,
    lastModifiedAt: formatTime(stamp.lastModifiedAt),
    lastModifiedBy: stamp.lastModifiedBy,
    version: String(stamp.version),
  };
}

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

/** The key that a cursor stands for. Clients hand it back as it is and read nothing into it. */
export function parseCursor(cursor: string | undefined): string | undefined {
  return cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString('utf8');
}

/**
 * Makes a page out of one row more than it holds, so that the last page says that it is the last.
 * @param keyOf what the next page begins after
 */
export function formatPage<T>(
  rows: readonly T[],
  { limit, keyOf, format }: { readonly limit: number; keyOf(row: T): string; format(row: T): object },
): object {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const nextCursor = last === undefined ? null : Buffer.from(keyOf(last), 'utf8').toString('base64url');
  return { items: rows.slice(0, limit).map(format), nextCursor };
}
