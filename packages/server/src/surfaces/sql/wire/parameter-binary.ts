import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import type { SqlValue } from '../../../ports/query.ts';
import { wireStates } from './fault.ts';
import { narrow, readFraction, readUtf8 } from './parameter-text.ts';
import { oids } from './type.ts';

/** How each type is sent in binary, as the types' `…recv` functions have it. Text for what SQLite has no type for. */
const readers: Readonly<Record<number, (bytes: Buffer, index: number) => SqlValue>> = {
  [oids.bool]: (bytes) => (sized(bytes, 1).readUInt8() === 0 ? 0 : 1),
  [oids.int2]: (bytes) => sized(bytes, 2).readInt16BE(),
  [oids.int4]: (bytes) => sized(bytes, 4).readInt32BE(),
  [oids.oid]: (bytes) => sized(bytes, 4).readUInt32BE(),
  [oids.int8]: (bytes) => narrow(sized(bytes, 8).readBigInt64BE()),
  [oids.float4]: (bytes) => sized(bytes, 4).readFloatBE(),
  [oids.float8]: (bytes) => sized(bytes, 8).readDoubleBE(),
  [oids.numeric]: readNumeric,
  [oids.bytea]: (bytes) => Uint8Array.from(bytes),
  [oids.uuid]: readUuid,
  [oids.date]: (bytes) => formatDay(sized(bytes, 4).readInt32BE()),
  [oids.timestamp]: (bytes) => formatMoment(sized(bytes, 8).readBigInt64BE()).replace('T', ' ').replace('Z', ''),
  [oids.timestamptz]: (bytes) => formatMoment(sized(bytes, 8).readBigInt64BE()),
  [oids.jsonb]: readJsonb,
  [oids.text]: readUtf8,
  [oids.varchar]: readUtf8,
  [oids.char]: readUtf8,
  [oids.name]: readUtf8,
  [oids.json]: readUtf8,
  [oids.unknown]: readUtf8,
};

/** @throws SqlError 22P03, 22021, 0A000 */
export function readBinary(bytes: Buffer, type: number, index: number): SqlValue {
  const read = readers[type];
  if (read !== undefined) return read(bytes, index);
  throw new SqlError(sqlStates.notSupported, `parameter $${index + 1} has type ${type}, which is not read in binary`, {
    hint: 'Send it as text.',
  });
}

function sized(bytes: Buffer, size: number): Buffer {
  if (bytes.length !== size) throw malformed();
  return bytes;
}

function malformed(): SqlError {
  return new SqlError(wireStates.badBinary, 'incorrect binary data format in a parameter');
}

function readUuid(bytes: Buffer): string {
  return sized(bytes, 16)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function readJsonb(bytes: Buffer, index: number): string {
  if (bytes[0] !== 1) throw malformed();
  return readUtf8(bytes.subarray(1), index);
}

const signs: Readonly<Record<number, string>> = { 0: '', 16384: '-' };
const digitBase = 10_000;

/** Groups of four decimal digits; the first one counts `weight` groups before the point. */
function readNumeric(bytes: Buffer): SqlValue {
  if (bytes.length < 8) throw malformed();
  const [count, weight, sign] = [bytes.readUInt16BE(0), bytes.readInt16BE(2), signs[bytes.readUInt16BE(4)]];
  if (sign === undefined || bytes.length !== 8 + count * 2) throw malformed();
  const groups: string[] = [];
  for (let index = 0; index < count; index++) {
    const group = bytes.readUInt16BE(8 + index * 2);
    if (group >= digitBase) throw malformed();
    groups.push(String(group).padStart(4, '0'));
  }
  if (groups.length === 0) return 0;
  // The point stands behind group `weight`: an exponent says the same without a text that is as long as that is far.
  const text = `${sign}${groups.join('')}e${(weight + 1 - groups.length) * 4}`;
  const isWhole = weight >= groups.length - 1 && weight < 4;
  return isWhole ? readFraction(`${sign}${groups.join('')}${'0000'.repeat(weight + 1 - groups.length)}`) : Number(text);
}

const epochMilliseconds = Date.UTC(2000, 0, 1);
const dayMilliseconds = 86_400_000;

function formatDay(days: number): string {
  return formatDate(epochMilliseconds + days * dayMilliseconds).slice(0, 10);
}

function formatMoment(microseconds: bigint): string {
  return formatDate(epochMilliseconds + Number(microseconds / 1000n));
}

function formatDate(milliseconds: number): string {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) throw new SqlError('22008', 'a date or time of a parameter is out of range');
  return date.toISOString();
}
