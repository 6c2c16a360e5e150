import {
  type Allowed,
  compileHeaderNames,
  encodeFault,
  listIdentity,
  nameVariable,
  spellParameter,
  untrustedHeadersDefault,
} from '@claviger/verify';
import type { Ruling } from '../../../ports/verifier.ts';
import { type CallOptions, isOptionName, OptionError, type OptionName, readCallOptions } from '../call-option.ts';
import { type HeldCall, takesAuthorization } from '../held-call.ts';
import type { CheckRequest } from './check-request.ts';
import { encodeAdmitted, encodeDenied, rpcCode } from './check-response.ts';

/** A call that Envoy asks about, read by the options of its route. */
export interface Check extends HeldCall {
  readonly headers: CheckRequest['headers'];
  readonly options: CallOptions;
}

/** @throws OptionError for what only the operator can have got wrong */
export function readCheck({ method, path, headers, contextExtensions }: CheckRequest): Check {
  return {
    method,
    target: path,
    headers,
    headerValues: (wanted) => headers.flatMap(([name, value]) => (name === wanted ? [value] : [])),
    options: readCallOptions(readOptions(contextExtensions)),
  };
}

function readOptions(contextExtensions: CheckRequest['contextExtensions']): Map<OptionName, string> {
  const options = new Map<OptionName, string>();
  for (const [name, value] of contextExtensions) {
    if (!isOptionName(name)) throw new OptionError(`there is no option ${name}`);
    if (options.has(name)) throw new OptionError(`the option ${name} comes twice`);
    options.set(name, value);
  }
  return options;
}

/** How long clients may leave a verifier alone that has lost its plane. */
const retryAfterSeconds = 5;

/** What Envoy is answered. */
export function encodeRuling({ verdict }: Ruling, check: Check): Buffer {
  if (verdict.allowed) return encodeAllowed(verdict, check);
  const { status, body } = encodeFault(verdict.reason, nameVariable(check.options.keys[0]));
  const headers: [string, string][] = [
    ['content-type', 'application/json'],
    ['cache-control', 'no-store'],
  ];
  if (status === 503) headers.push(['retry-after', String(retryAfterSeconds)]);
  const code = status === 503 ? rpcCode.unavailable : rpcCode.unauthenticated;
  return encodeDenied({ code, message: verdict.reason, httpStatus: status, headers, body });
}

function encodeAllowed(verdict: Allowed, check: Check): Buffer {
  const setHeaders = listIdentity(verdict, check.options.attributes).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  return encodeAdmitted({
    setHeaders,
    removeHeaders: listRemovedHeaders(check, new Set(setHeaders.map(([name]) => name))),
    removeParameters: listRemovedParameters(check),
  });
}

const isUntrusted = compileHeaderNames(untrustedHeadersDefault);

/** Envoy removes after it sets: what is set is not among them, and overwrites what the client sent under its name. */
function listRemovedHeaders(check: Check, set: ReadonlySet<string>): string[] {
  const { headers, options } = check;
  const keyHeaders = new Set(options.keys.flatMap((each) => (each.kind === 'header' ? [each.name] : [])));
  const removed = new Set<string>(takesAuthorization(check, options) ? ['authorization'] : []);
  for (const [name] of headers) {
    if (isUntrusted(name) ? !set.has(name) : !options.passKey && keyHeaders.has(name)) removed.add(name);
  }
  return [...removed];
}

/** Envoy compares names as they stand in the query: each spelling is named. */
function listRemovedParameters({ target, options: { keys, passKey } }: Check): string[] {
  if (passKey) return [];
  return keys.flatMap((each) => (each.kind === 'query' ? spellParameter(target, each.name) : []));
}
