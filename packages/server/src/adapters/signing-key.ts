import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Store } from '../ports/store.ts';
import { createSecretBox, type SecretBox } from './secret-box.ts';
import { StartRefusal } from './start-refusal.ts';

/** The one algorithm of our tokens. RS256, since clients that decode UAA's tokens know it. */
export const signingAlgorithm = 'RS256';
const settingName = 'token-signing-key';

/** What our access tokens are signed with. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

/**
 * Loads the signing key, and makes it at the first start. Of two nodes that start at once, both use the winner's.
 * @param masterKey 32 bytes
 * @throws StartRefusal where the master key is not the one that the stored key was sealed with
 */
export async function loadSigningKey(store: Store, masterKey: Uint8Array): Promise<SigningKey> {
  const box = createSecretBox(masterKey);
  const stored = (await store.settings.get(settingName)) ?? (await makeStored(store, box));
  const text = box.open(settingName, stored);
  if (text === undefined) {
    throw new StartRefusal(
      'The master key does not open the secrets in this store: start with the key that the store was made with ' +
        '(CLAVIGER_MASTER_KEY, or the file master.key in its data directory).',
    );
  }
  return importSigningKey(JSON.parse(text) as JWK);
}

async function makeStored(store: Store, box: SecretBox): Promise<string> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { modulusLength: 2048, extractable: true });
  const sealed = box.seal(settingName, JSON.stringify(await exportJWK(privateKey)));
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
