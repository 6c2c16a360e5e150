import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { parseAccountEmail, parsePassword } from '../domain/account.ts';
import type { Dialect } from '../domain/dialect.ts';
import { parseOrganizationName } from '../domain/organization.ts';
import { Problem } from '../domain/problem.ts';
import { ConfigError } from './error.ts';
import { type RawSettings, type SettingName, settings } from './setting.ts';

/** All that can be set, typed and checked. One object, made once. */
export interface Config {
  readonly listen: ListenAddress;
  /** Undefined: no runtime listener. */
  readonly runtimeListen: ListenAddress | undefined;
  /** Whether somebody said so. */
  readonly runtimeListenChosen: boolean;
  readonly staleSecondsMax: number;
  readonly acknowledgeMillisecondsMax: number;
  readonly dataDirectory: string;
  readonly store: StoreLocation;
  /** Without a trailing slash; absent: made from the address that is listened on. */
  readonly publicUrl: string | undefined;
  readonly adminEmail: string;
  readonly adminPassword: string | undefined;
  readonly firstOrganization: string;
  readonly firstOrganizationDialect: Dialect;
  readonly defaultDialect: Dialect;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly trustedProxies: readonly string[];
  readonly bodyBytesMax: number;
  readonly masterKey: string | undefined;
  readonly masterKeyCommand: string | undefined;
  readonly masterKeyFile: string;
  readonly previousMasterKeys: readonly string[];
  readonly oidc: { readonly issuer: string; readonly audience: string } | undefined;
  readonly logLevel: LogLevel;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export type StoreLocation = (
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string; readonly lanes?: number | undefined }
) & {
  /** Writes that share a commit, at most. Like `lanes` no setting: only measurements give it. */
  readonly groupMax?: number | undefined;
};

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * Checks every setting and fills in what is absent.
 * @throws ConfigError with one sentence that names the setting
 */
export function parseConfig(raw: RawSettings): Config {
  const dataDirectory = resolve(raw.data ?? './data');
  const tls = parsePair(raw, 'tlsCert', 'tlsKey');
  const oidc = parsePair(raw, 'oidcIssuer', 'oidcAudience');
  refuseContradiction(raw, ['masterKey', 'masterKeyFile', 'masterKeyCommand']);
  return {
    listen: parseListen('listen', raw.listen ?? '127.0.0.1:8080'),
    runtimeListen: parseRuntimeListen(raw.runtimeListen ?? '127.0.0.1:8090'),
    runtimeListenChosen: raw.runtimeListen !== undefined,
    staleSecondsMax: parseInteger('staleSecondsMax', raw.staleSecondsMax ?? '180', { min: 1, max: 86_400 }),
    acknowledgeMillisecondsMax: parseInteger('acknowledgeMillisecondsMax', raw.acknowledgeMillisecondsMax ?? '2000', {
      min: 0,
      max: 600_000,
    }),
    dataDirectory,
    store: parseStore(raw.store ?? `sqlite:${join(dataDirectory, 'claviger.db')}`),
    publicUrl: raw.publicUrl === undefined ? undefined : parseUrl('publicUrl', raw.publicUrl),
    adminEmail: parseBy('adminEmail', raw.adminEmail ?? 'admin@example.com', parseAccountEmail),
    adminPassword:
      raw.adminPassword === undefined ? undefined : parseBy('adminPassword', raw.adminPassword, parsePassword),
    firstOrganization: parseBy('org', raw.org ?? 'myorg', parseOrganizationName),
    firstOrganizationDialect: parseDialect('orgDialect', raw.orgDialect),
    defaultDialect: parseDialect('defaultDialect', raw.defaultDialect),
    tls: tls && { certFile: tls[0], keyFile: tls[1] },
    trustedProxies: parseTrustedProxies(raw.trustedProxies),
    bodyBytesMax: parseInteger('bodyBytesMax', raw.bodyBytesMax ?? '1048576', { min: 1024, max: 64 * 1024 * 1024 }),
    masterKey: raw.masterKey,
    masterKeyCommand: raw.masterKeyCommand,
    previousMasterKeys: parseList(raw.previousMasterKeys),
    masterKeyFile: resolve(raw.masterKeyFile ?? join(dataDirectory, 'master.key')),
    oidc: oidc && { issuer: parseUrl('oidcIssuer', oidc[0]), audience: oidc[1] },
    logLevel: parseLogLevel(raw.logLevel ?? 'info'),
  };
}

