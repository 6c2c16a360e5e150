import { join, resolve } from 'node:path';
import { parseAccountEmail, parsePassword } from '../domain/account.ts';
import type { Dialect } from '../domain/dialect.ts';
import { parseOrganizationName } from '../domain/organization.ts';
import { Problem } from '../domain/problem.ts';
import {
  fail,
  isLoopbackHost,
  type ListenAddress,
  type LogLevel,
  parseBoolean,
  parseInteger,
  parseList,
  parseListen,
  parseLogLevel,
  parseOptionalListen,
  parsePair,
  parseTrustedProxies,
  parseUrl,
  refuseContradiction,
} from './parse.ts';
import { type RawSettings, type Setting, settings } from './setting.ts';

/** All that can be set, typed and checked. One object, made once. */
export interface Config {
  readonly listen: ListenAddress;
  /** Undefined: no runtime listener. */
  readonly runtimeListen: ListenAddress | undefined;
  /** Whether somebody said so. */
  readonly runtimeListenChosen: boolean;
  /** Undefined: HAProxy is not answered. */
  readonly spoeListen: ListenAddress | undefined;
  /** Undefined: Envoy is not answered over gRPC. */
  readonly envoyListen: ListenAddress | undefined;
  /** Undefined: SQL clients are not answered. */
  readonly sqlListen: ListenAddress | undefined;
  /** Whether somebody said so. */
  readonly sqlListenChosen: boolean;
  readonly sqlRequireTls: boolean;
  /** E-mails of accounts by the SQL users that stand for them. */
  readonly sqlAnonymous: ReadonlyMap<string, string>;
  readonly staleSecondsMax: number;
  /** Of one organization. */
  readonly keysMax: number;
  readonly sql: SqlLimits;
  readonly gatewayTokenSeconds: number;
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

/** Bounds of queries. */
export interface SqlLimits {
  readonly processes: number;
  readonly secondsMax: number;
  readonly rowsMax: number;
  readonly memoryMegabytes: number;
  readonly stallSecondsMax: number;
}

export type StoreLocation = (
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string; readonly lanes?: number | undefined }
) & {
  /** Writes that share a commit, at most. Like `lanes` no setting: only measurements give it. */
  readonly groupMax?: number | undefined;
};

/**
 * Checks every setting and fills in what is absent.
 * @throws ConfigError with one sentence that names the setting
 */
export function parseConfig(raw: RawSettings): Config {
  const dataDirectory = resolve(raw.data ?? './data');
  const tls = parsePair(raw, settings, ['tlsCert', 'tlsKey']);
  const oidc = parsePair(raw, settings, ['oidcIssuer', 'oidcAudience']);
  refuseContradiction(raw, settings, ['masterKey', 'masterKeyFile', 'masterKeyCommand']);
  return {
    listen: parseListen(settings.listen, raw.listen ?? '127.0.0.1:8080'),
    runtimeListen: parseOptionalListen(settings.runtimeListen, raw.runtimeListen ?? '127.0.0.1:8090'),
    runtimeListenChosen: raw.runtimeListen !== undefined,
    spoeListen: parseOptionalListen(settings.spoeListen, raw.spoeListen ?? 'off'),
    envoyListen: parseOptionalListen(settings.envoyListen, raw.envoyListen ?? 'off'),
    ...parseSql(raw, tls !== undefined),
    staleSecondsMax: parseInteger(settings.staleSecondsMax, raw.staleSecondsMax ?? '180', { min: 1, max: 86_400 }),
    keysMax: parseInteger(settings.keysMax, raw.keysMax ?? '10000000', { min: 1, max: 1_000_000_000 }),
    sql: parseSqlLimits(raw),
    acknowledgeMillisecondsMax: parseInteger(
      settings.acknowledgeMillisecondsMax,
      raw.acknowledgeMillisecondsMax ?? '2000',
      { min: 0, max: 600_000 },
    ),
    gatewayTokenSeconds: parseInteger(settings.gatewayTokenSeconds, raw.gatewayTokenSeconds ?? '60', {
      min: 5,
      max: 3600,
    }),
    dataDirectory,
    store: parseStore(raw.store ?? `sqlite:${join(dataDirectory, 'claviger.db')}`),
    publicUrl: raw.publicUrl === undefined ? undefined : parseUrl(settings.publicUrl, raw.publicUrl),
    adminEmail: parseBy(settings.adminEmail, raw.adminEmail ?? 'admin@example.com', parseAccountEmail),
    adminPassword:
      raw.adminPassword === undefined ? undefined : parseBy(settings.adminPassword, raw.adminPassword, parsePassword),
    firstOrganization: parseBy(settings.org, raw.org ?? 'myorg', parseOrganizationName),
    firstOrganizationDialect: parseDialect(settings.orgDialect, raw.orgDialect),
    defaultDialect: parseDialect(settings.defaultDialect, raw.defaultDialect),
    tls: tls && { certFile: tls[0], keyFile: tls[1] },
    trustedProxies: parseTrustedProxies(settings.trustedProxies, raw.trustedProxies),
    bodyBytesMax: parseInteger(settings.bodyBytesMax, raw.bodyBytesMax ?? '1048576', {
      min: 1024,
      max: 64 * 1024 * 1024,
    }),
    masterKey: raw.masterKey,
    masterKeyCommand: raw.masterKeyCommand,
    previousMasterKeys: parseList(raw.previousMasterKeys),
    masterKeyFile: resolve(raw.masterKeyFile ?? join(dataDirectory, 'master.key')),
    oidc: oidc && { issuer: parseUrl(settings.oidcIssuer, oidc[0]), audience: oidc[1] },
    logLevel: parseLogLevel(settings.logLevel, raw.logLevel ?? 'info'),
  };
}

