import { type Credential, createCredentialFrom } from './credential.ts';
import type { Authorship } from './developer.ts';
import { momentMax, parseLifetime } from './expiry.ts';
import { Problem } from './problem.ts';
import { stampChanged } from './stamp.ts';

/** How long both keys work where the request does not say: a day, in which every client is told the new one. */
export const overlapSecondsDefault = 86_400;
/** 90 days. A longer overlap is two keys, not a rotation. */
export const overlapSecondsMax = 7_776_000;

/**
 * When the key that is rotated ends, in milliseconds since 1970 UTC: after the overlap, or earlier where it would have
 * ended earlier anyway. With an overlap of 0 that is now, and a key that expires now has expired.
 * @throws Problem request.invalid
 */
export function decideOverlapEnd(
  { expiresAt }: Pick<Credential, 'expiresAt'>,
  overlapSeconds: number | undefined,
  now: number,
): number {
  const overlap = overlapSeconds ?? overlapSecondsDefault;
  if (!Number.isInteger(overlap) || overlap < 0 || overlap > overlapSecondsMax) {
    throw new Problem('request.invalid', {
      field: 'overlapSeconds',
      reason: `takes a whole number from 0 to ${overlapSecondsMax}`,
    });
  }
  return Math.min(now + overlap * 1000, expiresAt ?? momentMax, momentMax);
}

/**
 * When the new key ends: as asked, where asked; else it lives as long as the old one was made to, so that an
 * organization whose keys last 90 days gets another 90. Undefined: never.
 * @throws Problem request.invalid; request.missing where an earlier rotation has cut the old key's life short, so that
 *   nobody knows any more how long it was made to live
 */
export function decideSuccessorExpiry(
  { issuedAt, expiresAt, rotation }: Pick<Credential, 'issuedAt' | 'expiresAt' | 'rotation'>,
  expiresInSeconds: number | undefined,
  now: number,
): number | undefined {
  if (expiresInSeconds !== undefined) {
    return parseLifetime({ field: 'expiresInSeconds', length: expiresInSeconds, unit: 'seconds' }, now);
  }
  if (rotation !== undefined) throw new Problem('request.missing', { field: 'expiresInSeconds' });
  if (expiresAt === undefined) return undefined;
  return Math.min(now + Math.max(0, expiresAt - issuedAt), momentMax);
}

/** @throws Problem credential.not-rotatable: nobody gets a key that works out of one that does not */
export function requireRotatable({ status, expiresAt }: Pick<Credential, 'status' | 'expiresAt'>, now: number): void {
  if (status !== 'approved') throw new Problem('credential.not-rotatable', { standing: status });
  if (expiresAt !== undefined && expiresAt <= now) {
    throw new Problem('credential.not-rotatable', { standing: 'expired' });
  }
}

export type Successor = Pick<Credential, 'id' | 'consumerKey' | 'consumerSecret' | 'expiresAt'>;

/** The key beside the old one: its products with their statuses, its scopes and its attributes. */
export function createSuccessor(former: Credential, own: Successor, by: Authorship): Credential {
  const { organizationId, appId, products, attributes, scopes } = former;
  const { expiresAt, ...identity } = own;
  return createCredentialFrom({ ...identity, organizationId, appId }, { products, attributes, scopes, expiresAt }, by);
}

/** The old key, which ends when the overlap does. */
export function retireCredential(
  former: Credential,
  { successorId, mark, expiresAt }: { successorId: string; mark: string | undefined; expiresAt: number },
  { at, by }: Authorship,
): Credential {
  return { ...former, expiresAt, rotation: { successorId, mark }, ...stampChanged(former, at, by) };
}
