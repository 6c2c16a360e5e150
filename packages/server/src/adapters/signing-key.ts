import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Store } from '../ports/store.ts';
import { MasterKeyMismatch, sealedSettings, type Vault } from '../ports/vault.ts';
import { StartRefusal } from './start-refusal.ts';

/** The one algorithm of our tokens. RS256, since clients that decode UAA's tokens know it. */
export const signingAlgorithm = 'RS256';
const [settingName] = sealedSettings;

/** What our access tokens are signed with. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

/**
 * Loads the signing key, and makes it at the first start. Of two nodes that start at once, both use the winner's.
 * @throws StartRefusal where the master key is not the one that the stored key was sealed with
 */
export async function loadSigningKey(store: Store, vault: Vault): Promise<SigningKey> {
  const stored = (await store.settings.get(settingName)) ?? (await makeStored(store, vault));
  const text = vault.openSetting(settingName, stored);
  if (text === undefined) throw new StartRefusal(new MasterKeyMismatch().message);
  return importSigningKey(JSON.parse(text) as JWK);
}

async function makeStored(store: Store, vault: Vault): Promise<string> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { modulusLength: 2048, extractable: true });
  const sealed = vault.sealSetting(settingName, JSON.stringify(await exportJWK(privateKey)));
  await store.write((transaction) => transaction.settings.setIfAbsent(settingName, sealed));
  const stored = await store.settings.get(settingName);
  if (stored === undefined) throw new Error(`the setting ${settingName} was written and is not there`);
  return stored;
}

async function importSigningKey(jwk: JWK): Promise<SigningKey> {
  const { kty, n, e } = jwk;
  if (kty !== 'RSA' || n === undefined || e === undefined) throw new Error('the stored signing key is no RSA key');
  const id = await calculateJwkThumbprint({ kty, n, e });
  const publicJwk = { kty, n, e, kid: id, alg: signingAlgorithm, use: 'sig' };
  const [privateKey, publicKey] = await Promise.all([
    importJWK(jwk, signingAlgorithm),
    importJWK(publicJwk, signingAlgorithm),
  ]);
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) throw new Error('an RSA key is no bytes');
  return { id, privateKey, publicKey, publicJwk };
}
