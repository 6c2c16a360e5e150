/** Claims of an access or refresh token, as UAA's tokens carry them (compat/edge.md §10). */
export interface TokenClaims {
  readonly kind: 'access' | 'refresh';
  readonly accountId: string;
  readonly email: string;
  /** Tokens of an older password are dead. */
  readonly passwordVersion: number;
  readonly clientId: string;
  readonly grantType: string;
  /** When the password was given; stays the same over refreshes. Milliseconds since 1970 UTC, as are the next two. */
  readonly authenticatedAt: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly jti: string;
}

/** Signs and checks our own JWTs. */
export interface Tokens {
  sign(claims: TokenClaims): Promise<string>;
  /** Undefined for whatever is not a live token of ours: bad signature, other algorithm, expired, another issuer. */
  verify(token: string): Promise<TokenClaims | undefined>;
  /** The public keys as a JWKS. */
  publicKeys(): object;
}

/** Checks JWTs of the configured OpenID issuer. */
export interface ForeignTokens {
  /** The verified e-mail in the token; undefined for whatever is not a live token of that issuer and audience. */
  verify(token: string): Promise<{ email: string } | undefined>;
}
