import { createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { Problem } from '../domain/problem.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store, StoreTransaction } from '../ports/store.ts';
import type { Vault } from '../ports/vault.ts';

/** The one algorithm of our tokens. RS256, since clients that decode UAA's tokens know it, and so do Apigee's gateways. */
export const signingAlgorithm = 'RS256';

/** What tokens are signed with. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
  /** Milliseconds since 1970 UTC. */
  readonly signsFrom: number;
}

export interface KeyChainOptions {
  readonly store: Pick<Store, 'settings' | 'write'>;
  readonly vault: Vault;
  readonly clock: Clock;
  /** The sealed setting that holds it. */
  readonly setting: string;
  /** How long a token that was just signed lives at most. */
  readonly lifetimeMilliseconds: number;
}

/** What the setting holds: a JWK alone, before it was ever rotated; or each key with the time from which it signs. */
type Stored = JWK | { readonly keys: readonly StoredKey[] };
interface StoredKey {
  readonly jwk: JWK;
  readonly signsFrom: number;
}

/** After so long another node may have rotated. */
const rereadMilliseconds = 10_000;

/** The signing keys of one purpose, which follow each other. They lie in a sealed setting, which all nodes share. */
export class KeyChain {
  readonly #options: KeyChainOptions;
  #keys: readonly SigningKey[] | undefined;
  /** Monotonic. */
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(options: KeyChainOptions) {
    this.#options = options;
  }

  /** Whether there ever was a key. */
  async exists(): Promise<boolean> {
    return this.#keys !== undefined || (await this.#options.store.settings.get(this.#options.setting)) !== undefined;
  }

  /** The key that signs now. Makes the first one; of two nodes that do so at once, both use the winner's. */
  async signing(): Promise<SigningKey> {
    const now = this.#options.clock.now();
    const keys = await this.#load();
    const [first] = keys;
    const signing = keys.findLast(({ signsFrom }) => signsFrom <= now) ?? first;
    if (signing === undefined) throw new Error(`the setting ${this.#options.setting} holds no key`);
    return signing;
  }

  /** Those that tokens may be checked with, and the one that will sign next. */
  async published(): Promise<readonly SigningKey[]> {
    return this.#prune(await this.#load());
  }

  /** Asks the store again where it knows of none: another node may have made one. */
  async find(id: string): Promise<SigningKey | undefined> {
    const known = this.#keys?.find((key) => key.id === id) ?? (await this.#load()).find((key) => key.id === id);
    if (known === undefined) return undefined;
    return (await this.published()).includes(known) ? known : undefined;
  }

  async rotate(afterMilliseconds: number): Promise<SigningKey> {
    await this.#load();
    const made = { jwk: await makePrivateJwk(), signsFrom: this.#options.clock.now() + afterMilliseconds };
    await this.#options.store.write((transaction) => this.#append(transaction, made));
    this.#readAt = Number.NEGATIVE_INFINITY;
    await this.#load();
    return importKey(made);
  }

  async #append({ settings }: StoreTransaction, made: StoredKey): Promise<void> {
    const { setting, vault } = this.#options;
    const before = await settings.get(setting);
    const keys = before === undefined ? [] : this.#open(before);
    // One that was to follow and does not sign yet makes room: what was made last follows.
    const kept = this.#prune(keys).filter(({ signsFrom }) => signsFrom <= this.#options.clock.now());
    await settings.set(setting, vault.sealSetting(setting, JSON.stringify({ keys: [...kept, made] } satisfies Stored)));
  }

  /** Without those whose last token has ended. */
  #prune<K extends { readonly signsFrom: number }>(keys: readonly K[]): K[] {
    const endedBefore = this.#options.clock.now() - this.#options.lifetimeMilliseconds;
    return keys.filter((_key, at) => (keys[at + 1]?.signsFrom ?? Number.POSITIVE_INFINITY) > endedBefore);
  }

  async #load(): Promise<readonly SigningKey[]> {
    const now = this.#options.clock.monotonic();
    if (this.#keys !== undefined && now - this.#readAt < rereadMilliseconds) return this.#keys;
    try {
      const { settings } = this.#options.store;
      const stored = (await settings.get(this.#options.setting)) ?? (await this.#makeFirst());
      this.#keys = await Promise.all(this.#open(stored).map(importKey));
    } catch (error) {
      // With the store gone, what is held goes on for as long as verdicts do.
      if (this.#keys === undefined || !(error instanceof Problem)) throw error;
    }
    this.#readAt = now;
    return this.#keys;
  }

  async #makeFirst(): Promise<string> {
    const { setting, vault, store } = this.#options;
    const sealed = vault.sealSetting(setting, JSON.stringify(await makePrivateJwk()));
    await store.write((transaction) => transaction.settings.setIfAbsent(setting, sealed));
    const stored = await store.settings.get(setting);
    if (stored === undefined) throw new Error(`the setting ${setting} was written and is not there`);
    return stored;
  }

  #open(sealed: string): readonly StoredKey[] {
    const text = this.#options.vault.openSetting(this.#options.setting, sealed);
    // Sealed by a master key that this node does not know yet, while another one rotates.
    if (text === undefined) throw new Problem('store.unavailable', { retryAfterSeconds: 30 });
    const stored = JSON.parse(text) as Stored;
    return 'keys' in stored && Array.isArray(stored.keys) ? stored.keys : [{ jwk: stored as JWK, signsFrom: 0 }];
  }
}

/** SubjectPublicKeyInfo. */
export function exportPem(jwk: JWK): string {
  return createPublicKey({ key: { ...jwk }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
}

async function makePrivateJwk(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { modulusLength: 2048, extractable: true });
  return exportJWK(privateKey);
}

/** @throws Error where it is no RSA key */
async function importKey({ jwk, signsFrom }: StoredKey): Promise<SigningKey> {
  const { kty, n, e } = jwk;
  if (kty !== 'RSA' || n === undefined || e === undefined) throw new Error('the stored signing key is no RSA key');
  const id = await calculateJwkThumbprint({ kty, n, e });
  const publicJwk = { kty, n, e, kid: id, alg: signingAlgorithm, use: 'sig' };
  const [privateKey, publicKey] = await Promise.all([
    importJWK(jwk, signingAlgorithm),
    importJWK(publicJwk, signingAlgorithm),
  ]);
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) throw new Error('an RSA key is no bytes');
  return { id, privateKey, publicKey, publicJwk, signsFrom };
}
