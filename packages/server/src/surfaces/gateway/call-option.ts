import { type AttributeOwner, attributeOwners, type KeySource, type WantedAttribute } from '@claviger/verify';

/** How calls of one API are judged. Comes from the operator's configuration of the gateway, and never from a client. */
export interface CallOptions {
  readonly environment: string | undefined;
  readonly proxy: string | undefined;
  readonly basePath: string | undefined;
  /** Where the key stands: the first that holds something decides. */
  readonly keys: readonly [KeySource, ...KeySource[]];
  /** Whether the key is left in the request. */
  readonly passKey: boolean;
  /** What the API is told besides who calls. */
  readonly attributes: readonly WantedAttribute[];
}

/** Options that can't be read: a call that is judged by others than were meant is refused (G6). Ends up in the log. */
export class OptionError extends Error {
  constructor(message: string) {
    // It may name what a stranger sent.
    super(message.slice(0, 200));
  }
}

const names = ['environment', 'proxy', 'base', 'key', 'pass', 'attribute'] as const;
export type OptionName = (typeof names)[number];

const known: ReadonlySet<string> = new Set(names);
const listMax = 16;
const headerShape = /^[A-Za-z0-9-]{1,64}$/;
const parameterShape = /^[A-Za-z0-9._~-]{1,64}$/;
const basePathShape = /^\/[^?#%\\]*$/;

export function isOptionName(name: string): name is OptionName {
  return known.has(name);
}

/**
 * Reads options under the names that they have in configuration; lists are separated by commas. Nothing is guessed.
 * @throws OptionError that names the option
 */
export function readCallOptions(values: ReadonlyMap<OptionName, string>): CallOptions {
  const basePath = values.get('base');
  if (basePath !== undefined && !basePathShape.test(basePath)) throw new OptionError('base is no path from its / on');
  const pass = values.get('pass');
  if (pass !== undefined && pass !== 'key') throw new OptionError('pass takes key');
  const [first, ...more] = readList(values, 'key').map(parseKeySource);
  if (first === undefined) throw new OptionError('key is missing: it says where the key stands');
  return {
    environment: readText(values, 'environment'),
    proxy: readText(values, 'proxy'),
    basePath,
    keys: [first, ...more],
    passKey: pass === 'key',
    attributes: readList(values, 'attribute').map(parseAttribute),
  };
}

function readText(values: ReadonlyMap<OptionName, string>, name: OptionName): string | undefined {
  const value = values.get(name);
  if (value === '') throw new OptionError(`${name} is empty`);
  return value;
}

function readList(values: ReadonlyMap<OptionName, string>, name: OptionName): string[] {
  const entries = readText(values, name)?.split(',') ?? [];
  if (entries.length > listMax) throw new OptionError(`${name} has more than ${listMax} entries`);
  return entries.map((entry) => entry.trim());
}

function parseKeySource(text: string): KeySource {
  if (text === 'bearer') return { kind: 'bearer' };
  const [kind, name] = splitOnce(text);
  if (kind === 'query' && parameterShape.test(name)) return { kind, name };
  if (kind === 'header' && headerShape.test(name)) return { kind, name: name.toLowerCase() };
  throw new OptionError('key takes header:NAME, query:NAME or bearer, with letters, digits and hyphens');
}

function parseAttribute(text: string): WantedAttribute {
  const [owner, name] = splitOnce(text);
  const of = attributeOwners.find((each): each is AttributeOwner => each === owner);
  if (of === undefined || !headerShape.test(name)) {
    throw new OptionError(`attribute takes one of ${attributeOwners.join(', ')}, a colon and a name`);
  }
  return { of, name };
}

function splitOnce(text: string): readonly [before: string, after: string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}
