import type { FastifyRequest } from 'fastify';
import { decodeText, parseJsonBody } from '../../http/json.ts';
import { invalidRequest } from './refusal.ts';

export type Members = Readonly<Record<string, unknown>>;

const form = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** A body's members: of a JSON object, whatever its media type says, or of a form. @throws Problem, Refusal */
export function readMembers(http: FastifyRequest): Members {
  const bytes = Buffer.isBuffer(http.body) ? http.body : Buffer.alloc(0);
  if (form.test(http.headers['content-type'] ?? '')) {
    return Object.fromEntries(new URLSearchParams(decodeText(bytes)));
  }
  const value = parseJsonBody(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidRequest();
  return value as Members;
}

/** Undefined where the member is absent, or no text. */
export function textOf(members: Members, name: string): string | undefined {
  const value = Object.hasOwn(members, name) ? members[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
