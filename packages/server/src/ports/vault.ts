/**
 * Encryption of secrets at rest (G9): AES-256-GCM with a data key for each organization, wrapped by the master key. The
 * store calls it at its border, so that nothing above ever sees a ciphertext and nothing below ever sees a secret.
 */
export interface Vault {
  /** New keys for an organization, wrapped; the store keeps them with the organization. */
  createKeys(): WrappedKeys;
  /** Throws where the master key does not open them: then the start stops, or the record is unreadable (G6). */
  open(keys: WrappedKeys): OrganizationVault;
}

/** Safe to store. */
export interface WrappedKeys {
  /** Which master key wrapped them. */
  readonly masterKeyId: string;
  /** The data key. */
  readonly dataKey: string;
  /** The lookup secret: it reaches verifiers (design.md, "Keys"), so it is a key of its own. */
  readonly lookupKey: string;
}

export interface OrganizationVault {
  /** `context` binds the ciphertext to its row, so that it can't be moved to another: the credential's id. */
  seal(text: string, context: string): string;
  /** Throws where it was sealed with another key or context, or was changed. */
  unseal(sealed: string, context: string): string;
  /** One-shot SHA-256 over the lookup secret and the text, in hex. */
  lookupHash(text: string): string;
}
