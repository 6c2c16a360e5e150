import type { Survey } from '@claviger/verify';
import { requireSigner, type Visit } from './visit.ts';

/** What the tokens of a service say of themselves. */
export interface TokenKind {
  /** Whom they are for. */
  readonly audience: string;
  /** Path that goes into the issuer, after the organization's. */
  readonly path: string;
}

/** A key's holder, as he was not before a moment. */
export interface Holder {
  readonly survey: Survey;
  /**
   * Milliseconds since 1970 UTC, taken before the survey: a token that ends by this clock ends no later than the
   * acknowledgement of a revocation says which the survey did not see.
   */
  readonly at: number;
}

export interface SignedToken {
  readonly token: string;
  /** Seconds from now until it ends. */
  readonly expiresIn: number;
}

/**
 * Signs what a gateway is to know of a key (compat/edge.md §12.1, §12.2). It ends with the key at the latest.
 * @param more claims of this kind of token
 */
export async function signToken(visit: Visit, kind: TokenKind, holder: Holder, more: object): Promise<SignedToken> {
  const { parts, place } = visit;
  const { survey: found, at } = holder;
  const signer = requireSigner(parts);
  const end = Math.min(at + signer.lifetimeSeconds * 1000, found.credential.expiresAt ?? Number.POSITIVE_INFINITY);
  const issuedAt = Math.floor(at / 1000);
  const expiresAt = Math.floor(end / 1000);
  const token = await signer.sign(place.organizationId, {
    ...more,
    application_name: found.app.name,
    developer_email: found.owner.kind === 'developer' ? found.owner.email : undefined,
    api_product_list: found.products.map(({ name }) => name),
    iss: `${signer.issuer()}/organizations/${place.organization}${kind.path}`,
    aud: kind.audience,
    jti: parts.random.uuid(),
    iat: issuedAt,
    nbf: issuedAt,
    exp: expiresAt,
  });
  return { token, expiresIn: Math.max(0, expiresAt - issuedAt) };
}

/** The scopes that the products on a key give; of these, those that were asked for. */
export function grantScopes({ products }: Survey, asked: string | undefined): string[] {
  const offered = new Set(products.flatMap(({ scopes }) => scopes).filter((scope) => scope !== ''));
  const wanted = asked?.split(' ').filter((scope) => scope !== '') ?? [];
  return wanted.length === 0 ? [...offered] : wanted.filter((scope) => offered.has(scope));
}
