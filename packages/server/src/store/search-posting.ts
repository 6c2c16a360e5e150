/**
 * Which documents of a block have a term. A block is 4096 documents in a row: a few members are written as their
 * offsets, two characters each; many as a bit map in base64, after an exclamation mark.
 */
export type Members = Uint8Array;

export const blockSize = 4096;
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Map([...digits].map((digit, at) => [digit, at]));
const bitmapMark = '!';
const bitmapBytes = blockSize / 8;
/** Above this many a bit map is shorter. */
const offsetsMax = 340;

export function blockOf(number: number): number {
  return Math.floor(number / blockSize);
}

export function emptyMembers(): Members {
  return new Uint8Array(bitmapBytes);
}

export function setMember(members: Members, offset: number, present: boolean): void {
  const at = offset >>> 3;
  const bit = 1 << (offset & 7);
  const byte = members[at] ?? 0;
  members[at] = present ? byte | bit : byte & ~bit;
}

export function* listMembers(members: Members): Generator<number> {
  for (let at = 0; at < bitmapBytes; at++) {
    const byte = members[at] ?? 0;
    if (byte === 0) continue;
    for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) yield at * 8 + bit;
  }
}

export function countMembers(members: Members): number {
  let count = 0;
  for (let byte of members) for (; byte !== 0; byte &= byte - 1) count += 1;
  return count;
}

/** Leaves in `members` what is in both. False: that is nothing. */
export function intersect(members: Members, other: Members): boolean {
  let any = 0;
  for (let at = 0; at < bitmapBytes; at++) {
    const both = (members[at] ?? 0) & (other[at] ?? 0);
    members[at] = both;
    any |= both;
  }
  return any !== 0;
}

/** Empty: no members. */
export function encodeMembers(members: Members): string {
  let text = '';
  let count = 0;
  for (const offset of listMembers(members)) {
    if (++count > offsetsMax) return `${bitmapMark}${Buffer.from(members).toString('base64')}`;
    text += `${digits[offset >>> 6]}${digits[offset & 63]}`;
  }
  return text;
}

export function decodeMembers(text: string): Members {
  const members = emptyMembers();
  if (text.startsWith(bitmapMark)) {
    members.set(Buffer.from(text.slice(1), 'base64').subarray(0, bitmapBytes));
    return members;
  }
  for (let at = 0; at + 1 < text.length; at += 2) {
    setMember(members, ((values.get(text[at] ?? '') ?? 0) << 6) | (values.get(text[at + 1] ?? '') ?? 0), true);
  }
  return members;
}
