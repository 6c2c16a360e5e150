import type { SQLOutputValue, StatementSync } from 'node:sqlite';

/** A row in the order of its columns. */
export type RowValues = readonly SQLOutputValue[];

/** Makes a row by the names of its columns. */
export type MakeRow = (values: RowValues) => unknown;

/** What `compileRow` puts into code: the names of our own columns. All else is put in one by one. */
const plainName = /^[a-z][a-z_]*$/;

/**
 * What makes the rows of a statement. The driver's own objects are dictionaries: to make one and to read its members costs
 * twice as much as an array and an object that always has the same shape. To name the members in code costs a fifth of
 * adding them one by one, as Fastify has it with its validators.
 */
export function compileRow(statement: StatementSync): MakeRow {
  const columns = statement.columns().map(({ name }) => name);
  if (!columns.every((column) => plainName.test(column))) return (values) => fillRow(columns, values);
  const members = columns.map((column, at) => `${column}: values[${at}]`);
  return new Function('values', `return { ${members.join(', ')} };`) as MakeRow;
}

function fillRow(columns: readonly string[], values: RowValues): unknown {
  return Object.fromEntries(columns.map((column, at) => [column, values[at]]));
}
