import type { SQLOutputValue, StatementSync } from 'node:sqlite';

/** A row in the order of its columns. */
export type RowValues = readonly SQLOutputValue[];

/** The names of what a statement answers; empty where it answers no rows. */
export function readColumns(statement: StatementSync): string[] {
  return statement.columns().map(({ name }) => name);
}

/**
 * A row by the names of its columns. The driver's own objects are dictionaries: to make one and to read its members costs
 * twice as much as an array and an object that always has the same shape.
 */
export function makeRow<Row>(columns: readonly string[], values: RowValues): Row {
  const row: Record<string, SQLOutputValue> = {};
  for (let at = 0; at < columns.length; at++) row[columns[at] as string] = values[at] as SQLOutputValue;
  return row as Row;
}
