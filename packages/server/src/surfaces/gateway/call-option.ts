import type { KeySource } from '@claviger/verify';

/** How calls of one API are judged. Comes from the operator's configuration of the gateway, and never from a client. */
export interface CallOptions {
  readonly environment: string | undefined;
  readonly proxy: string | undefined;
  readonly basePath: string | undefined;
  /** Where the key stands: the first that holds something decides. */
  readonly keys: readonly [KeySource, ...KeySource[]];
  /** Whether the key is left in the request. */
  readonly passKey: boolean;
}

/** Options that can't be read: a call that is judged by others than were meant is refused (G6). */
export class OptionError extends Error {}

const names = ['environment', 'proxy', 'base-path', 'key-from', 'pass-key'] as const;
export type OptionName = (typeof names)[number];

const known: ReadonlySet<string> = new Set(names);

export function isOptionName(name: string): name is OptionName {
  return known.has(name);
}

/**
 * Reads options under their names in configuration; an empty one counts as absent.
 * @throws OptionError that names the option
 */
export function readCallOptions(values: ReadonlyMap<OptionName, string>): CallOptions {
  const basePath = values.get('base-path') || undefined;
  if (basePath !== undefined && !/^\/[^?#%\\]*$/.test(basePath)) throw new OptionError('base-path is no path');
  const passKey = values.get('pass-key') || 'false';
  if (passKey !== 'true' && passKey !== 'false') throw new OptionError('pass-key is neither true nor false');
  return {
    environment: values.get('environment') || undefined,
    proxy: values.get('proxy') || undefined,
    basePath,
    keys: readKeySources(values.get('key-from') || 'header:x-api-key'),
    passKey: passKey === 'true',
  };
}

/** As `header:x-api-key,query:apikey,bearer`. @throws OptionError */
function readKeySources(text: string): readonly [KeySource, ...KeySource[]] {
  const [first, ...more] = text.split(',').map((each) => readKeySource(each.trim()));
  if (first === undefined) throw new OptionError('key-from names no place');
  return [first, ...more];
}

function readKeySource(text: string): KeySource {
  if (text === 'bearer') return { kind: 'bearer' };
  const [, kind, name] = /^(header|query):(\S+)$/.exec(text) ?? [];
  if (name === undefined) throw new OptionError('key-from names no place: it takes header:NAME, query:NAME or bearer');
  return kind === 'query' ? { kind, name } : { kind: 'header', name: name.toLowerCase() };
}