/** At most one of these may be given. */
function refuseContradiction(raw: RawSettings, names: readonly SettingName[]): void {
  const given = names.filter((name) => raw[name] !== undefined).map((name) => settings[name].flag);
  if (given.length > 1) throw new ConfigError(`${given.join(' and ')} contradict each other: give one of them.`);
}

/** Entries by comma, without those that are empty. */
function parseList(value: string | undefined): string[] {
  const entries = (value ?? '').split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '');
}

function fail(name: SettingName, problem: string): never {
  throw new ConfigError(`--${settings[name].flag} (${settings[name].env}) ${problem}.`);
}

/** Holds a setting against the rule of the domain. */
function parseBy(name: SettingName, value: string, parse: (value: string) => string): string {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { reason } = error.facts as { reason?: string };
    fail(name, reason ?? 'is missing');
  }
}

/** A flag may be empty, a variable may not: an empty one counts as absent. */
function parseRuntimeListen(value: string): ListenAddress | undefined {
  return value === '' || value === 'off' ? undefined : parseListen('runtimeListen', value);
}

function parseListen(name: SettingName, value: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(value);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) fail(name, `is "${value}", but takes HOST:PORT, as 127.0.0.1:8080`);
  return { host, port };
}

function parseStore(value: string): StoreLocation {
  if (/^postgres(ql)?:\/\//.test(value)) return { engine: 'postgres', url: value };
  const file = /^sqlite:(.+)$/.exec(value)?.[1];
  if (file === undefined) fail('store', 'takes sqlite:FILE or a postgres:// URL');
  return { engine: 'sqlite', file: resolve(file) };
}

/** The store's place without credentials: for messages, and to tell two stores apart. */
export function describeStore(location: StoreLocation): string {
  if (location.engine === 'sqlite') return `sqlite:${location.file}`;
  const url = URL.canParse(location.url) ? new URL(location.url) : undefined;
  return url === undefined ? 'postgres' : `postgres://${url.host}${url.pathname}`;
}

/** The URL that stands for a listener where no public URL is set. */
export function urlOfListener({ host, port }: ListenAddress, tls: boolean): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? 'localhost' : host;
  return `${tls ? 'https' : 'http'}://${isIP(name) === 6 ? `[${name}]` : name}:${port}`;
}

function parseUrl(name: SettingName, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    fail(name, `is "${value}", but takes an http or https URL without query`);
  }
  return value.replace(/\/+$/, '');
}

function parseDialect(name: SettingName, value = 'edge'): Dialect {
  if (value !== 'edge' && value !== 'x') fail(name, `is "${value}", but takes edge or x`);
  return value;
}

function parsePair(raw: RawSettings, first: SettingName, second: SettingName): [string, string] | undefined {
  const [a, b] = [raw[first], raw[second]];
  if (a !== undefined && b !== undefined) return [a, b];
  if (a !== undefined) fail(second, `is missing: ${settings[first].flag} needs it`);
  if (b !== undefined) fail(first, `is missing: ${settings[second].flag} needs it`);
  return undefined;
}

function parseTrustedProxies(value: string | undefined): string[] {
  return parseList(value).filter((entry) => {
    const [address, bits] = entry.split('/', 2);
    const family = isIP(address ?? '');
    const bitsMax = family === 4 ? 32 : 128;
    if (family === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax))) {
      fail('trustedProxies', `names "${entry}", which is no address or network`);
    }
    return true;
  });
}

function parseInteger(name: SettingName, value: string, { min, max }: { min: number; max: number }): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    fail(name, `is "${value}", but takes a whole number from ${min} to ${max}`);
  }
  return number;
}

function parseLogLevel(value: string): LogLevel {
  const level = logLevels.find((each) => each === value);
  if (level === undefined) fail('logLevel', `is "${value}", but takes one of ${logLevels.join(', ')}`);
  return level;
}
