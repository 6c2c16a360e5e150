import { removeParameter } from '@claviger/verify';
import type { Presented } from '../../../operations/authentication.ts';
import { type CallOptions, isOptionName, OptionError, type OptionName, readCallOptions } from '../call-option.ts';
import type { HeldCall } from '../held-call.ts';
import type { Message } from './frame.ts';
import type { TypedValue } from './typed-data.ts';

/** What a message says: who asks, about which call, and by which options it is judged. */
export interface Inquiry {
  readonly presented: Presented;
  readonly call: HeldCall;
  readonly options: CallOptions;
}

type Args = ReadonlyMap<string, TypedValue>;

/** Of the call. Options of the operator stand beside them. */
const callNames: ReadonlySet<string> = new Set(['token', 'method', 'path', 'headers']);

/**
 * Reads what haproxy.cfg sends. One message a frame: of two, the variables of the second would stand for both.
 * @throws OptionError for what only the operator can have got wrong
 */
export function readInquiry(messages: readonly Message[]): Inquiry {
  const [message, second] = messages;
  if (message === undefined || second !== undefined) throw new OptionError('a frame takes one message');
  const args = readArgs(message);
  return { presented: readPresented(args), call: readCall(args), options: readCallOptions(readOptions(args)) };
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
  for (const name of args.keys()) {
    const value = isOptionName(name) ? readText(args, name, 'utf8') : undefined;
    if (isOptionName(name) && value !== undefined) options.set(name, value);
  }
  return options;
}

function readPresented(args: Args): Presented {
  const token = readText(args, 'token', 'utf8');
  return token === undefined || token === '' ? { kind: 'none' } : { kind: 'bearer', token };
}

/** @throws OptionError where HAProxy was not told to tell all of it */
function readCall(args: Args): HeldCall {
  for (const name of ['method', 'path', 'headers']) {
    if (!args.has(name)) throw new OptionError(`the argument ${name} is missing`);
  }
  const headers = parseHeaders(readText(args, 'headers', 'latin1') ?? '');
  return {
    method: readText(args, 'method', 'latin1') ?? '',
    target: readText(args, 'path', 'latin1') ?? '',
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
function parseHeaders(block: string): (readonly [name: string, value: string])[] {
  if (block !== '\r\n' && !block.endsWith('\r\n\r\n')) throw new OptionError('the argument headers is cut off');
  const lines = block.split('\r\n').filter((line) => line !== '');
  return lines.map((line) => {
    const colon = line.indexOf(':');
    if (colon <= 0) throw new OptionError('the argument headers is no block of headers');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
}

/** The target without the key; undefined where it stays as it is. */
export function findPassedTarget({ call, options }: Inquiry): string | undefined {
  if (options.passKey) return undefined;
  const parameters = options.keys.flatMap((each) => (each.kind === 'query' ? [each.name] : []));
  const passed = parameters.reduce(removeParameter, call.target);
  return passed === call.target ? undefined : passed;
}
