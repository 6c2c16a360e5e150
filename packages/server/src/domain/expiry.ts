import { Problem } from './problem.ts';

/** The largest moment that every client can read: 9999-12-31, in milliseconds since 1970 UTC. */
export const momentMax = 253_402_300_799_999;
const perUnit = { milliseconds: 1, seconds: 1000 } as const;

export interface LifetimeDraft {
  /** The member's name on the wire, for the error. */
  readonly field: string;
  /** Absent or -1: never ends. */
  readonly length: number | undefined;
  readonly unit: keyof typeof perUnit;
}

/**
 * When a key made now ends, in milliseconds since 1970 UTC; undefined: never.
 * @throws Problem request.invalid for a negative, fractional or overlong lifetime
 */
export function parseLifetime({ field, length, unit }: LifetimeDraft, now: number): number | undefined {
  if (length === undefined || length === -1) return undefined;
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new Problem('request.invalid', { field, reason: `has to be a whole number of ${unit}, or -1 for never` });
  }
  const expiresAt = now + length * perUnit[unit];
  if (expiresAt > momentMax) throw new Problem('request.invalid', { field, reason: 'reaches beyond the year 9999' });
  return expiresAt;
}
