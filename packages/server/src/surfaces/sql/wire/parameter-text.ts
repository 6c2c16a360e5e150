import { isUtf8 } from 'node:buffer';
import { SqlError } from '../../../language/sql-error.ts';
import type { SqlValue } from '../../../ports/query.ts';
import { wireStates } from './fault.ts';
import { oids } from './type.ts';

const integers = new Set<number>([oids.int2, oids.int4, oids.int8, oids.oid]);
const fractions = new Set<number>([oids.float4, oids.float8, oids.numeric]);

/** @throws SqlError 22P02, 22021 */
export function readTextual(bytes: Buffer, type: number, index: number): SqlValue {
  const text = readUtf8(bytes, index);
  if (integers.has(type)) return readInteger(text);
  if (fractions.has(type)) return readFraction(text);
  if (type === oids.bool) return readBoolean(text);
  if (type === oids.bytea) return readBytes(text);
  return text;
}

/** @throws SqlError 22021 */
export function readUtf8(bytes: Buffer, index: number): string {
  if (isUtf8(bytes) && !bytes.includes(0)) return bytes.toString('utf8');
  throw new SqlError(wireStates.badCharacter, `parameter $${index + 1} is no text in UTF-8 without NULs`);
}

const integerMin = -(2n ** 63n);
const integerMax = 2n ** 63n - 1n;

function readInteger(text: string): number | bigint {
  const trimmed = text.trim();
  if (!/^[+-]?\d{1,40}$/.test(trimmed)) throw refuse('bigint', text);
  const value = BigInt(trimmed.replace('+', ''));
  if (value < integerMin || value > integerMax) throw refuse('bigint', text);
  return narrow(value);
}

/** Integers that a number holds are numbers. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A whole number is one for SQLite too, whatever type the client gave it: 5 and 5.0 are equal there. */
export function readFraction(text: string): number | bigint {
  const trimmed = text.trim();
  if (/^[+-]?\d{1,18}$/.test(trimmed)) return readInteger(trimmed);
  if (/^[+-]?infinity$/i.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) throw refuse('numeric', text);
  return Number(trimmed);
}

const truths: Readonly<Record<string, number>> = { t: 1, true: 1, y: 1, yes: 1, on: 1, 1: 1 };
const lies: Readonly<Record<string, number>> = { f: 0, false: 0, n: 0, no: 0, off: 0, 0: 0 };

function readBoolean(text: string): number {
  const word = text.trim().toLowerCase();
  const value = Object.hasOwn(truths, word) ? 1 : Object.hasOwn(lies, word) ? 0 : undefined;
  if (value === undefined) throw refuse('boolean', text);
  return value;
}

/** In the hex format or, of old clients, escaped. */
function readBytes(text: string): Uint8Array {
  if (text.startsWith('\\x')) {
    const hex = text.slice(2);
    if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) throw refuse('bytea', text);
    return Buffer.from(hex, 'hex');
  }
  const bytes = text.replace(/\\(\\|[0-3][0-7]{2})/g, (_, code: string) =>
    code === '\\' ? '\\' : String.fromCharCode(Number.parseInt(code, 8)),
  );
  return Buffer.from(bytes, 'latin1');
}

function refuse(type: string, text: string): SqlError {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new SqlError(wireStates.badText, `invalid input syntax for type ${type}: "${shown}"`);
}