function parseSqlLimits(raw: RawSettings): SqlLimits {
  return {
    processes: parseInteger(settings.sqlProcesses, raw.sqlProcesses ?? '2', { min: 1, max: 64 }),
    secondsMax: parseInteger(settings.sqlSecondsMax, raw.sqlSecondsMax ?? '60', { min: 1, max: 86_400 }),
    rowsMax: parseInteger(settings.sqlRowsMax, raw.sqlRowsMax ?? '10000000', { min: 1, max: 1_000_000_000 }),
    memoryMegabytes: parseInteger(settings.sqlMemoryMegabytes, raw.sqlMemoryMegabytes ?? '512', {
      min: 128,
      max: 65_536,
    }),
    stallSecondsMax: parseInteger(settings.sqlStallSecondsMax, raw.sqlStallSecondsMax ?? '30', { min: 1, max: 86_400 }),
  };
}

/** Passwords are not sent, but what is asked and answered is: elsewhere only over TLS, unless that is said to be well. */
function parseSql(
  raw: RawSettings,
  hasTls: boolean,
): Pick<Config, 'sqlListen' | 'sqlListenChosen' | 'sqlRequireTls' | 'sqlAnonymous'> {
  const sqlListen = parseOptionalListen(settings.sqlListen, raw.sqlListen ?? '127.0.0.1:5466');
  const sqlRequireTls = parseBoolean(settings.sqlRequireTls, raw.sqlRequireTls ?? 'true');
  if (sqlListen !== undefined && sqlRequireTls && !hasTls && !isLoopbackHost(sqlListen.host)) {
    fail(
      settings.sqlListen,
      'is reached from other machines, which takes tls-cert and tls-key, or sql-require-tls false',
    );
  }
  const sqlAnonymous = new Map(parseList(raw.sqlAnonymous).map(parseAnonymous));
  return { sqlListen, sqlListenChosen: raw.sqlListen !== undefined, sqlRequireTls, sqlAnonymous };
}

function parseAnonymous(entry: string): [string, string] {
  const at = entry.indexOf('=');
  if (at < 1) fail(settings.sqlAnonymous, `names "${entry}", but takes USER=EMAIL`);
  return [entry.slice(0, at), parseBy(settings.sqlAnonymous, entry.slice(at + 1), parseAccountEmail)];
}

/** Holds a setting against the rule of the domain. */
function parseBy(setting: Setting, value: string, parse: (value: string) => string): string {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { reason } = error.facts as { reason?: string };
    fail(setting, reason ?? 'is missing');
  }
}

function parseStore(value: string): StoreLocation {
  if (/^postgres(ql)?:\/\//.test(value)) return { engine: 'postgres', url: value };
  const file = /^sqlite:(.+)$/.exec(value)?.[1];
  if (file === undefined) fail(settings.store, 'takes sqlite:FILE or a postgres:// URL');
  return { engine: 'sqlite', file: resolve(file) };
}

/** The store's place without credentials: for messages, and to tell two stores apart. */
export function describeStore(location: StoreLocation): string {
  if (location.engine === 'sqlite') return `sqlite:${location.file}`;
  const url = URL.canParse(location.url) ? new URL(location.url) : undefined;
  return url === undefined ? 'postgres' : `postgres://${url.host}${url.pathname}`;
}

function parseDialect(setting: Setting, value = 'edge'): Dialect {
  if (value !== 'edge' && value !== 'x') fail(setting, `is "${value}", but takes edge or x`);
  return value;
}
