/**
 * A table's or column's name out of an archive, fit to stand in a statement.
 * @throws Error for what is no plain name
 */
export function quoteName(name: string): string {
  if (!/^[a-z][a-z_]*$/.test(name)) throw new Error(`${JSON.stringify(name)} is no name of a table or column`);
  return `"${name}"`;
}
