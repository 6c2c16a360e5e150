import {
  type Allowed,
  compileHeaderNames,
  encodeFault,
  listIdentity,
  nameVariable,
  spellParameter,
  untrustedHeadersDefault,
} from '@claviger/verify';
import { RecentMap } from '../../../domain/recent-map.ts';
import type { Ruling } from '../../../ports/verifier.ts';
import { type CallOptions, isOptionName, OptionError, type OptionName, readCallOptions } from '../call-option.ts';
import { type HeldCall, takesAuthorization } from '../held-call.ts';
import { type CheckRequest, decodeExtensions } from './check-request.ts';
import { type Admitted, encodeAdmitted, encodeDenied, type Header, rpcCode } from './check-response.ts';

/** A call that Envoy asks about, read by the options of its route. */
export interface Check extends HeldCall {
  /** Of all its headers, in lower case. */
  readonly headerNames: readonly string[];
  readonly options: CallOptions;
}

/** @throws OptionError for what only the operator can have got wrong; ProtobufError */
export function readCheck({ method, path, headers, extensions }: CheckRequest): Check {
  return {
    method,
    target: path,
    headerNames: headers.names,
    headerValues: (wanted) => headers.valuesOf(wanted),
    options: recallOptions(extensions),
  };
}

/** Routes whose configuration is remembered, at most. */
const routesMax = 256;
/** Of one route. */
const rememberedLengthMax = 4096;
const optionsBefore = new RecentMap<string, CallOptions>(routesMax);
/** Of the call before, which is of the same route more often than not: comparing two texts costs less than hashing one. */
let last: { readonly extensions: string; readonly options: CallOptions } | undefined;

/** What a route says decides alone on what it means. */
function recallOptions(extensions: string): CallOptions {
  if (last?.extensions === extensions) return last.options;
  const known = optionsBefore.get(extensions);
  const options = known ?? readCallOptions(readOptions(decodeExtensions(extensions)));
  if (extensions.length > rememberedLengthMax) return options;
  if (known === undefined) optionsBefore.set(extensions, options);
  last = { extensions, options };
  return options;
}

function readOptions(entries: ReturnType<typeof decodeExtensions>): Map<OptionName, string> {
  const options = new Map<OptionName, string>();
  for (const [name, value] of entries) {
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

/** What is taken out of a call before it is passed on. */
type Removed = Pick<Admitted, 'removeHeaders' | 'removeParameters'>;

/** What an API is told of who calls, in the answer to a call of which this is taken out. */
interface Told {
  readonly names: ReadonlySet<string>;
  readonly removed: Removed;
  readonly answer: Buffer;
}

/** A verifier gives the same verdict as the same value for as long as nothing changes. */
const toldBefore = new WeakMap<Allowed, Told>();

/** Nearly all calls with a key are answered like the first one: the same is taken out of them. */
function encodeAllowed(verdict: Allowed, check: Check): Buffer {
  const { attributes } = check.options;
  const known = attributes.length === 0 ? toldBefore.get(verdict) : undefined;
  if (known !== undefined && isSame(listRemoved(check, known.names), known.removed)) return known.answer;
  const setHeaders = listIdentity(verdict, attributes).map(([name, value]): Header => [name.toLowerCase(), value]);
  const names = new Set(setHeaders.map(([name]) => name));
  const removed = listRemoved(check, names);
  const answer = encodeAdmitted({ setHeaders, ...removed });
  if (attributes.length === 0 && known === undefined) toldBefore.set(verdict, { names, removed, answer });
  return answer;
}

function listRemoved(check: Check, set: ReadonlySet<string>): Removed {
  return { removeHeaders: listRemovedHeaders(check, set), removeParameters: listRemovedParameters(check) };
}

function isSame(left: Removed, right: Removed): boolean {
  return (
    isSameList(left.removeHeaders, right.removeHeaders) && isSameList(left.removeParameters, right.removeParameters)
  );
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, at) => name === right[at]);
}

const isUntrusted = compileHeaderNames(untrustedHeadersDefault);

/** Envoy removes after it sets: what is set is not among them, and overwrites what the client sent under its name. */
function listRemovedHeaders(check: Check, set: ReadonlySet<string>): string[] {
  const { headerNames, options } = check;
  const removed = takesAuthorization(check, options) ? ['authorization'] : [];
  for (const name of headerNames) {
    const isTaken = isUntrusted(name) ? !set.has(name) : !options.passKey && isKeyHeader(name, options);
    if (isTaken && !removed.includes(name)) removed.push(name);
  }
  return removed;
}

function isKeyHeader(name: string, { keys }: CallOptions): boolean {
  for (const each of keys) if (each.kind === 'header' && each.name === name) return true;
  return false;
}

/** Envoy compares names as they stand in the query: each spelling is named. */
function listRemovedParameters({ target, options: { keys, passKey } }: Check): string[] {
  if (passKey) return [];
  return keys.flatMap((each) => (each.kind === 'query' ? spellParameter(target, each.name) : []));
}
