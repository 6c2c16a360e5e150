import type { Property } from './organization.ts';
import { Problem } from './problem.ts';

const keyShape = /^[A-Za-z0-9_-]+$/;
/** `.` and `..` are no segments of a path. */
const movedKeyShape = /^(?!\.\.?$)[\x21-\x7e]+$/;
const keyLengthMax = 2048;

/** A key or secret that a client brings (compat/edge.md §5). @throws Problem request.missing, request.invalid */
export function parseKeyText(value: string | undefined, field: string): string {
  const text = parseBounded(value, field);
  if (keyShape.test(text)) return text;
  throw new Problem('request.invalid', { field, reason: 'takes letters, digits, hyphen and underscore' });
}

/**
 * One that was given out elsewhere and goes on working: whatever stands in a URI or a header once it is encoded. Old
 * organizations have keys as `Jmjtd%7Clu6` (compat/edge.md §14.7). @throws Problem request.missing, request.invalid
 */
export function parseMovedKeyText(value: string | undefined, field: string): string {
  const text = parseBounded(value, field);
  if (movedKeyShape.test(text)) return text;
  throw new Problem('request.invalid', { field, reason: 'takes the visible characters of ASCII' });
}

function parseBounded(value: string | undefined, field: string): string {
  if (value === undefined || value === '') throw new Problem('request.missing', { field });
  if (value.length <= keyLengthMax) return value;
  throw new Problem('request.invalid', { field, reason: `is longer than ${keyLengthMax} characters` });
}

const hintLength = 4;

/**
 * What audit, logs and error texts show of a consumer key (G9): its first 4 characters, and of a short one never more
 * than a quarter.
 */
export function hintOfKey(consumerKey: string): string {
  return `${consumerKey.slice(0, Math.min(hintLength, Math.floor(consumerKey.length / 4)))}***`;
}

/** Characters of a generated key and secret. */
export interface KeyLengths {
  readonly key: number;
  readonly secret: number;
}

const lengthMin = 16;
const lengthMax = 128;

/** As the organization's properties say; what they say wrong counts as not said (compat/edge.md §2, §4.1). */
export function readKeyLengths(properties: readonly Property[]): KeyLengths {
  return {
    key: readLength(properties, 'keymanagement.consumer.key.length') ?? 32,
    secret: readLength(properties, 'keymanagement.consumer.secret.length') ?? 16,
  };
}

function readLength(properties: readonly Property[], name: string): number | undefined {
  const value = properties.find((property) => property.name === name)?.value;
  if (value === undefined || !/^[0-9]{1,4}$/.test(value)) return undefined;
  const length = Number(value);
  return length >= lengthMin && length <= lengthMax ? length : undefined;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** The largest multiple of the alphabet's length that a byte holds: a byte beyond would favour its first letters. */
const fairMax = 256 - (256 % alphabet.length);

/** Letters and digits out of random bytes, each as likely as the other; at most one for a byte. */
export function drawKeyText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) if (byte < fairMax) text += alphabet.charAt(byte % alphabet.length);
  return text;
}
