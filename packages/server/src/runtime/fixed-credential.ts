import type { RuntimeCredential } from '../domain/runtime-credential.ts';
import type { RuntimeCredentials } from '../ports/verifier.ts';

/** Credentials that were given at the start and never change, by the hash of their text. */
export class FixedCredentials implements RuntimeCredentials {
  readonly #byHash: ReadonlyMap<string, RuntimeCredential>;

  /** @param hashes SHA-256 in hex, of texts that all speak for one organization */
  constructor(hashes: readonly string[], organizationId: string) {
    const made = { organizationId, createdAt: 0, createdBy: '' };
    this.#byHash = new Map(hashes.map((hash, at) => [hash, { id: String(at), name: `token ${at}`, ...made }]));
  }

  recall(hash: string): RuntimeCredential | undefined {
    return this.#byHash.get(hash);
  }

  async find(hash: string): Promise<RuntimeCredential | undefined> {
    return this.recall(hash);
  }
}
