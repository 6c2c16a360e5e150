/** What the Edge dialect writes its bodies in. */
export type BodyFormat = 'json' | 'xml';

/** What a request's body claims to be. `other` is refused with 415 wherever a body is read. */
export type BodyKind = BodyFormat | 'form' | 'none' | 'other';

const formatOfType: ReadonlyMap<string, BodyFormat> = new Map([
  ['application/json', 'json'],
  ['application/xml', 'xml'],
  ['text/xml', 'xml'],
]);

/** How well an `Accept` header likes a format: by `q`, then by how exactly it named the type. */
interface Preference {
  readonly quality: number;
  /** 0: no range covers it; 1: any type at all; 2: any subtype; 3: by name. */
  readonly exactness: number;
}

const noPreference: Preference = { quality: 0, exactness: 0 };

/**
 * The format to answer in: JSON unless XML is liked better. So a missing header and one that takes anything get JSON
 * (compat/edge.md §1.2), and so does one that takes neither, rather than a refusal. At the same `q` a type that is
 * named wins over one that only a wildcard covers: who names XML and then anything means XML.
 */
export function chooseFormat(accept: string | undefined): BodyFormat {
  if (accept === undefined || accept.trim() === '') return 'json';
  const ranges = accept.split(',').map(parseRange);
  const json = preferenceFor('application/json', ranges);
  const xml = [preferenceFor('application/xml', ranges), preferenceFor('text/xml', ranges)];
  return xml.some((preference) => isPreferred(preference, json)) ? 'xml' : 'json';
}

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

function parseRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  return { type, quality: weight === undefined ? 1 : parseQuality(weight.slice(weight.indexOf('=') + 1).trim()) };
}

/** What is no weight from 0 to 1 counts as 1: the type was named, after all. */
function parseQuality(text: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 1;
}

/** The most exact range that covers a type decides, even with `q=0`; of two equally exact ones, the better. */
function preferenceFor(type: string, ranges: readonly MediaRange[]): Preference {
  let best = noPreference;
  for (const range of ranges) {
    const exactness = exactnessOf(range.type, type);
    if (exactness === 0 || exactness < best.exactness) continue;
    if (exactness > best.exactness || range.quality > best.quality) best = { quality: range.quality, exactness };
  }
  return best;
}

function exactnessOf(range: string, type: string): number {
  if (range === type) return 3;
  if (range === `${type.slice(0, type.indexOf('/'))}/*`) return 2;
  return range === '*/*' || range === '*' ? 1 : 0;
}

function isPreferred(left: Preference, right: Preference): boolean {
  if (left.quality !== right.quality) return left.quality > right.quality;
  return left.quality > 0 && left.exactness > right.exactness;
}

/**
 * Tells what a `Content-Type` header claims the body to be. A charset other than UTF-8 (or its subset, ASCII) makes
 * it `other`: bodies are read as UTF-8, and reading them wrong would store wrong names.
 */
export function classifyBody(contentType: string | undefined): BodyKind {
  if (contentType === 'application/json') return 'json';
  if (contentType === undefined || contentType.trim() === '') return 'none';
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !/^"?(?:utf-?8|us-ascii)"?$/.test(charset)) return 'other';
  return type === 'application/x-www-form-urlencoded' ? 'form' : (formatOfType.get(type) ?? 'other');
}
