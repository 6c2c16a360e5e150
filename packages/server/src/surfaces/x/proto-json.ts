import { Problem } from '../../domain/problem.ts';
import { joinFieldPath } from './field-path.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import {
  type EnumType,
  type Field,
  isMessage,
  type Message,
  type MessageInput,
  type MessageOutput,
} from './message.ts';

/** Unknown members that are told of. A body of many thousand must not make an answer that is larger still. */
const unknownFieldsMax = 100;

/**
 * The message as proto3 JSON: fields in declared order; int64 as strings; whatever has its zero value (`""`, `0`,
 * `false`, an empty list, an enum's first value) left out, while an empty message that is set is `{}`.
 */
export function encodeMessage<M extends Message>(message: M, value: MessageOutput<M>): JsonObject {
  return encodeFields(message, value as Readonly<Record<string, unknown>>);
}

function encodeFields(message: Message, value: Readonly<Record<string, unknown>>): JsonObject {
  const json: Record<string, Json> = {};
  for (const [name, field] of message.entries) {
    const member = value[name];
    if (member === undefined || member === null || field.inputOnly) continue;
    if (field.repeated) {
      const elements = member as readonly unknown[];
      if (elements.length > 0) json[name] = elements.map((element) => encodeValue(field, element));
    } else if (!isZero(field, member)) {
      json[name] = encodeValue(field, member);
    }
  }
  return json;
}

function isZero({ type }: Field, value: unknown): boolean {
  if (typeof type === 'object') return type.kind === 'enum' && Object.keys(type.values)[0] === value;
  if (type === 'wideInt64') return value === '0';
  return type !== 'any' && (value === '' || value === 0 || value === false);
}

function encodeValue({ type }: Field, value: unknown): Json {
  if (typeof type === 'object') {
    return type.kind === 'message' ? encodeFields(type, value as Readonly<Record<string, unknown>>) : (value as string);
  }
  if (type !== 'int64') return value as Json;
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an int64: ${String(value)}`);
  return String(value);
}

interface Findings {
  readonly unknown: string[];
  /** The first one. */
  invalid: { readonly field: string; readonly reason: string } | undefined;
}

/**
 * A body as the message: lowerCamel or snake_case names, int64 as string or number, null for unset, output-only members
 * ignored unseen. An absent body is an empty message.
 * @throws Problem request.malformed (no object), request.unknown-fields (the first hundred), request.invalid (the first)
 */
export function decodeMessage<M extends Message>(message: M, json: unknown): MessageInput<M> {
  if (json !== undefined && !isJsonObject(json)) {
    throw new Problem('request.malformed', { reason: 'the body has to be a JSON object' });
  }
  const findings: Findings = { unknown: [], invalid: undefined };
  const value = decodeFields(message, json ?? {}, { path: '', findings });
  if (findings.unknown.length > 0) throw new Problem('request.unknown-fields', { fields: findings.unknown });
  if (findings.invalid !== undefined) throw new Problem('request.invalid', findings.invalid);
  return value as MessageInput<M>;
}

interface Place {
  readonly path: string;
  readonly findings: Findings;
}

function refuse({ path, findings }: Place, reason: string): undefined {
  findings.invalid ??= { field: path, reason };
  return undefined;
}

function decodeFields(message: Message, json: JsonObject, { path, findings }: Place): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const given of Object.keys(json)) {
    const name = message.names.get(given);
    const field = name === undefined ? undefined : message.fields[name];
    const member = json[given];
    if (name === undefined || field === undefined) {
      if (findings.unknown.length < unknownFieldsMax) findings.unknown.push(joinFieldPath(path, given));
    } else if (member !== undefined && member !== null && !field.outputOnly) {
      const place = { path: joinFieldPath(path, name), findings };
      if (Object.hasOwn(value, name)) refuse(place, 'is given twice');
      value[name] = field.repeated ? decodeList(field, member, place) : decodeValue(field, member, place);
    }
  }
  return value;
}

function decodeList(field: Field, json: Json, place: Place): unknown {
  if (!Array.isArray(json)) return refuse(place, 'has to be a list');
  const { path, findings } = place;
  return json.map((element: Json, index) => decodeValue(field, element, { path: `${path}[${index}]`, findings }));
}

function decodeValue({ type }: Field, json: Json, place: Place): unknown {
  if (typeof type !== 'object') return scalarDecoders[type](json, place);
  if (!isMessage(type)) return decodeEnum(type, json, place);
  return isJsonObject(json) ? decodeFields(type, json, place) : refuse(place, 'has to be an object');
}

function decodeEnum(type: EnumType, json: Json, place: Place): string | undefined {
  if (typeof json === 'string' && Object.hasOwn(type.values, json)) return json;
  return refuse(place, `has to be one of ${Object.keys(type.values).join(', ')}`);
}

const integerShape = /^-?(0|[1-9][0-9]{0,18})$/;
const numberShape = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;

function readNumber(json: Json, shape: RegExp): number {
  if (typeof json === 'number') return json;
  return typeof json === 'string' && shape.test(json) ? Number(json) : Number.NaN;
}

function decodeText(json: Json, place: Place): string | undefined {
  return typeof json === 'string' ? json : refuse(place, 'has to be a string');
}

interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

const int32Range: IntegerRange = { min: -(2 ** 31), max: 2 ** 31 - 1 };
/** Of an int64 what a double holds exactly. */
const int64Range: IntegerRange = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };

function decodeInteger(json: Json, place: Place, { min, max }: IntegerRange): number | undefined {
  const value = readNumber(json, integerShape);
  if (!Number.isInteger(value)) return refuse(place, 'has to be a whole number');
  // Beyond, a JSON number no longer says which one was meant: refused rather than rounded.
  if (value < min || value > max) return refuse(place, `is not from ${min} to ${max}`);
  return value + 0;
}

const wideMin = -(2n ** 63n);
const wideMax = 2n ** 63n - 1n;

/** As decimal text without a needless sign or zero. Of JSON numbers only those that a double holds exactly. */
function decodeWideInteger(json: Json, place: Place): string | undefined {
  if (typeof json !== 'string') {
    const value = decodeInteger(json, place, int64Range);
    return value === undefined ? undefined : String(value);
  }
  if (!integerShape.test(json)) return refuse(place, 'has to be a whole number');
  const value = BigInt(json);
  return value >= wideMin && value <= wideMax ? String(value) : refuse(place, `is not from ${wideMin} to ${wideMax}`);
}

const scalarDecoders: Readonly<Record<Extract<Field['type'], string>, (json: Json, place: Place) => Json | undefined>> =
  {
    string: decodeText,
    bytes: decodeText,
    timestamp: decodeText,
    bool: (json, place) => (typeof json === 'boolean' ? json : refuse(place, 'has to be true or false')),
    int32: (json, place) => decodeInteger(json, place, int32Range),
    int64: (json, place) => decodeInteger(json, place, int64Range),
    wideInt64: decodeWideInteger,
    double: (json, place) => {
      const value = readNumber(json, numberShape);
      return Number.isFinite(value) ? value : refuse(place, 'has to be a number');
    },
    any: (json) => json,
  };
