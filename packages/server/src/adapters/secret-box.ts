import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps values of the store unreadable without the master key: AES-256-GCM, a key for each purpose. */
export interface SecretBox {
  seal(purpose: string, text: string): string;
  /** Undefined where the value was sealed under another key or for another purpose, or was tampered with. */
  open(purpose: string, sealed: string): string | undefined;
}

const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/** @param masterKey 32 bytes */
export function createSecretBox(masterKey: Uint8Array): SecretBox {
  const keyFor = (purpose: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', masterKey, '', `claviger ${purpose}`, 32));
  return {
    seal(purpose, text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), nonce);
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${version}.${sealed.toString('base64url')}`;
    },
    open(purpose, sealed) {
      const [head, body] = sealed.split('.');
      const bytes = Buffer.from(body ?? '', 'base64url');
      if (head !== version || bytes.length < nonceBytes + tagBytes) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
      try {
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
