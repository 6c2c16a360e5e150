/** The settings of the store whose values are sealed, beside those of organizations. */
export const sealedSettings = ['token-signing-key'] as const;

/** Begins the names of sealed settings that are an organization's, and go with it. */
export const gatewayKeyPrefix = 'gateway-signing-key/';

export function gatewayKeySetting(organizationId: string): string {
  return `${gatewayKeyPrefix}${organizationId}`;
}

/**
 * Encryption of secrets at rest (G9): AES-256-GCM with a data key for each organization, wrapped by the master key. The
 * store calls it at its border, so that nothing above ever sees a ciphertext and nothing below ever sees a secret.
 */
export interface Vault {
  /** Names the master key that wraps new keys. Tells nothing of the key itself. */
  readonly masterKeyId: string;
  /** Names of the other master keys whose wraps it still opens. */
  readonly previousMasterKeyIds: readonly string[];
  /** New keys for an organization, wrapped; the store keeps them with the organization. They open for its id alone. */
  createKeys(organizationId: string): WrappedKeys;
  /**
   * Throws MasterKeyMismatch where no master key that is known opens them: then the start stops, or the record is
   * unreadable (G6).
   */
  open(organizationId: string, keys: WrappedKeys): OrganizationVault;
  /** The same keys, wrapped by the master key that wraps new ones. Throws as `open` does. */
  rewrap(organizationId: string, keys: WrappedKeys): WrappedKeys;
  /** Seals a secret of the plane's own, which lies among the store's settings, with the master key itself. */
  sealSetting(name: string, text: string): string;
  /** Undefined where no master key that is known opens it under this name. */
  openSetting(name: string, sealed: string): string | undefined;
  /** The same secret, sealed by the master key that wraps new keys; undefined where it is so already, or can't be opened. */
  rewrapSetting(name: string, sealed: string): string | undefined;
}

/** Keys that were wrapped by another master key, or were changed. A sentence for the operator; holds no secret. */
export class MasterKeyMismatch extends Error {
  override readonly name = 'MasterKeyMismatch';

  constructor() {
    super(
      'The master key does not open the secrets in this store: start with the key that the store was made with ' +
        '(CLAVIGER_MASTER_KEY, or the file master.key in its data directory).',
    );
  }
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

/** Both keys of an organization as they are: for a process that runs a query, and for as long as it does. */
export interface BareKeys {
  readonly dataKey: string;
  readonly lookupKey: string;
}

export interface OrganizationVault {
  /** Secret: hands out all that opens the organization's credentials. */
  bareKeys(): BareKeys;
  /** Secret; for verifiers of this organization alone. */
  readonly lookupKey: string;
  /** `context` binds the ciphertext to its row, so that it can't be moved to another: the credential's id. */
  seal(text: string, context: string): string;
  /** Throws where it was sealed with another key or context, or was changed. */
  unseal(sealed: string, context: string): string;
  /** One-shot SHA-256 over the lookup secret and the text, in hex. */
  lookupHash(text: string): string;
  /** The same bytes as verifiers hold them: one character each, as `latin1` gives a digest. */
  lookupDigest(text: string): string;
}
