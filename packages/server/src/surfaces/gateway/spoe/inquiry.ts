import { findKey, isBearer, type KeyCarrier, type KeySource, nameVariable, removeParameter } from '@claviger/verify';
import type { Presented } from '../../../operations/authentication.ts';
import type { Question } from '../../../ports/verifier.ts';
import { type CallOptions, isOptionName, OptionError, type OptionName, readCallOptions } from '../call-option.ts';
import { readGrpcOperation } from '../grpc-operation.ts';
import type { Message } from './frame.ts';
import type { TypedValue } from './typed-data.ts';

/** A message's question, and who asks it. */
export interface Inquiry {
  readonly presented: Presented;
  readonly question: Question;
  /** Where the key was looked for, as the fault of a missing one names it. */
  readonly variable: string;
  /** The target without the key; undefined where it stays as it is. */
  readonly passedTarget: string | undefined;
  /** Whether `Authorization` is the key's, and is not to be passed on. */
  readonly takesAuthorization: boolean;
}

type Args = ReadonlyMap<string, TypedValue>;

/** Of the call. Options of the operator stand beside them. */
const callNames: ReadonlySet<string> = new Set(['token', 'method', 'path', 'headers', 'key']);

/**
 * Reads what haproxy.cfg sends. One message a frame: of two, the variables of the second would stand for both.
 * @throws OptionError for what only the operator can have got wrong
 */
export function readInquiry(messages: readonly Message[]): Inquiry {
  const [message, second] = messages;
  if (message === undefined || second !== undefined) throw new OptionError('a frame takes one message');
  const args = readArgs(message);
  const options = readCallOptions(readOptions(args));
  const call = readCall(args, options);
  const { target, method } = call;
  const key = args.has('key') ? readText(args, 'key', 'latin1') : findKey(options.keys, call);
  const { environment, proxy, basePath } = options;
  const operation =
    target === ''
      ? undefined
      : readGrpcOperation({ contentTypes: call.headerValues('content-type'), target, basePath });
  const path = args.has('path') ? target : undefined;
  return {
    presented: readPresented(args),
    question: { key, environment, proxy, path, basePath, method, operation },
    variable: nameVariable(options.keys[0]),
    passedTarget: options.passKey ? undefined : removeKey(target, options.keys),
    takesAuthorization: !options.passKey && hasBearerKey(call, options.keys),
  };
}

/** @throws OptionError for an argument that is unknown, or comes twice: the question would be another one */
function readArgs({ args }: Message): Args {
  const read = new Map<string, TypedValue>();
  for (const [name, value] of args) {
    if (!callNames.has(name) && !isOptionName(name)) throw new OptionError(`there is no argument ${name}`);
    if (read.has(name)) throw new OptionError(`the argument ${name} comes twice`);
    read.set(name, value);
  }
  return read;
}

function readOptions(args: Args): Map<OptionName, string> {
  const options = new Map<OptionName, string>();
  for (const [name, value] of args) {
    if (!isOptionName(name) || value === undefined) continue;
    // HAProxy's bool() is one of its own types.
    options.set(name, typeof value === 'boolean' ? String(value) : (readText(args, name, 'utf8') ?? ''));
  }
  return options;
}

function readPresented(args: Args): Presented {
  const token = readText(args, 'token', 'utf8');
  return token === undefined || token === '' ? { kind: 'none' } : { kind: 'bearer', token };
}

interface Call extends KeyCarrier {
  readonly method: string | undefined;
}

function readCall(args: Args, { keys }: CallOptions): Call {
  const wantsHeaders = !args.has('key') && keys.some(({ kind }) => kind !== 'query');
  if (wantsHeaders && args.get('headers') === undefined) throw new OptionError('the argument headers is missing');
  const wantsQuery = !args.has('key') && keys.some(({ kind }) => kind === 'query');
  if (wantsQuery && !args.has('path')) throw new OptionError('the argument path is missing');
  const headers = parseHeaders(readText(args, 'headers', 'latin1'));
  return {
    // A request line without a path, as `OPTIONS *`, is beneath no API: it must not pass for the base path itself.
    target: readText(args, 'path', 'latin1') || (args.has('path') ? '*' : ''),
    method: readText(args, 'method', 'latin1'),
    headerValues: (wanted) => headers.flatMap(([name, value]) => (name === wanted ? [value] : [])),
  };
}

/** What HAProxy could not tell is NULL. @throws OptionError */
function readText(args: Args, name: string, encoding: 'utf8' | 'latin1'): string | undefined {
  const value = args.get(name);
  if (value === undefined) return undefined;
  if (!Buffer.isBuffer(value)) throw new OptionError(`the argument ${name} is no text`);
  return value.toString(encoding);
}

/**
 * The block of `req.hdrs`: a header a line, as HAProxy has read them, and an empty line at its end. One that is cut off
 * could hide a second key.
 * @throws OptionError
 */
function parseHeaders(block: string | undefined): (readonly [name: string, value: string])[] {
  if (block === undefined) return [];
  if (block !== '\r\n' && !block.endsWith('\r\n\r\n')) throw new OptionError('the argument headers is cut off');
  const lines = block.split('\r\n').filter((line) => line !== '');
  return lines.map((line) => {
    const colon = line.indexOf(':');
    if (colon <= 0) throw new OptionError('the argument headers is no block of headers');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
}

function hasBearerKey(call: Call, keys: readonly KeySource[]): boolean {
  return keys.some(({ kind }) => kind === 'bearer') && call.headerValues('authorization').some(isBearer);
}

function removeKey(target: string, keys: readonly KeySource[]): string | undefined {
  let passed = target;
  for (const source of keys) if (source.kind === 'query') passed = removeParameter(passed, source.name);
  return passed === target ? undefined : passed;
}
