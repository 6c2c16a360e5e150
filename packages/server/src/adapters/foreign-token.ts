import { hash } from 'node:crypto';
import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  type JWTPayload,
  jwtVerify,
  type RemoteJWKSet,
} from 'jose';
import { RecentMap } from '../domain/recent-map.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { ForeignTokens } from '../ports/token.ts';
import { StartRefusal } from './start-refusal.ts';

export interface ForeignTokenSettings {
  /** The OpenID issuer, as its tokens name it. https, or http on loopback. */
  readonly issuer: string;
  /** What the tokens' `aud` has to name. Without it, a token made for any other service of the issuer would do. */
  readonly audience: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeoutMilliseconds?: number;
}

/** Asymmetric only: with a symmetric one, whoever knows the public key could sign. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const documentBytesMax = 1 << 20;
const tokenLengthMax = 16_384;
const rememberedMax = 2000;
/** A key that the issuer withdraws stops working after this. */
const rememberMilliseconds = 5 * 60_000;
const retryMilliseconds = 10_000;
const clockToleranceSeconds = 10;

/**
 * JWTs of one OpenID issuer. Its keys come from its discovery document alone: no address in a token is followed.
 * @throws StartRefusal where issuer or audience can't be used
 */
export function createForeignTokens(settings: ForeignTokenSettings): ForeignTokens {
  const { issuer, audience, clock, log } = settings;
  if (!isTrustworthy(issuer))
    throw new StartRefusal('The OpenID issuer has to be an https URL (http on loopback only).');
  if (audience === '') throw new StartRefusal('An OpenID issuer needs an audience, which its tokens have to name.');
  const keys = createKeySource(settings);
  const remembered = new RecentMap<string, { email: string; until: number }>(rememberedMax);

  async function check(token: string): Promise<{ email: string; until: number } | undefined> {
    const { payload } = await jwtVerify(token, await keys(), {
      algorithms,
      issuer,
      audience,
      requiredClaims: ['exp'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(clock.now()),
    });
    const email = verifiedEmail(payload);
    if (email === undefined) return undefined;
    return { email, until: Math.min((payload.exp ?? 0) * 1000, clock.now() + rememberMilliseconds) };
  }

  return {
    async verify(token) {
      if (token.length > tokenLengthMax || !claimsIssuer(token, issuer)) return undefined;
      const mark = hash('sha256', token, 'base64');
      const known = remembered.get(mark);
      if (known !== undefined && known.until > clock.now()) return { email: known.email };
      remembered.delete(mark);
      try {
        const checked = await check(token);
        if (checked === undefined) return undefined;
        remembered.set(mark, checked);
        return { email: checked.email };
      } catch (error) {
        if (isRefusal(error)) return undefined;
        log.warn({ issuer, reason: error instanceof Error ? error.message : 'unknown' }, 'OpenID issuer not reached');
        return undefined;
      }
    },
  };
}

/** The token itself is wrong, as opposed to an issuer that does not answer as it should. */
function isRefusal(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false;
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}

/** A look at the unchecked claims, so that tokens of others cost neither a fetch nor a signature check. */
function claimsIssuer(token: string, issuer: string): boolean {
  try {
    return decodeJwt(token).iss === issuer;
  } catch {
    return false;
  }
}

function verifiedEmail(payload: JWTPayload): string | undefined {
  const verified = payload['email_verified'];
  if (verified === false || verified === 'false') return undefined;
  const email = payload['email'];
  return typeof email === 'string' && email !== '' ? email : undefined;
}

/** Finds the issuer's keys at first use, and tries again some time after a failure. */
function createKeySource({
  issuer,
  clock,
  timeoutMilliseconds = 5000,
}: ForeignTokenSettings): () => Promise<RemoteJWKSet> {
  let found: Promise<RemoteJWKSet> | undefined;
  let failedAt: number | undefined;

  async function discover(): Promise<RemoteJWKSet> {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    const response = await fetchBounded(address, { signal, headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(`discovery answered ${response.status}`);
    const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (document.issuer !== issuer) throw new Error('discovery names another issuer');
    const jwksUri = document.jwks_uri;
    if (typeof jwksUri !== 'string' || !mayFollow(issuer, jwksUri))
      throw new Error('discovery names no usable jwks_uri');
    return createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: timeoutMilliseconds, [customFetch]: fetchBounded });
  }

  return () => {
    if (found !== undefined) return found;
    if (failedAt !== undefined && clock.monotonic() - failedAt < retryMilliseconds) {
      return Promise.reject(new Error('discovery failed a moment ago'));
    }
    found = discover();
    found.catch(() => {
      found = undefined;
      failedAt = clock.monotonic();
    });
    return found;
  };
}

/** Follows no redirect, and reads no more than a key set can sensibly have. */
async function fetchBounded(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...options, redirect: 'error' });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > documentBytesMax) throw new Error(`more than ${documentBytesMax} bytes`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status: response.status, headers: response.headers });
}

function isTrustworthy(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '' || url.search !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/** An issuer on https never leads to plain http, nor to this machine's own services. */
function mayFollow(issuer: string, jwksUri: string): boolean {
  if (!URL.canParse(jwksUri)) return false;
  const url = new URL(jwksUri);
  if (isLoopback(new URL(issuer))) return isLoopback(url) && ['http:', 'https:'].includes(url.protocol);
  return url.protocol === 'https:' && !isLoopback(url);
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
