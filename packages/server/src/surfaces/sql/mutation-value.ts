import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { QueryColumn, SqlValue } from '../../ports/query.ts';
import type { Schema } from '../stackql/open-api.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

/**
 * A value of SQL as a field of a body. What does not fit the field goes as it is: the API refuses it in its own words.
 * @throws SqlError 22023 for bytes
 */
export function toField(value: SqlValue, { type, $ref }: Schema): Json {
  if (value === null) return null;
  if (value instanceof Uint8Array) throw refuseBytes();
  if (type === 'boolean') return toBoolean(value);
  if (type === 'array' || type === 'object' || $ref !== undefined) return toStructure(value);
  if (type === 'integer' || type === 'number') return toNumber(value);
  return String(value);
}

/** A value as a piece of a path or a query. @throws SqlError 22023 for bytes */
export function toParameter(value: SqlValue, isBoolean: boolean): string {
  if (value instanceof Uint8Array) throw refuseBytes();
  return String(isBoolean ? toBoolean(value) : value);
}

function refuseBytes(): SqlError {
  return new SqlError(sqlStates.invalidParameter, 'bytes are no value of a column');
}

/** StackQL's clients write `'true'` as well as `true`. */
function toBoolean(value: SqlValue): Json {
  const text = String(value).toLowerCase();
  if (text === '1' || text === 'true') return true;
  if (text === '0' || text === 'false') return false;
  return String(value);
}

function toStructure(value: number | bigint | string): Json {
  if (typeof value !== 'string') return Number(value);
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function toNumber(value: number | bigint | string): Json {
  if (typeof value === 'number') return value;
  const number = Number(value);
  // A number that is none, or no longer itself, is told as text.
  const same =
    typeof value === 'bigint' ? Number.isSafeInteger(number) : /^-?\d/.test(value) && Number.isFinite(number);
  return same ? number : String(value);
}

/** A field of an answer as a value of a column. */
export function fromField(value: Json | undefined, type: QueryColumn['type']): SqlValue {
  if (value === undefined || value === null) return null;
  if (type === 'json' || typeof value === 'object') return JSON.stringify(value);
  if (type === 'boolean') return value === true || value === 'true' ? 1 : 0;
  if (type === 'integer' || type === 'real') return fromNumber(value);
  return String(value);
}

function fromNumber(value: boolean | number | string): SqlValue {
  const number = Number(value);
  if (Number.isNaN(number) || value === '') return String(value);
  return typeof value === 'string' && /^-?\d+$/.test(value) && !Number.isSafeInteger(number) ? BigInt(value) : number;
}

/** The type of a column for a field of an answer. */
export function typeOf({ type, $ref }: Schema): NonNullable<QueryColumn['type']> {
  if (type === 'array' || type === 'object' || $ref !== undefined) return 'json';
  if (type === 'boolean' || type === 'integer') return type;
  return type === 'number' ? 'real' : 'text';
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
