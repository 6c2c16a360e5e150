import { resolve } from 'node:path';
import {
  fail,
  type ListenAddress,
  type LogLevel,
  parseInteger,
  parseListen,
  parseLogLevel,
  parseOptionalListen,
  parsePair,
  parseTrustedProxies,
  parseUrl,
  refuseContradiction,
} from './parse.ts';
import { verifierSettings as settings } from './verifier-setting.ts';

type RawVerifierSettings = { readonly [Name in keyof typeof settings]?: string | undefined };

/** All that a sidecar can be told, typed and checked. */
export interface VerifierConfig {
  /** Of the plane's runtime listener, without a trailing slash. */
  readonly url: string;
  /** Its text, or the file that holds it. */
  readonly token: { readonly value: string } | { readonly file: string };
  readonly gatewayTokensFile: string | undefined;
  readonly listen: ListenAddress;
  /** Undefined: HAProxy is not answered. */
  readonly spoeListen: ListenAddress | undefined;
  /** Undefined: Envoy is not answered over gRPC. */
  readonly envoyListen: ListenAddress | undefined;
  /** Undefined: the machine's. */
  readonly name: string | undefined;
  readonly staleSecondsMax: number;
  readonly serveStale: boolean;
  readonly keysMax: number;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly trustedProxies: readonly string[];
  readonly bodyBytesMax: number;
  readonly logLevel: LogLevel;
}

const nameLengthMax = 255;

/**
 * Checks every setting and fills in what is absent.
 * @throws ConfigError with one sentence that names the setting
 */
export function parseVerifierConfig(raw: RawVerifierSettings): VerifierConfig {
  if (raw.url === undefined) fail(settings.url, 'is missing: where is the plane that this verifier follows');
  refuseContradiction(raw, settings, ['token', 'tokenFile']);
  if (raw.name !== undefined && raw.name.length > nameLengthMax) {
    fail(settings.name, `is longer than ${nameLengthMax} characters`);
  }
  const tls = parsePair(raw, settings, ['tlsCert', 'tlsKey']);
  return {
    url: parseUrl(settings.url, raw.url),
    token: parseToken(raw),
    gatewayTokensFile: raw.gatewayTokensFile === undefined ? undefined : resolve(raw.gatewayTokensFile),
    listen: parseListen(settings.listen, raw.listen ?? '127.0.0.1:8091'),
    spoeListen: parseOptionalListen(settings.spoeListen, raw.spoeListen ?? 'off'),
    envoyListen: parseOptionalListen(settings.envoyListen, raw.envoyListen ?? 'off'),
    name: raw.name,
    staleSecondsMax: parseInteger(settings.staleSecondsMax, raw.staleSecondsMax ?? '180', { min: 1, max: 86_400 }),
    serveStale: parseServeStale(raw),
    keysMax: parseInteger(settings.keysMax, raw.keysMax ?? '10000000', { min: 1, max: 1_000_000_000 }),
    tls: tls && { certFile: tls[0], keyFile: tls[1] },
    trustedProxies: parseTrustedProxies(settings.trustedProxies, raw.trustedProxies),
    bodyBytesMax: parseInteger(settings.bodyBytesMax, raw.bodyBytesMax ?? '1048576', { min: 1024, max: 67_108_864 }),
    logLevel: parseLogLevel(settings.logLevel, raw.logLevel ?? 'info'),
  };
}

function parseToken({ token, tokenFile }: RawVerifierSettings): VerifierConfig['token'] {
  if (token !== undefined) return { value: token };
  if (tokenFile !== undefined) return { file: resolve(tokenFile) };
  fail(settings.tokenFile, `is missing: it holds the text of a runtime credential (or set ${settings.token.env})`);
}

function parseServeStale({ serveStale = 'false' }: RawVerifierSettings): boolean {
  // A switch of the command line comes without a value.
  if (serveStale === 'true' || serveStale === '') return true;
  if (serveStale !== 'false') fail(settings.serveStale, `is "${serveStale}", but takes true or false`);
  return false;
}
