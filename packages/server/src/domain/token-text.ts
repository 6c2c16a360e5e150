import { encodeBase62 } from './base62.ts';

/**
 * What our own tokens look like: `clv_<kind>_<random><checksum>`. The prefix lets secret scanners find a leaked one;
 * the checksum lets us refuse a mistyped one without a look into the store. Neither makes it harder to guess: the
 * random part does.
 */
export type TokenKind = 'acc' | 'runtime';

/** `acc`: made for an account by hand. `runtime`: asks for verdicts on the keys of one organization. */
const tokenKinds: readonly TokenKind[] = ['acc', 'runtime'];

/** Bytes of randomness in a token. */
export const tokenRandomBytes = 32;
const randomLength = 43;
const checksumLength = 6;
const tokenShape = /^clv_([a-z]+)_([0-9A-Za-z]+)$/;

/** @param random {@link tokenRandomBytes} unpredictable bytes */
export function formatToken(kind: TokenKind, random: Uint8Array): string {
  if (random.length !== tokenRandomBytes) throw new RangeError(`a token takes ${tokenRandomBytes} bytes`);
  const body = `clv_${kind}_${encodeBase62(random)}`;
  return body + checksum(body);
}

/** The kind of a well-formed token; undefined for anything else. Well-formed does not mean valid. */
export function parseToken(text: string): { readonly kind: TokenKind } | undefined {
  const match = text.length > 128 ? null : tokenShape.exec(text);
  const kind = tokenKinds.find((candidate) => candidate === match?.[1]);
  if (kind === undefined || match?.[2]?.length !== randomLength + checksumLength) return undefined;
  const body = text.slice(0, -checksumLength);
  return checksum(body) === text.slice(-checksumLength) ? { kind } : undefined;
}

function checksum(text: string): string {
  const sum = crc32(text);
  return encodeBase62(Uint8Array.of(sum >>> 24, sum >>> 16, sum >>> 8, sum));
}

/** CRC-32 (IEEE 802.3) of ASCII text, as an unsigned number. */
export function crc32(text: string): number {
  let sum = 0xffffffff;
  for (let at = 0; at < text.length; at++) {
    sum ^= text.charCodeAt(at) & 0xff;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
