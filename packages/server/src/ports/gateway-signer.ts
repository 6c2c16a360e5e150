/** A public key that tokens are checked with. */
export interface PublicKey {
  /** `kid` of the tokens that it has signed. */
  readonly id: string;
  /** Public members alone. */
  readonly jwk: object;
  /** SubjectPublicKeyInfo in PEM. */
  readonly pem: string;
}

export interface PublicKeys {
  readonly signing: PublicKey;
  /** The one that signs, those whose tokens may still live, and the one that will sign next. */
  readonly published: readonly PublicKey[];
}

/** A key that was made to follow. */
export interface NextKey {
  readonly id: string;
  /** Milliseconds since 1970 UTC. */
  readonly signsFrom: number;
}

/**
 * Signs the tokens that Apigee's own gateways are given (compat/edge.md §12). Each organization has keys of its own: a
 * gateway looks at a signature and at nothing else, so that a token of one MUST NOT be good in another.
 */
export interface GatewaySigner {
  /** How long a token lives at most. */
  readonly lifetimeSeconds: number;
  /** What tokens name as their issuer, without a path. */
  issuer(): string;
  /** Makes the first key where there is none. Throws Problem store.unavailable. */
  publicKeys(organizationId: string): Promise<PublicKeys>;
  /** A compact JWS over the claims. Throws Problem store.unavailable. */
  sign(organizationId: string, claims: Readonly<Record<string, unknown>>): Promise<string>;
}

/** The same, where the keys can be looked after. */
export interface GatewayKeys extends GatewaySigner {
  /**
   * When the last token that is signed until `signedUntil` ends, both in milliseconds since 1970 UTC: a gateway may let
   * its bearer in until then, whatever was revoked. Undefined: none was ever signed. Of all nodes of a store.
   * Throws Problem store.unavailable.
   */
  latestTokenExpiry(organizationId: string, signedUntil: number): Promise<number | undefined>;
  /** Makes a key, publishes it now, and signs with it from then on. The one before is published until its tokens end. */
  rotate(organizationId: string, afterSeconds: number): Promise<NextKey>;
}

/** What answering the clients of an API takes beside its gateways. A process without a store has none of it. */
export interface Tenants {
  /** Id of the organization with this name. */
  find(name: string): Promise<string | undefined>;
  /** Whether the secret is that of a live consumer key. Tells by its time nothing of how much of it is right. */
  matchesSecret(organizationId: string, key: string, secret: string): Promise<boolean>;
}
