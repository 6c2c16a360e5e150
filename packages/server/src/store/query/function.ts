import { hash } from 'node:crypto';
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { RecentMap } from '../../domain/recent-map.ts';

/** Functions that StackQL adds to SQLite's, and those of PostgreSQL that its users look for. All of them: null for null. */

type Text = string;
type SqlFunction = (...values: string[]) => SQLInputValue;

/** One that SQLite then refuses, as it refuses its own. */
export class FunctionFault extends Error {
  override readonly name = 'FunctionFault';
}

/** How long a text that a function makes may be, in characters. */
const lengthMax = 4 * 1024 * 1024;

const patterns = new RecentMap<string, RegExp>(100);

function compilePattern(pattern: Text, flags: Text): RegExp {
  const name = `${flags}/${pattern}`;
  const known = patterns.get(name);
  if (known !== undefined) return known;
  try {
    const made = new RegExp(pattern, [...new Set(`${flags.replaceAll('c', '')}`)].join(''));
    patterns.set(name, made);
    return made;
  } catch {
    throw new FunctionFault(`invalid regular expression: ${pattern}`);
  }
}

/** Parts count from 1, from the end where negative. */
function splitPart(text: Text, delimiter: Text, position: Text): string {
  const at = Number(position);
  if (!Number.isInteger(at) || at === 0) throw new FunctionFault('field position must not be zero');
  const parts = delimiter === '' ? [text] : text.split(delimiter);
  return parts.at(at > 0 ? at - 1 : at) ?? '';
}

function equalJson(left: Text, right: Text): number {
  try {
    return isDeepStrictEqual(JSON.parse(left), JSON.parse(right)) ? 1 : 0;
  } catch {
    throw new FunctionFault('malformed JSON');
  }
}

function pad(text: Text, width: Text, filling: Text, side: 'padStart' | 'padEnd'): string {
  const length = Math.min(Math.max(0, Math.trunc(Number(width)) || 0), lengthMax);
  return [...text].length >= length ? [...text].slice(0, length).join('') : text[side](length, filling);
}

function take(text: Text, count: Text, fromEnd: boolean): string {
  const characters = [...text];
  const wanted = Math.trunc(Number(count)) || 0;
  if (!fromEnd) return (wanted < 0 ? characters.slice(0, wanted) : characters.slice(0, wanted)).join('');
  return (wanted < 0 ? characters.slice(-wanted) : characters.slice(Math.max(0, characters.length - wanted))).join('');
}

function formatTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  if (Number.isNaN(time.getTime())) throw new FunctionFault('timestamp out of range');
  return time.toISOString().replace('T', ' ').replace('Z', '+00');
}

function repeat(text: Text, count: Text): string {
  const times = Math.max(0, Math.trunc(Number(count)) || 0);
  if (text.length * times > lengthMax) throw new FunctionFault('string too big');
  return text.repeat(times);
}

const functions: Readonly<Record<string, SqlFunction>> = {
  split_part: (text = '', delimiter = '', position = '') => splitPart(text, delimiter, position),
  regexp_like: (text = '', pattern = '', flags = '') => (compilePattern(pattern, flags).test(text) ? 1 : 0),
  regexp: (pattern = '', text = '') => (compilePattern(pattern, '').test(text) ? 1 : 0),
  regexp_replace: (text = '', pattern = '', by = '', flags = 'g') => text.replace(compilePattern(pattern, flags), by),
  regexp_substr: (text = '', pattern = '', flags = '') => compilePattern(pattern, flags).exec(text)?.[0] ?? null,
  json_equal: (left = '', right = '') => equalJson(left, right),
  strpos: (text = '', part = '') =>
    [...text.slice(0, Math.max(0, text.indexOf(part)))].length + (text.includes(part) ? 1 : 0),
  starts_with: (text = '', start = '') => (text.startsWith(start) ? 1 : 0),
  left: (text = '', count = '') => take(text, count, false),
  right: (text = '', count = '') => take(text, count, true),
  lpad: (text = '', width = '', filling = ' ') => pad(text, width, filling, 'padStart'),
  rpad: (text = '', width = '', filling = ' ') => pad(text, width, filling, 'padEnd'),
  btrim: (text = '') => text.trim(),
  reverse: (text = '') => [...text].reverse().join(''),
  repeat: (text = '', count = '') => repeat(text, count),
  initcap: (text = '') =>
    text.toLowerCase().replace(/[\p{L}\p{N}]+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1)),
  ascii: (text = '') => text.codePointAt(0) ?? 0,
  chr: (code = '') => String.fromCodePoint(Math.min(0x10ffff, Math.max(0, Math.trunc(Number(code)) || 0))),
  char_length: (text = '') => [...text].length,
  md5: (text = '') => hash('md5', text, 'hex'),
  to_timestamp: (seconds = '') => formatTime(Number(seconds) * 1000),
};

const changing: Readonly<Record<string, () => SQLInputValue>> = {
  now: () => formatTime(Date.now()),
  gen_random_uuid: () => crypto.randomUUID(),
};

export const ownFunctionNames: readonly string[] = [...Object.keys(functions), ...Object.keys(changing), 'key_hash'];

export function registerFunctions(database: DatabaseSync): void {
  for (const [name, act] of Object.entries(functions)) {
    const call = (...values: SQLOutputValue[]) => (values.includes(null) ? null : act(...values.map(toText)));
    database.function(name, { deterministic: true, varargs: true, useBigIntArguments: true }, call);
  }
  for (const [name, act] of Object.entries(changing)) database.function(name, act);
}

/** As SQLite itself would make a text of it. */
function toText(value: SQLOutputValue): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);
}
