import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import type { SqlValue } from '../../../ports/query.ts';
import type { Format } from './client-message.ts';
import { readBinary } from './parameter-binary.ts';
import { readTextual } from './parameter-text.ts';
import { formatAt, oids } from './type.ts';

/** What a client binds, as it came. */
export interface BoundParameters {
  readonly values: readonly (Buffer | null)[];
  readonly formats: readonly Format[];
}

/**
 * Reads bound parameters as SQLite takes them.
 * @param types OIDs
 * @throws SqlError 22P02, 22P03, 22021, 0A000
 */
export function readParameters({ values, formats }: BoundParameters, types: readonly number[]): SqlValue[] {
  return values.map((bytes, index) => {
    if (bytes === null) return null;
    const type = types[index] ?? oids.text;
    return formatAt(formats, index) === 0 ? readTextual(bytes, type, index) : readBinary(bytes, type, index);
  });
}

/** @throws SqlError 08P01, as PostgreSQL counts them */
export function requireCount(given: number, wanted: number, name: string): void {
  if (given === wanted) return;
  throw new SqlError(
    sqlStates.missingParameter,
    `bind message supplies ${given} parameters, but prepared statement "${name}" requires ${wanted}`,
  );
}
