import { Problem } from '../../domain/problem.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { isMessage, type Message } from './message.ts';

/** Which fields of an answer to show: all of them, or these, each with what to show of it. */
export type FieldMask = 'all' | ReadonlyMap<string, FieldMask>;

const textLengthMax = 4096;
const depthMax = 16;

/**
 * The query parameter `fields`: `a,b/c,d(e,f/g),*`, with `.` as another `/`. Absent or empty: all.
 * @throws Problem request.invalid on a syntax error, a field that the message does not have, and beyond the bounds
 */
export function parseFieldMask(text: string | undefined, message: Message): FieldMask {
  if (text === undefined || text === '') return 'all';
  if (text.length > textLengthMax) throw refuse(`is longer than ${textLengthMax} characters`);
  const cursor: Cursor = { text, at: 0 };
  const mask = readList(cursor, message, 1);
  if (cursor.at < text.length) throw unexpected(cursor);
  return mask;
}

/** @param json a message as `encodeMessage` gives it */
export function applyFieldMask(mask: FieldMask, json: JsonObject): JsonObject {
  if (mask === 'all') return json;
  const shown: Record<string, Json> = {};
  for (const [name, value] of Object.entries(json)) {
    const below = mask.get(name);
    if (below !== undefined) shown[name] = applyToValue(below, value);
  }
  return shown;
}

function applyToValue(mask: FieldMask, json: Json): Json {
  if (Array.isArray(json)) return json.map((element: Json) => applyToValue(mask, element));
  return isJsonObject(json) ? applyFieldMask(mask, json) : json;
}

interface Cursor {
  readonly text: string;
  at: number;
}

function refuse(reason: string): Problem {
  return new Problem('request.invalid', { field: 'fields', reason });
}

function unexpected({ text, at }: Cursor): Problem {
  const found = at < text.length ? `an unexpected ${JSON.stringify(text.charAt(at))}` : 'an unexpected end';
  return refuse(`has ${found} at character ${at + 1}`);
}

function take(cursor: Cursor, characters: string): boolean {
  const found = cursor.at < cursor.text.length && characters.includes(cursor.text.charAt(cursor.at));
  if (found) cursor.at++;
  return found;
}

function readList(cursor: Cursor, message: Message, depth: number): FieldMask {
  let mask = readItem(cursor, message, depth);
  while (take(cursor, ',')) mask = unite(mask, readItem(cursor, message, depth));
  return mask;
}

function readItem(cursor: Cursor, message: Message, depth: number): FieldMask {
  if (depth > depthMax) throw refuse(`is deeper than ${depthMax} levels`);
  if (take(cursor, '*')) return 'all';
  const given = readName(cursor);
  const name = message.names.get(given);
  const type = name === undefined ? undefined : message.fields[name]?.type;
  if (name === undefined || type === undefined) throw refuse(`names ${given}, which ${message.name} does not have`);
  if (!take(cursor, '/.(')) return new Map([[name, 'all']]);
  if (!isMessage(type)) throw refuse(`asks for a part of ${name}, which has none`);
  if (cursor.text.charAt(cursor.at - 1) !== '(') return new Map([[name, readItem(cursor, type, depth + 1)]]);
  const below = readList(cursor, type, depth + 1);
  if (!take(cursor, ')')) throw unexpected(cursor);
  return new Map([[name, below]]);
}

const nameShape = /[A-Za-z0-9_]+/y;

function readName(cursor: Cursor): string {
  nameShape.lastIndex = cursor.at;
  const name = nameShape.exec(cursor.text)?.[0];
  if (name === undefined) throw unexpected(cursor);
  cursor.at += name.length;
  return name;
}

function unite(left: FieldMask, right: FieldMask): FieldMask {
  if (left === 'all' || right === 'all') return 'all';
  const united = new Map(left);
  for (const [name, below] of right) {
    const before = united.get(name);
    united.set(name, before === undefined ? below : unite(before, below));
  }
  return united;
}
