import { readFileSync } from 'node:fs';
import { ConfigError } from './error.ts';
import { configFileSetting, type RawSettings, type Setting, settings } from './setting.ts';
import { verifierFileSetting, verifierSettings } from './verifier-setting.ts';

type Values = Readonly<Record<string, string | undefined>>;

/** Where settings come from: a flag wins over the environment, the environment over the file. */
export interface Sources {
  readonly flags: Values;
  readonly environment: Values;
}

/**
 * Gathers the settings of a table.
 * @param fileSetting the one that names the file
 * @throws ConfigError
 */
export function gatherFrom<Name extends string>(
  table: Readonly<Record<Name, Setting>>,
  fileSetting: Setting,
  { flags, environment }: Sources,
): { [N in Name]?: string } {
  const file = readConfigFile(flags[fileSetting.flag] ?? presence(environment[fileSetting.env]), table);
  const raw: { [N in Name]?: string } = {};
  for (const name of Object.keys(table) as Name[]) {
    const { flag, env } = table[name];
    const value = flags[flag] ?? presence(environment[env]) ?? file[flag];
    if (value !== undefined) raw[name] = value;
  }
  return raw;
}

/** Gathers the settings of the server. @throws ConfigError */
export function gatherSettings(flags: Values, environment: Values): RawSettings {
  return gatherFrom(settings, configFileSetting, { flags, environment });
}

/** An empty variable counts as absent, as container files set it so. */
function presence(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** Read by the commands, not by the server. */
const otherVariables = [
  'CLAVIGER_URL',
  'CLAVIGER_TOKEN',
  'CLAVIGER_FROM_PASSWORD',
  'CLAVIGER_FROM_TOKEN',
  configFileSetting.env,
  verifierFileSetting.env,
];

/**
 * Variables that look like settings and are none: worth a warning. Not a refusal, since a cluster puts variables of its
 * own into a container, as CLAVIGER_PORT for a service of that name.
 */
export function findUnknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  // The two tables have names in common, each with a variable of its own.
  const known = new Set([
    ...[settings, verifierSettings].flatMap((table) => Object.values<Setting>(table).map(({ env }) => env)),
    ...otherVariables,
  ]);
  return Object.keys(environment).filter((name) => name.startsWith('CLAVIGER_') && !known.has(name));
}

function readConfigFile(
  path: string | undefined,
  table: Readonly<Record<string, Setting>>,
): Readonly<Record<string, string>> {
  if (path === undefined) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`The settings file ${path} can't be read as JSON: ${(error as Error).message}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ConfigError(`The settings file ${path} has to hold one object.`);
  }
  const flags = new Set<string>(Object.values(table).map(({ flag }) => flag));
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (!flags.has(name)) throw new ConfigError(`The settings file ${path} names \`${name}\`, which is not a setting.`);
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new ConfigError(`The settings file ${path} gives \`${name}\` a value that is no text or number.`);
    }
    values[name] = String(value);
  }
  return values;
}
