import {
  compileHeaderNames,
  encodeFault,
  findKey,
  isBearer,
  nameVariable,
  spellParameter,
  untrustedHeadersDefault,
} from '@claviger/verify';
import type { Question, Ruling } from '../../../ports/verifier.ts';
import { type CallOptions, isOptionName, OptionError, type OptionName, readCallOptions } from '../call-option.ts';
import { readGrpcOperation } from '../grpc-operation.ts';
import { listIdentityHeaders } from '../identity.ts';
import type { CheckRequest } from './check-request.ts';
import { encodeAdmitted, encodeDenied, rpcCode } from './check-response.ts';

/** A call that Envoy asks about, read by the options of its route. */
export interface Check {
  readonly request: CheckRequest;
  readonly options: CallOptions;
  readonly question: Question;
}

/** How long Envoy's clients may leave a verifier alone that has lost its plane. */
const retryAfterSeconds = 5;

/** @throws OptionError for what only the operator can have got wrong */
export function readCheck(request: CheckRequest): Check {
  const options = readCallOptions(readOptions(request));
  const { environment, proxy, basePath, keys } = options;
  const { method, headers } = request;
  const headerValues = (wanted: string) => headers.flatMap(([name, value]) => (name === wanted ? [value] : []));
  // A request line without a path, as `OPTIONS *`, is beneath no API: it must not pass for the base path itself.
  const target = request.path || '*';
  const key = findKey(keys, { headerValues, target });
  const operation = readGrpcOperation({ contentTypes: headerValues('content-type'), target, basePath });
  return { request, options, question: { key, environment, proxy, path: target, basePath, method, operation } };
}

function readOptions({ contextExtensions }: CheckRequest): Map<OptionName, string> {
  const options = new Map<OptionName, string>();
  for (const [name, value] of contextExtensions) {
    if (!isOptionName(name)) throw new OptionError(`there is no option ${name}`);
    if (options.has(name)) throw new OptionError(`the option ${name} comes twice`);
    options.set(name, value);
  }
  return options;
}

/** What Envoy is answered. */
export function encodeRuling({ verdict }: Ruling, { request, options }: Check): Buffer {
  if (verdict.allowed) {
    const setHeaders = listIdentityHeaders(verdict);
    const removeHeaders = listRemovedHeaders(request, options, new Set(setHeaders.map(([name]) => name)));
    return encodeAdmitted({ setHeaders, removeHeaders, removeParameters: listRemovedParameters(request, options) });
  }
  const { status, body } = encodeFault(verdict.reason, nameVariable(options.keys[0]));
  const headers: [string, string][] = [
    ['content-type', 'application/json'],
    ['cache-control', 'no-store'],
  ];
  if (status === 503) headers.push(['retry-after', String(retryAfterSeconds)]);
  const code = status === 503 ? rpcCode.unavailable : rpcCode.unauthenticated;
  return encodeDenied({ code, message: verdict.reason, httpStatus: status, headers, body });
}

const isUntrusted = compileHeaderNames(untrustedHeadersDefault);

/** Envoy removes after it sets: what is set is not among them, and overwrites what the client sent under its name. */
function listRemovedHeaders({ headers }: CheckRequest, options: CallOptions, set: ReadonlySet<string>): string[] {
  const taken = options.passKey ? [] : options.keys;
  const keyHeaders = new Set(taken.flatMap((each) => (each.kind === 'header' ? [each.name] : [])));
  const takesBearer = taken.some(({ kind }) => kind === 'bearer');
  const removed = new Set<string>();
  for (const [name, value] of headers) {
    if (set.has(name)) continue;
    const isKey = keyHeaders.has(name) || (takesBearer && name === 'authorization' && isBearer(value));
    if (isKey || isUntrusted(name)) removed.add(name);
  }
  return [...removed];
}

/** Envoy compares names as they stand in the query: each spelling is named. */
function listRemovedParameters({ path }: CheckRequest, { keys, passKey }: CallOptions): string[] {
  if (passKey) return [];
  return keys.flatMap((each) => (each.kind === 'query' ? spellParameter(path, each.name) : []));
}
