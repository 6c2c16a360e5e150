import { isAscii } from 'node:buffer';
import type { Question } from '../../ports/verifier.ts';

/** Members that are plain text, with the longest that the schema takes; what is longer is the schema's to refuse. */
const longest = {
  key: Number.POSITIVE_INFINITY,
  environment: 2048,
  proxy: 2048,
  path: Number.POSITIVE_INFINITY,
  basePath: 2048,
  method: 64,
} as const;

type Member = keyof typeof longest;
type Draft = { readonly [member in Member]?: string | undefined };

/**
 * Reads a question that holds nothing but text. Undefined for whatever else it is, a question or not: who reads by the
 * schema finds out.
 */
export function readPlainQuestion(bytes: Buffer): Question | undefined {
  const draft = new BareText(bytes).read() ?? parse(bytes);
  if (draft === undefined) return undefined;
  const { key, environment, proxy, path, basePath, method } = draft;
  return { key, environment, proxy, path, basePath, method: method?.toUpperCase() };
}

const [quote, comma, colon, backslash, openBrace, closeBrace] = [0x22, 0x2c, 0x3a, 0x5c, 0x7b, 0x7d];

/**
 * JSON as programs write it: an object without a space between its tokens, and without an escape. Read in half of the
 * time that a reader of any JSON takes, who reads all other.
 */
class BareText {
  readonly #bytes: Buffer;
  readonly #text: string;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#text = bytes.toString('latin1');
  }

  /** Undefined for all other text. */
  read(): Draft | undefined {
    const bytes = this.#bytes;
    if (bytes[0] !== openBrace) return undefined;
    let [key, environment, proxy, path, basePath, method]: (string | undefined)[] = [];
    do {
      this.#at += 1;
      // Two letters tell the names apart; the rest is compared.
      const letters = ((bytes[this.#at + 1] ?? 0) << 8) | (bytes[this.#at + 2] ?? 0);
      if (letters === 0x6b65) key = this.#readMember('key');
      else if (letters === 0x656e) environment = this.#readMember('environment');
      else if (letters === 0x7072) proxy = this.#readMember('proxy');
      else if (letters === 0x7061) path = this.#readMember('path');
      else if (letters === 0x6261) basePath = this.#readMember('basePath');
      else if (letters === 0x6d65) method = this.#readMember('method');
      else return undefined;
    } while (bytes[this.#at] === comma);
    const isWhole = bytes[this.#at] === closeBrace && this.#at + 1 === bytes.length;
    return isWhole ? { key, environment, proxy, path, basePath, method } : undefined;
  }

  /** Stands behind the text then; where there is none, behind the end of all. */
  #readMember(name: Member): string | undefined {
    const bytes = this.#bytes;
    const start = this.#at + name.length + 4;
    let isNamed =
      bytes[this.#at] === quote &&
      bytes[start - 3] === quote &&
      bytes[start - 2] === colon &&
      bytes[start - 1] === quote;
    for (let at = 2; at < name.length; at++) isNamed &&= bytes[this.#at + 1 + at] === name.charCodeAt(at);
    let end = start;
    while (isPlain(bytes[end])) end += 1;
    const isText = isNamed && bytes[end] === quote && end - start <= longest[name];
    this.#at = isText ? end + 1 : bytes.length;
    if (!isText) return undefined;
    // A key may be remembered: as a part of the whole text it would hold on to it.
    return name === 'key' ? bytes.toString('latin1', start, end) : this.#text.slice(start, end);
  }
}

/** ASCII that JSON needs no escape for. */
function isPlain(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x20 && byte < 0x80 && byte !== quote && byte !== backslash;
}

function parse(bytes: Buffer): Draft | undefined {
  const draft = isAscii(bytes) ? parseJson(bytes.toString('latin1')) : undefined;
  if (typeof draft !== 'object' || draft === null || Array.isArray(draft)) return undefined;
  for (const name in draft) {
    const value = (draft as Record<string, unknown>)[name];
    if (!Object.hasOwn(longest, name) || typeof value !== 'string') return undefined;
    if (value.length > longest[name as Member]) return undefined;
  }
  return draft;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
