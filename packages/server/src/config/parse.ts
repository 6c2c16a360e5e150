import { isIP } from 'node:net';
import { ConfigError } from './error.ts';
import type { Setting } from './setting.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

type Raw<Name extends string> = { readonly [N in Name]?: string | undefined };

/** At most one of these may be given. */
export function refuseContradiction<Name extends string>(
  raw: Raw<Name>,
  table: Readonly<Record<Name, Setting>>,
  names: readonly Name[],
): void {
  const given = names.filter((name) => raw[name] !== undefined).map((name) => table[name].flag);
  if (given.length > 1) throw new ConfigError(`${given.join(' and ')} contradict each other: give one of them.`);
}

/** Entries by comma, without those that are empty. */
export function parseList(value: string | undefined): string[] {
  const entries = (value ?? '').split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '');
}

export function fail({ flag, env }: Setting, problem: string): never {
  throw new ConfigError(`--${flag} (${env}) ${problem}.`);
}

export function parseListen(setting: Setting, value: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(value);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) fail(setting, `is "${value}", but takes HOST:PORT, as 127.0.0.1:8080`);
  return { host, port };
}

/** Whether only this machine reaches it. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

export function parseBoolean(setting: Setting, value: string): boolean {
  if (value !== 'true' && value !== 'false') fail(setting, `is "${value}", but takes true or false`);
  return value === 'true';
}

/** A flag may be empty, a variable may not: an empty one counts as absent. */
export function parseOptionalListen(setting: Setting, value: string): ListenAddress | undefined {
  return value === '' || value === 'off' ? undefined : parseListen(setting, value);
}

export function parseUrl(setting: Setting, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    fail(setting, `is "${value}", but takes an http or https URL without query`);
  }
  return value.replace(/\/+$/, '');
}

export function parsePair<Name extends string>(
  raw: Raw<Name>,
  table: Readonly<Record<Name, Setting>>,
  [first, second]: readonly [Name, Name],
): [string, string] | undefined {
  const [a, b] = [raw[first], raw[second]];
  if (a !== undefined && b !== undefined) return [a, b];
  if (a !== undefined) fail(table[second], `is missing: ${table[first].flag} needs it`);
  if (b !== undefined) fail(table[first], `is missing: ${table[second].flag} needs it`);
  return undefined;
}

export function parseTrustedProxies(setting: Setting, value: string | undefined): string[] {
  return parseList(value).filter((entry) => {
    const [address, bits] = entry.split('/', 2);
    const family = isIP(address ?? '');
    const bitsMax = family === 4 ? 32 : 128;
    if (family === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax))) {
      fail(setting, `names "${entry}", which is no address or network`);
    }
    return true;
  });
}

export function parseInteger(setting: Setting, value: string, { min, max }: { min: number; max: number }): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    fail(setting, `is "${value}", but takes a whole number from ${min} to ${max}`);
  }
  return number;
}

export function parseLogLevel(setting: Setting, value: string): LogLevel {
  const level = logLevels.find((each) => each === value);
  if (level === undefined) fail(setting, `is "${value}", but takes one of ${logLevels.join(', ')}`);
  return level;
}
