import type { SqlColumn, SqlResource } from '../domain/sql-resource.ts';
import { readChainAt } from './name-chain.ts';
import type { Core, TableName } from './query-tree.ts';
import { findColumn, nameOfTable, type Rewriting } from './rewriting.ts';
import { isMark } from './statement.ts';
import { foldName, quoteName } from './token.ts';

/**
 * In Google's document of StackQL a list is one row whose one column is all of it as JSON, called `developer`, and queries
 * take it apart: `FROM google.apigee.developers, json_each(developer)`. Here a row is a developer, and in this place alone
 * the name means a list of that one: so the query has the rows that it was written for. Elsewhere (`SELECT developer`) it
 * would mean less than it says, and is no column.
 */
export function rewriteListNames(rewriting: Rewriting): void {
  for (const table of rewriting.tree.tables) {
    const [name, ...others] = table.parts;
    if (table.called && others.length === 0 && foldName(name?.value ?? '') === 'json_each')
      replaceList(rewriting, table);
  }
}

/** @param call the function's name; its parenthesis stands behind */
function replaceList(rewriting: Rewriting, call: TableName): void {
  const { tokens, edits } = rewriting;
  const chain = readChainAt(tokens, call.to + 1);
  const core = rewriting.tree.cores.findLast(({ from, to }) => from <= call.from && call.to <= to);
  if (chain === undefined || core === undefined || !isMark(tokens[chain.to], ')')) return;
  const [table, column = ''] = [chain.parts.at(-2)?.value, chain.parts.at(-1)?.value];
  if (findColumn(rewriting, core, { table, column }) !== undefined || (core.opaque && table === undefined)) return;
  const list = findList(rewriting, core, { table, column });
  const [first, last] = [tokens[chain.from], tokens[chain.to - 1]];
  if (list !== undefined && first !== undefined && last !== undefined) edits.replace(first.start, last.end, list);
}

function findList(
  { resourceOf, names }: Rewriting,
  core: Core,
  { table, column }: { readonly table: string | undefined; readonly column: string },
): string | undefined {
  for (const each of core.tables) {
    const resource = resourceOf.get(each);
    const called = nameOfTable(each);
    if (resource === undefined || (table !== undefined && foldName(table) !== foldName(called))) continue;
    const fields = names.listsOf(resource.name).get(foldName(column));
    if (fields !== undefined) return writeList(resource, quoteName(called), fields);
  }
  return undefined;
}

/** A list of one, as X writes it: without the fields that have no value, or an empty list for one. */
function writeList({ columns }: SqlResource, table: string, isText: ReadonlyMap<string, boolean>): string {
  const shown = columns.filter(({ name, parameter }) => parameter !== true && isText.has(name));
  const pairs = shown.map((column) => {
    const value = writeField(column, `${table}.${quoteName(column.name)}`, isText.get(column.name) === true);
    return `'${column.name}', ${value}`;
  });
  return `json_array(json_patch('{}', json_object(${pairs.join(', ')})))`;
}

function writeField({ type }: SqlColumn, name: string, isText: boolean): string {
  if (type === 'json') return `json(nullif(${name}, '[]'))`;
  if (type === 'boolean') return `json(CASE ${name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)`;
  return isText && type !== 'text' ? `CAST(${name} AS TEXT)` : name;
}
