import type { RuntimeCredential } from '../domain/runtime-credential.ts';

export interface RuntimeCredentialReader {
  /**
   * Undefined where its organization is gone, too.
   * @param hash SHA-256 of the token in hex
   */
  findByHash(hash: string): Promise<RuntimeCredential | undefined>;
  /** Oldest first. */
  list(organizationId: string): Promise<RuntimeCredential[]>;
}

export interface RuntimeCredentialWriter {
  insert(credential: RuntimeCredential, hash: string): Promise<void>;
  delete(credential: RuntimeCredential): Promise<void>;
}
