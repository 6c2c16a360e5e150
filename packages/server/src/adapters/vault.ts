import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
  randomFillSync,
} from 'node:crypto';
import {
  type BareKeys,
  MasterKeyMismatch,
  type OrganizationVault,
  type Vault,
  type WrappedKeys,
} from '../ports/vault.ts';
import { createSecretBox, type SecretBox } from './secret-box.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const gcm = { authTagLength: tagBytes };

export interface VaultOptions {
  /** 32 bytes: wraps new keys. */
  readonly masterKey: Uint8Array;
  /** Further master keys that stored keys may still be wrapped by: the former one, or the one that comes next. */
  readonly previousMasterKeys?: readonly Uint8Array[] | undefined;
}

/** The two keys of an organization, each wrapped for its purpose and organization alone. */
const purposes = {
  dataKey: (organizationId: string) => `organization data key ${organizationId}`,
  lookupKey: (organizationId: string) => `organization lookup key ${organizationId}`,
} as const;

/** Envelope encryption: a key pair for each organization, wrapped by the master key. */
export function createVault({ masterKey, previousMasterKeys = [] }: VaultOptions): Vault {
  const masterKeyId = idOfMasterKey(masterKey);
  const boxes = new Map([...previousMasterKeys, masterKey].map((key) => [idOfMasterKey(key), createSecretBox(key)]));
  const current = createSecretBox(masterKey);

  function wrap(organizationId: string, dataKey: string, lookupKey: string): WrappedKeys {
    return {
      masterKeyId,
      dataKey: current.seal(purposes.dataKey(organizationId), dataKey),
      lookupKey: current.seal(purposes.lookupKey(organizationId), lookupKey),
    };
  }

  function openWithAny(purpose: string, sealed: string): string | undefined {
    for (const box of boxes.values()) {
      const text = box.open(purpose, sealed);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  return {
    masterKeyId,
    previousMasterKeyIds: [...boxes.keys()].filter((id) => id !== masterKeyId),
    createKeys: (organizationId) => wrap(organizationId, makeKey(), makeKey()),
    open(organizationId, keys) {
      const { dataKey, lookupKey } = unwrap(boxes, organizationId, keys);
      return openKeys({ dataKey, lookupKey });
    },
    rewrap(organizationId, keys) {
      const { dataKey, lookupKey } = unwrap(boxes, organizationId, keys);
      return wrap(organizationId, dataKey, lookupKey);
    },
    sealSetting: (name, text) => current.seal(name, text),
    openSetting: openWithAny,
    rewrapSetting(name, sealed) {
      if (current.open(name, sealed) !== undefined) return undefined;
      const text = openWithAny(name, sealed);
      return text === undefined ? undefined : current.seal(name, text);
    },
  };
}

/** The vault of an organization from its keys as they are, where no master key is. */
export function openKeys({ dataKey, lookupKey }: BareKeys): OrganizationVault {
  return openOrganizationVault(createSecretKey(dataKey, 'base64url'), lookupKey);
}

function makeKey(): string {
  return randomBytes(keyBytes).toString('base64url');
}

/** Derived one way, apart from every other use of the key. */
function idOfMasterKey(masterKey: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', masterKey, '', 'claviger master key id', 8)).toString('hex');
}

function unwrap(
  boxes: ReadonlyMap<string, SecretBox>,
  organizationId: string,
  keys: WrappedKeys,
): { dataKey: string; lookupKey: string } {
  const box = boxes.get(keys.masterKeyId);
  const dataKey = box?.open(purposes.dataKey(organizationId), keys.dataKey);
  const lookupKey = box?.open(purposes.lookupKey(organizationId), keys.lookupKey);
  if (dataKey === undefined || lookupKey === undefined) throw new MasterKeyMismatch();
  return { dataKey, lookupKey };
}

/** Nonces are drawn in stock: a call into the system for each would cost more than the cipher. */
const nonceStock = Buffer.alloc(nonceBytes * 512);
let nonceAt = nonceStock.length;

function drawNonce(): Buffer {
  if (nonceAt === nonceStock.length) {
    randomFillSync(nonceStock);
    nonceAt = 0;
  }
  nonceAt += nonceBytes;
  return Buffer.from(nonceStock.subarray(nonceAt - nonceBytes, nonceAt));
}

/** Ciphertexts are nonce, text and tag in base64url. */
function openOrganizationVault(dataKey: KeyObject, lookupKey: string): OrganizationVault {
  return {
    lookupKey,
    bareKeys: () => ({ dataKey: dataKey.export().toString('base64url'), lookupKey }),
    seal(text, context) {
      const nonce = drawNonce();
      const cipher = createCipheriv('aes-256-gcm', dataKey, nonce, gcm);
      cipher.setAAD(Buffer.from(context, 'utf8'));
      const body = cipher.update(text, 'utf8');
      cipher.final();
      return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
    },
    unseal(sealed, context) {
      const bytes = Buffer.from(sealed, 'base64url');
      const bodyEnd = bytes.length - tagBytes;
      if (bodyEnd < nonceBytes) throw new Error('a sealed value is cut off');
      const decipher = createDecipheriv('aes-256-gcm', dataKey, bytes.subarray(0, nonceBytes), gcm);
      decipher.setAAD(Buffer.from(context, 'utf8'));
      decipher.setAuthTag(bytes.subarray(bodyEnd));
      const text = decipher.update(bytes.subarray(nonceBytes, bodyEnd));
      // In this mode the end holds no more text, and throws where anything was changed.
      decipher.final();
      return text.toString('utf8');
    },
    lookupHash: (text) => hash('sha256', lookupKey + text, 'hex'),
    // The types leave this encoding out.
    lookupDigest: (text) => hash('sha256', lookupKey + text, 'latin1' as 'hex'),
  };
}
