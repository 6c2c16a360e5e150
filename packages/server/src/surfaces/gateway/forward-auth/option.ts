import { type AttributeOwner, attributeOwners, type KeySource, type WantedAttribute } from '@claviger/verify';
import { Problem } from '../../../domain/problem.ts';
import type { ForwardAdapter } from './adapter.ts';

/** What the operator of a gateway says of an API, in the path under which the gateway asks. */
export interface ForwardOptions {
  readonly environment: string | undefined;
  readonly proxy: string | undefined;
  readonly basePath: string | undefined;
  readonly keys: readonly [KeySource, ...KeySource[]];
  /** Whether the key stays in the request. */
  readonly passKey: boolean;
  /** Where the gateway's own credential stands. */
  readonly credential: 'claviger-credential' | 'authorization';
  readonly attributes: readonly WantedAttribute[];
}

const lengthMax = 2048;
const listMax = 16;
/** No underscore: servers read it as a hyphen, and a client could send both. */
const headerShape = /^[A-Za-z0-9-]{1,64}$/;
const parameterShape = /^[A-Za-z0-9._~-]{1,64}$/;
const basePathShape = /^\/[^?#%\\]*$/;
/** Read for something else, or changed on every way. */
const takenHeaders =
  /^(?:authorization|claviger-.*|x-claviger-.*|x-original-.*|x-forwarded-.*|host|connection|cookie)$/i;

type Draft = Map<string, string[]>;
const names = ['environment', 'proxy', 'base', 'key', 'pass', 'credential', 'attribute'];

/**
 * Reads options as `environment=prod&proxy=weather-v1&base=/weather/v1&key=header:x-api-key`, with values that may be
 * percent-encoded. Nothing is guessed: what is unknown, doubled or contradictory is refused; and so is what would take
 * in a path that a gateway, set up wrong, puts behind it: only `base` holds a slash, and it is not the last.
 * @throws Problem request.invalid
 */
export function parseForwardOptions(text: string, adapter: ForwardAdapter): ForwardOptions {
  if (text.length > lengthMax) fail('are too long');
  const draft = readDraft(text);
  const base = readOne(draft, 'base');
  if ([...draft.keys()].at(-1) === 'base') fail('end with base: put another one behind it');
  if (base !== undefined && !basePathShape.test(base)) fail('base: is no path from its / on');
  const [first, ...more] = readMany(draft, 'key').map(parseKeySource);
  if (first === undefined) fail('name no key: say key=header:x-api-key, key=query:NAME or key=bearer');
  const options: ForwardOptions = {
    environment: readOne(draft, 'environment'),
    proxy: readOne(draft, 'proxy'),
    basePath: base,
    keys: [first, ...more],
    passKey: readFlag(draft, 'pass', 'key'),
    credential: readFlag(draft, 'credential', 'authorization') ? 'authorization' : 'claviger-credential',
    attributes: readMany(draft, 'attribute').map(parseAttribute),
  };
  refuseContradiction(options, adapter);
  return options;
}

function refuseContradiction({ keys, passKey, credential }: ForwardOptions, adapter: ForwardAdapter): void {
  if (credential === 'authorization' && keys.some(({ kind }) => kind === 'bearer')) {
    fail('take the key and the credential of the gateway from the same header');
  }
  if (!passKey && adapter.cleansQuery === 'nothing' && keys.some(({ kind }) => kind === 'query')) {
    fail(`leave the key in the query, since ${adapter.name} can't take it out: say pass=key where that may be`);
  }
}

function readDraft(text: string): Draft {
  const draft: Draft = new Map();
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, equals));
    const value = decode(pair.slice(equals + 1));
    if (!names.includes(name)) fail(`are ${names.join(', ')}, each with = and a value`);
    if (value === undefined || value === '') fail(`${name}: has no value that can be read`);
    if (name !== 'base' && value.includes('/')) fail(`${name}: holds a slash`);
    draft.set(name, [...(draft.get(name) ?? []), value]);
  }
  return draft;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function readMany(draft: Draft, name: string): readonly string[] {
  const values = draft.get(name) ?? [];
  if (values.length > listMax) fail(`${name}: comes more than ${listMax} times`);
  return values;
}

function readOne(draft: Draft, name: string): string | undefined {
  const values = draft.get(name) ?? [];
  if (values.length > 1) fail(`${name}: comes twice`);
  return values[0];
}

function readFlag(draft: Draft, name: string, set: string): boolean {
  const value = readOne(draft, name);
  if (value !== undefined && value !== set) fail(`${name}: takes ${set}`);
  return value === set;
}

function parseKeySource(text: string): KeySource {
  if (text === 'bearer') return { kind: 'bearer' };
  const [kind, name = ''] = splitOnce(text);
  if (kind === 'query' && parameterShape.test(name)) return { kind, name };
  if (kind === 'header' && headerShape.test(name) && !takenHeaders.test(name))
    return { kind, name: name.toLowerCase() };
  return fail('key: takes header:NAME, query:NAME or bearer, with letters, digits and hyphens');
}

function parseAttribute(text: string): WantedAttribute {
  const [owner, name = ''] = splitOnce(text);
  const of = attributeOwners.find((each): each is AttributeOwner => each === owner);
  if (of === undefined || !headerShape.test(name)) {
    fail(`attribute: takes one of ${attributeOwners.join(', ')}, a colon and a name of letters, digits and hyphens`);
  }
  return { of, name };
}

function splitOnce(text: string): readonly [string, string?] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function fail(reason: string): never {
  throw new Problem('request.invalid', { field: 'options', reason });
}
