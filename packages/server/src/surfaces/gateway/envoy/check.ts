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
import { encodeAdmitted, encodeDenied, encodeHeaders, type Header, rpcCode } from './check-response.ts';

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
const retryAfterSeconds = '5';

/** What Envoy is answered. */
export function encodeRuling({ verdict }: Ruling, check: Check): Buffer {
  if (verdict.allowed) return encodeAllowed(verdict, check);
  const { status, body } = encodeFault(verdict.reason, nameVariable(check.options.keys[0]));
  const headers: Header[] = [
    ['content-type', 'application/json'],
    ['cache-control', 'no-store'],
    ['x-claviger-reason', verdict.reason],
  ];
  if (status === 503) headers.push(['retry-after', retryAfterSeconds]);
  const code = status === 503 ? rpcCode.unavailable : rpcCode.unauthenticated;
  return encodeDenied({ code, message: verdict.reason, httpStatus: status, headers, body });
}

/** What an API is told of who calls. */
interface Told {
  readonly names: ReadonlySet<string>;
  readonly encoded: Uint8Array;
}

/** A verifier gives the same verdict as the same value for as long as nothing changes. */
const toldBefore = new WeakMap<Allowed, Told>();

function encodeAllowed(verdict: Allowed, check: Check): Buffer {
  const { encoded, names } = tellIdentity(verdict, check.options);
  return encodeAdmitted({
    setHeaders: encoded,
    removeHeaders: listRemovedHeaders(check, names),
    removeParameters: listRemovedParameters(check),
  });
}

function tellIdentity(verdict: Allowed, { attributes }: CallOptions): Told {
  const known = attributes.length === 0 ? toldBefore.get(verdict) : undefined;
  if (known !== undefined) return known;
  const headers = listIdentity(verdict, attributes).map(([name, value]): Header => [name.toLowerCase(), value]);
  const told = { names: new Set(headers.map(([name]) => name)), encoded: encodeHeaders(headers) };
  if (attributes.length === 0) toldBefore.set(verdict, told);
  return told;
}

const isUntrusted = compileHeaderNames(untrustedHeadersDefault);

/** Envoy removes after it sets: what is set is not among them, and overwrites what the client sent under its name. */
function listRemovedHeaders(check: Check, set: ReadonlySet<string>): string[] {
  const { headers, options } = check;
  const removed = new Set<string>(takesAuthorization(check, options) ? ['authorization'] : []);
  const isKey = (name: string) => options.keys.some((each) => each.kind === 'header' && each.name === name);
  for (const [name] of headers) {
    if (isUntrusted(name) ? !set.has(name) : !options.passKey && isKey(name)) removed.add(name);
  }
  return [...removed];
}

/** Envoy compares names as they stand in the query: each spelling is named. */
function listRemovedParameters({ target, options: { keys, passKey } }: Check): string[] {
  if (passKey) return [];
  return keys.flatMap((each) => (each.kind === 'query' ? spellParameter(target, each.name) : []));
}
