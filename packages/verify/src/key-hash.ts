import { hash, timingSafeEqual } from 'node:crypto';

/** Longer ones are not hashed: no key is (the plane gives none of more). */
export const keyLengthMax = 2048;

/**
 * The hash under which a verifier holds a key: one-shot SHA-256 over the organization's lookup key and the consumer
 * key, one character a byte. The lookup key is of one length in an organization, so that no two pairs read alike.
 */
export function hashKey(lookupKey: string, consumerKey: string): string {
  // The typings know this encoding of a digest for buffers only.
  return hash('sha256', lookupKey + consumerKey, 'latin1' as 'hex');
}

/** Whether two secrets are the same, in a time that tells nothing of where they differ, nor of how long they are. */
export function equalSecrets(left: string, right: string): boolean {
  return timingSafeEqual(hash('sha256', left, 'buffer'), hash('sha256', right, 'buffer'));
}
