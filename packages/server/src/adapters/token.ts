import { hash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { RecentMap } from '../domain/recent-map.ts';
import { tokenScopes } from '../domain/token-scope.ts';
import type { Clock } from '../ports/clock.ts';
import type { TokenClaims, Tokens } from '../ports/token.ts';
import { type SigningKey, signingAlgorithm } from './signing-key.ts';

export interface TokenSettings {
  readonly key: SigningKey;
  /** Without a trailing slash; asked at use, since a free port is known only after listening. */
  readonly publicUrl: () => string;
  readonly clock: Clock;
  /** Verified tokens kept, so that a busy client does not pay for a signature check with every request. */
  readonly rememberedMax?: number;
}

/** Services of UAA that its tokens are for. */
const audiences = ['scim.emails', 'scim', 'openid', 'password', 'approvals', 'scim.ids', 'oauth'];
const refreshSuffix = '-r';
const tokenLengthMax = 8192;

/** Our own JWTs, with the claims that clients of UAA read. */
export function createTokens({ key, publicUrl, clock, rememberedMax = 2000 }: TokenSettings): Tokens {
  const issuer = () => `${publicUrl()}/oauth/token`;
  const remembered = new RecentMap<string, TokenClaims>(rememberedMax);

  async function check(token: string): Promise<TokenClaims | undefined> {
    try {
      const { payload } = await jwtVerify(token, key.publicKey, {
        algorithms: [signingAlgorithm],
        issuer: issuer(),
        requiredClaims: ['exp', 'iat', 'jti', 'sub'],
        currentDate: new Date(clock.now()),
      });
      return readClaims(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  return {
    sign: (claims) =>
      new SignJWT({ ...writeClaims(claims), iss: issuer() })
        .setProtectedHeader({ alg: signingAlgorithm, kid: key.id, typ: 'JWT' })
        .sign(key.privateKey),
    async verify(token) {
      if (token.length > tokenLengthMax) return undefined;
      // The token's hash and not the token: what lies in memory must not open a door.
      const mark = hash('sha256', token, 'base64');
      const known = remembered.get(mark) ?? (await check(token));
      if (known === undefined) return undefined;
      if (known.expiresAt <= clock.now()) {
        remembered.delete(mark);
        return undefined;
      }
      remembered.set(mark, known);
      return known;
    },
    publicKeys: () => ({ keys: [key.publicJwk] }),
  };
}

function writeClaims(claims: TokenClaims): JWTPayload {
  const clientId = claims.clientId;
  return {
    jti: claims.jti,
    sub: claims.accountId,
    scope: tokenScopes,
    client_id: clientId,
    cid: clientId,
    azp: clientId,
    grant_type: claims.grantType,
    user_id: claims.accountId,
    origin: 'claviger',
    user_name: claims.email,
    email: claims.email,
    auth_time: toSeconds(claims.authenticatedAt),
    // UAA's mark of the state that a token was made in: here it is the password's version.
    rev_sig: claims.passwordVersion.toString(16).padStart(8, '0'),
    iat: toSeconds(claims.issuedAt),
    exp: toSeconds(claims.expiresAt),
    zid: 'uaa',
    aud: [clientId, ...audiences],
  };
}

function readClaims(payload: JWTPayload): TokenClaims | undefined {
  const passwordVersion = Number.parseInt(textOf(payload['rev_sig']), 16);
  const authenticatedAt = payload['auth_time'];
  if (Number.isNaN(passwordVersion) || typeof authenticatedAt !== 'number') return undefined;
  const jti = textOf(payload.jti);
  return {
    kind: jti.endsWith(refreshSuffix) ? 'refresh' : 'access',
    accountId: textOf(payload.sub),
    email: textOf(payload['email']),
    passwordVersion,
    clientId: textOf(payload['client_id']),
    grantType: textOf(payload['grant_type']),
    authenticatedAt: authenticatedAt * 1000,
    issuedAt: (payload.iat ?? 0) * 1000,
    expiresAt: (payload.exp ?? 0) * 1000,
    jti,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
