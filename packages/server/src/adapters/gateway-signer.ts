import { SignJWT } from 'jose';
import { RecentMap } from '../domain/recent-map.ts';
import type { Clock } from '../ports/clock.ts';
import type { GatewayKeys, PublicKey } from '../ports/gateway-signer.ts';
import type { Store } from '../ports/store.ts';
import { gatewayKeySetting, type Vault } from '../ports/vault.ts';
import { exportPem, KeyChain, type SigningKey, signingAlgorithm } from './key-chain.ts';

export interface GatewaySignerOptions {
  readonly store: Pick<Store, 'settings' | 'write'>;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly lifetimeSeconds: number;
  /** Without a trailing slash; asked at use. */
  readonly issuer: () => string;
}

/** Organizations whose keys are kept open. */
const chainsMax = 1000;

/** Signs what Apigee's gateways are given, with keys that lie sealed in the store. */
export function createGatewaySigner(options: GatewaySignerOptions): GatewayKeys {
  const { store, vault, clock, lifetimeSeconds, issuer } = options;
  const chains = new RecentMap<string, KeyChain>(chainsMax);
  const chainOf = (organizationId: string): KeyChain => {
    const setting = gatewayKeySetting(organizationId);
    const lifetimeMilliseconds = lifetimeSeconds * 1000;
    const chain = chains.get(organizationId) ?? new KeyChain({ store, vault, clock, setting, lifetimeMilliseconds });
    chains.set(organizationId, chain);
    return chain;
  };
  return {
    lifetimeSeconds,
    issuer,
    async publicKeys(organizationId) {
      const chain = chainOf(organizationId);
      return { signing: toPublic(await chain.signing()), published: (await chain.published()).map(toPublic) };
    },
    async sign(organizationId, claims) {
      const { id, privateKey } = await chainOf(organizationId).signing();
      return new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: signingAlgorithm, kid: id }).sign(privateKey);
    },
    async latestTokenExpiry(organizationId, signedUntil) {
      const hasSigned = await chainOf(organizationId).exists();
      return hasSigned ? signedUntil + lifetimeSeconds * 1000 : undefined;
    },
    async rotate(organizationId, afterSeconds) {
      const { id, signsFrom } = await chainOf(organizationId).rotate(afterSeconds * 1000);
      return { id, signsFrom };
    },
  };
}

function toPublic({ id, publicJwk }: SigningKey): PublicKey {
  return { id, jwk: publicJwk, pem: exportPem(publicJwk) };
}
