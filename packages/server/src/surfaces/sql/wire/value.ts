import { SqlError } from '../../../language/sql-error.ts';
import type { SqlRow, SqlValue } from '../../../ports/query.ts';
import type { Format } from './client-message.ts';
import { wireStates } from './fault.ts';
import type { MessageWriter } from './message-writer.ts';
import { formatAt, oids, type WireColumn } from './type.ts';

/** Writes one value of a row. */
type Encode = (writer: MessageWriter, value: SqlValue) => void;

/** How the values of each column are written: found once for an answer, not once a row. */
export function chooseEncoders(columns: readonly WireColumn[], formats: readonly Format[]): readonly Encode[] {
  return columns.map(({ typeOid }, index) => {
    const isBinary = formatAt(formats, index) === 1;
    if (typeOid === oids.bool) return isBinary ? writeBinaryBoolean : writeBoolean;
    if (isBinary && typeOid === oids.int8) return writeBinaryInteger;
    if (isBinary && typeOid === oids.float8) return writeBinaryReal;
    return writeText;
  });
}

/** A whole DataRow; where a value can't be written in its format, nothing of it. @throws SqlError 22P03 */
export function writeRow(writer: MessageWriter, row: SqlRow, encoders: readonly Encode[]): void {
  writer.open('D').int16(encoders.length);
  try {
    for (let index = 0; index < encoders.length; index++) encoders[index]?.(writer, row[index] ?? null);
  } catch (error) {
    writer.drop();
    throw error;
  }
  writer.close();
}

function writeText(writer: MessageWriter, value: SqlValue): void {
  writer.value(typeof value === 'string' || value === null ? value : formatText(value));
}

/** As PostgreSQL writes such a value where it is text. */
function formatText(value: number | bigint | Uint8Array): string {
  if (value instanceof Uint8Array)
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}`;
  return String(value);
}

function writeBoolean(writer: MessageWriter, value: SqlValue): void {
  if (value === null) writer.value(null);
  else if (typeof value === 'number' || typeof value === 'bigint') writer.value(Number(value) === 0 ? 'f' : 't');
  else writeText(writer, value);
}

function writeBinaryBoolean(writer: MessageWriter, value: SqlValue): void {
  if (value === null) writer.value(null);
  else if (typeof value === 'number' || typeof value === 'bigint') {
    writer.int32(1).uint8(Number(value) === 0 ? 0 : 1);
  } else throw refuse(value, 'boolean');
}

function writeBinaryInteger(writer: MessageWriter, value: SqlValue): void {
  if (value === null) writer.value(null);
  else if (typeof value === 'bigint') writer.int32(8).bigint(value);
  else if (typeof value === 'number' && Number.isInteger(value)) writer.int32(8).bigint(BigInt(value));
  else throw refuse(value, 'bigint');
}

function writeBinaryReal(writer: MessageWriter, value: SqlValue): void {
  if (value === null) writer.value(null);
  else if (typeof value === 'number' || typeof value === 'bigint') writer.int32(8).double(Number(value));
  else throw refuse(value, 'double precision');
}

function refuse(value: SqlValue, type: string): SqlError {
  const kind = typeof value === 'string' ? 'text' : typeof value === 'number' ? 'a fraction' : 'bytes';
  return new SqlError(wireStates.badBinary, `a value is ${kind}, and can't be sent as binary ${type}`, {
    hint: 'Cast it to text, or ask for the text format.',
  });
}
