import type { IncomingMessage } from 'node:http';
import {
  type Allowed,
  compileHeaderNames,
  findKey,
  identityHeaderNames,
  isBearer,
  listIdentity,
  nameAttributeHeader,
  removeParameter,
  untrustedHeadersDefault,
} from '@claviger/verify';
import { Type } from '@sinclair/typebox';
import { Problem } from '../../../domain/problem.ts';
import type { Answer } from '../../http/answer.ts';
import type { Encounter, Route } from '../../http/route.ts';
import { forwardAdapters } from './adapter.ts';
import { headerValues, readCall } from './call.ts';
import { readForwardNote } from './door.ts';
import { answerRefusal, type ForwardProfile, findProfile } from './profile.ts';
import { forwardAnswers } from './schema.ts';

const optionParams = Type.Object({
  options: Type.String({
    description: 'What the operator says of the API, as `environment=prod&proxy=weather-v1&key=header:x-api-key`.',
  }),
});

/** One route for each gateway that asks by HTTP for each call. */
export const forwardRoutes: readonly Route<Encounter>[] = Object.values(forwardAdapters).map(({ name, title }) => ({
  id: `gateway.${name}`,
  method: 'GET',
  path: `/gateway/${name}/:options`,
  summary: `Decide on the call that a gateway holds: ${title}`,
  tag: 'gateway',
  status: 200,
  schema: { params: optionParams, response: forwardAnswers },
  handle: decide,
}));

async function decide({ http: { raw, inquiry } }: Encounter): Promise<Answer> {
  const note = readForwardNote(raw);
  if (inquiry === undefined || note === undefined) throw new Problem('auth.missing', {});
  const profile = findProfile(note);
  const { method, target } = readCall(note, raw);
  const { environment, proxy, basePath, keys } = profile;
  const key = findKey(keys, { target, headerValues: (name) => headerValues(raw, name) });
  const path = isPlain(target) ? target : ambiguous;
  const { credential, verifier } = inquiry;
  const question = { key, environment, proxy, basePath, method, path };
  const { verdict } = await verifier.verify(credential.organizationId, question);
  if (!verdict.allowed) return answerRefusal(profile, verdict.reason);
  return { status: 200, headers: listHeaders(profile, verdict, { target, raw }) };
}

/** Read in two ways by any two readers. */
const ambiguous = '//';
const plainTarget = /^[\x21-\x7e]+$/;

/** Bytes beyond ASCII have no place on a request line: one reader takes them for UTF-8, another for Latin-1. */
function isPlain(target: string): boolean {
  return plainTarget.test(target);
}

interface Asked {
  readonly target: string;
  readonly raw: IncomingMessage;
}

function listHeaders(profile: ForwardProfile, verdict: Allowed, { target, raw }: Asked): Record<string, string> {
  const { adapter, parameters, attributes } = profile;
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  if (adapter.tellsEmpty === true) for (const name of identityHeaderNames) headers[name] = '';
  if (adapter.tellsEmpty === true) for (const each of attributes) headers[nameAttributeHeader(each)] = '';
  for (const [name, value] of listIdentity(verdict, attributes)) headers[name] = value;
  if (adapter.cleansQuery === 'target') headers['x-claviger-target'] = parameters.reduce(removeParameter, target);
  if (adapter.namesStripped === true) {
    const stripped = listStripped(profile, raw, new Set(Object.keys(headers).map((name) => name.toLowerCase())));
    if (stripped.length > 0) headers['x-envoy-auth-headers-to-remove'] = stripped.join(',');
  }
  return headers;
}

const isUntrusted = compileHeaderNames(untrustedHeadersDefault);

/** Names of headers that came and must not reach the API, those apart that the answer sets. */
function listStripped(profile: ForwardProfile, { rawHeaders }: IncomingMessage, set: ReadonlySet<string>): string[] {
  const taken = profile.passKey ? [] : profile.keys;
  const stripped = new Set<string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    const holdsKey = taken.some(
      (source) =>
        (source.kind === 'header' && source.name === name) ||
        (source.kind === 'bearer' && name === 'authorization' && isBearer(rawHeaders[at + 1] ?? '')),
    );
    if (holdsKey || (isUntrusted(name) && !set.has(name))) stripped.add(name);
  }
  return [...stripped];
}
