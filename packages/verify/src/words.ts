/** A name of 128 bits, as four words: the form in which ids and hashes are compared. */
export type Words = Uint32Array;

const wordCount = 4;
/** What each character stands for as a digit; 255: none. Upper case is none: the plane writes none. */
const digits = new Uint8Array(128).fill(255);
for (const [value, digit] of [...'0123456789abcdef'].entries()) digits[digit.charCodeAt(0)] = value;
const uuidLength = 36;
const hyphen = 45;

/** The value of a hexadecimal digit of lower case; above 15 for anything else. */
export function readDigit(text: string, at: number): number {
  return digits[text.charCodeAt(at)] ?? 255;
}

/**
 * Ids that are no UUID in lower case: the plane makes none, but takes them over from where an import comes from. They are
 * numbered as they are met, and never forgotten: a number has to mean the same id in whatever is held.
 */
const oddTexts: string[] = [];
const oddNumbers = new Map<string, number>();
/** The first three words of each of them, and of no UUID: one that begins so is numbered, too. */
const oddWord = 0xffffffff;

/** Writes the id of an entity, whatever it looks like; a UUID in lower case takes no memory besides. */
export function writeId(id: string, into: Words, at = 0): void {
  if (tryUuid(id, into, at) && !isOdd(into, at)) return;
  let number = oddNumbers.get(id);
  if (number === undefined) {
    number = oddTexts.push(id) - 1;
    oddNumbers.set(id, number);
  }
  into.fill(oddWord, at, at + 3);
  into[at + 3] = number;
}

function isOdd(words: Words, at: number): boolean {
  return words[at] === oddWord && words[at + 1] === oddWord && words[at + 2] === oddWord;
}

/** By hand, since every id of a snapshot passes here: a pattern and four numbers cost five times as much. */
function tryUuid(id: string, into: Words, at: number): boolean {
  if (id.length !== uuidLength) return false;
  let word = 0;
  let seen = 0;
  // Digits that are none have bits above the fourth.
  let bits = 0;
  for (let from = 0; from < uuidLength; from++) {
    if (from === 8 || from === 13 || from === 18 || from === 23) {
      if (id.charCodeAt(from) !== hyphen) return false;
      continue;
    }
    const digit = readDigit(id, from);
    bits |= digit;
    word = (word << 4) | digit;
    seen += 1;
    if ((seen & 7) === 0) into[at + (seen >> 3) - 1] = word;
  }
  return bits <= 15;
}

const loose = new Uint32Array(wordCount);

/** Sixteen bytes of a UUID in lower case, whatever they lie on; false: it is none, and what was written is of no use. */
export function writeUuidBytes(id: string, into: Uint8Array, at: number): boolean {
  if (!tryUuid(id, loose, 0)) return false;
  for (let byte = 0; byte < 16; byte++) into[at + byte] = (loose[byte >> 2] ?? 0) >>> (24 - 8 * (byte & 3));
  return true;
}

/** Writes an id as {@link writeId} does, out of what {@link writeUuidBytes} wrote. */
export function copyUuidBytes(from: DataView, at: number, into: Words, to: number): void {
  for (let word = 0; word < wordCount; word++) into[to + word] = from.getUint32(at + word * 4);
  if (isOdd(into, to)) writeId(readUuid(into, to), into, to);
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** What {@link writeId} wrote. */
export function readId(from: Words, at = 0): string {
  return isOdd(from, at) ? (oddTexts[from[at + 3] ?? 0] ?? '') : readUuid(from, at);
}

function readUuid(from: Words, at: number): string {
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
