/** A name of 128 bits, as four words: the form in which ids and hashes are compared. */
export type Words = Uint32Array;

const wordCount = 4;
const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Writes the id of an entity, a UUID in lower case. Throws where it is none: the plane makes no others. */
export function writeUuid(id: string, into: Words, at = 0): void {
  if (!uuidShape.test(id)) throw new RangeError('an id is no UUID');
  into[at] = Number.parseInt(id.slice(0, 8), 16);
  into[at + 1] = Number.parseInt(id.slice(9, 13) + id.slice(14, 18), 16);
  into[at + 2] = Number.parseInt(id.slice(19, 23) + id.slice(24, 28), 16);
  into[at + 3] = Number.parseInt(id.slice(28), 16);
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function readUuid(from: Words, at = 0): string {
  const [a, b, c, d] = [from[at] ?? 0, from[at + 1] ?? 0, from[at + 2] ?? 0, from[at + 3] ?? 0];
  return `${hexOf(a >>> 16)}${hexOf(a)}-${hexOf(b >>> 16)}-${hexOf(b)}-${hexOf(c >>> 16)}-${hexOf(c)}${hexOf(d >>> 16)}${hexOf(d)}`;
}

/** Of the lower sixteen bits. */
function hexOf(half: number): string {
  return `${hexOfByte[(half >>> 8) & 0xff]}${hexOfByte[half & 0xff]}`;
}

/**
 * Writes the first half of a lookup hash. 128 bits of a keyed hash name a key as surely as 256: who does not have the
 * lookup secret can't look for two keys that share them.
 * @param hash one character a byte, at least 16 of them, as `latin1` gives a digest
 */
export function writeHash(hash: string, into: Words, at = 0): void {
  for (let word = 0; word < wordCount; word++) {
    const from = word * 4;
    into[at + word] =
      (hash.charCodeAt(from) << 24) |
      (hash.charCodeAt(from + 1) << 16) |
      (hash.charCodeAt(from + 2) << 8) |
      hash.charCodeAt(from + 3);
  }
}
