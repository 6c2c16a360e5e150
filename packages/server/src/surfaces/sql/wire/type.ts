import type { SqlType } from '../../../domain/sql-resource.ts';
import type { QueryColumn } from '../../../ports/query.ts';
import type { Format } from './client-message.ts';

/** OIDs of PostgreSQL's types (pg_type.dat). */
export const oids = {
  bool: 16,
  bytea: 17,
  name: 19,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  unknown: 705,
  char: 1042,
  varchar: 1043,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
} as const;

const typeOids: Readonly<Record<SqlType, number>> = {
  text: oids.text,
  integer: oids.int8,
  real: oids.float8,
  boolean: oids.bool,
  json: oids.json,
};

/** Bytes of a value; -1: it has no fixed length. */
const sizes: Readonly<Record<number, number>> = { [oids.bool]: 1, [oids.int8]: 8, [oids.float8]: 8 };

/** A column as RowDescription tells of it. */
export interface WireColumn {
  readonly name: string;
  readonly typeOid: number;
  readonly typeSize: number;
  readonly typeModifier: number;
  readonly tableOid: number;
  readonly columnNumber: number;
}

/** What is not known is text. */
export function toWireColumn({ name, type }: QueryColumn): WireColumn {
  const typeOid = type === undefined ? oids.text : typeOids[type];
  return { name, typeOid, typeSize: sizes[typeOid] ?? -1, typeModifier: -1, tableOid: 0, columnNumber: 0 };
}

/** The format of a column or parameter: none is text for all, one stands for all. */
export function formatAt(formats: readonly Format[], index: number): Format {
  return formats.length === 1 ? (formats[0] ?? 0) : (formats[index] ?? 0);
}

/** The type that a parameter has by the resource's column it is compared with. */
export function oidOfType(type: SqlType): number {
  return typeOids[type];
}
