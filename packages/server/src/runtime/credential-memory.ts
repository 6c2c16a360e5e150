import type { Change } from '../domain/change.ts';
import type { RuntimeCredential } from '../domain/runtime-credential.ts';
import type { RuntimeCredentialReader } from '../ports/runtime-credential-store.ts';
import type { RuntimeCredentials } from '../ports/verifier.ts';

const entriesMax = 10_000;

export interface CredentialMemoryOptions {
  readonly store: RuntimeCredentialReader;
  /** Resolves once changes are told of. */
  readonly follow: () => Promise<void>;
  /** Whether all that was committed lately has been heard. */
  readonly isFresh: () => boolean;
}

/** Runtime credentials that were used lately, until the feed tells that one is gone. */
export class CredentialMemory implements RuntimeCredentials {
  readonly #options: CredentialMemoryOptions;
  readonly #byHash = new Map<string, RuntimeCredential>();
  /** Goes up with each change that may take one away: what was read before is not kept (G5). */
  #generation = 0;

  constructor(options: CredentialMemoryOptions) {
    this.#options = options;
  }

  recall(hash: string): RuntimeCredential | undefined {
    const known = this.#byHash.get(hash);
    return known !== undefined && this.#options.isFresh() ? known : undefined;
  }

  async find(hash: string): Promise<RuntimeCredential | undefined> {
    await this.#options.follow();
    const generation = this.#generation;
    const found = await this.#options.store.findByHash(hash);
    if (found === undefined || generation !== this.#generation) return found;
    if (this.#byHash.size >= entriesMax) this.#byHash.clear();
    this.#byHash.set(hash, found);
    return found;
  }

  note({ noun, entityId, kind }: Change): void {
    if (kind !== 'delete' || (noun !== 'runtime-credential' && noun !== 'organization')) return;
    this.#generation++;
    for (const [hash, { id, organizationId }] of this.#byHash) {
      if (id === entityId || organizationId === entityId) this.#byHash.delete(hash);
    }
  }

  clear(): void {
    this.#generation++;
    this.#byHash.clear();
  }
}
