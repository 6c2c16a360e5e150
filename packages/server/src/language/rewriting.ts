import type { SqlColumn, SqlResource } from '../domain/sql-resource.ts';
import type { Edits } from './edit.ts';
import type { Numbering } from './parameter.ts';
import type { Core, QueryTree, TableName } from './query-tree.ts';
import { foldName, type Token } from './token.ts';

/** A query of the session that has a name. */
export interface SessionView {
  readonly name: string;
  /** Names for its columns; empty: its own. */
  readonly columns: readonly string[];
  readonly text: string;
}

/** What a query's text can speak of. */
export interface QueryNames {
  readonly resources: readonly SqlResource[];
  /** By folded name. */
  readonly views: ReadonlyMap<string, SessionView>;
  /** A name that no text can hold. */
  readonly newViewName: (resource: string) => string;
  /** Parameters of the queries of a resource's methods, which no column is called by (`expand`, `startKey`). */
  readonly queryParameters: (resource: string) => ReadonlySet<string>;
  /**
   * Names that the API's lists of a resource have (`developer`), folded, and the fields of an entry: whether one is a text
   * there, as numbers of 64 bits are.
   */
  readonly listsOf: (resource: string) => ReadonlyMap<string, ReadonlyMap<string, boolean>>;
}

/** One text while it is being rewritten. */
export interface Rewriting {
  readonly tokens: readonly Token[];
  readonly tree: QueryTree;
  readonly edits: Edits;
  readonly names: QueryNames;
  readonly numbering: Numbering;
  /** Resources by the tables that they stand for. */
  readonly resourceOf: ReadonlyMap<TableName, SqlResource>;
  /** Columns that each query can name of its own tables, once they were looked for. */
  readonly columnsOf: Map<Core, ColumnIndex>;
  /** What views the text takes, by resource: of all texts that are put into it. */
  readonly views: Record<string, string>;
  readonly notices: Set<string>;
}

/** The view's name of a resource in this text. */
export function nameView({ views, names }: Rewriting, resource: string): string {
  const name = views[resource] ?? names.newViewName(resource);
  views[resource] = name;
  return name;
}

/** By which a table's columns are called. */
export function nameOfTable({ alias, parts }: TableName): string {
  return (alias ?? parts.at(-1))?.value ?? '';
}

/** A literal or a parameter, as the engine is given it. */
export function writeValue({ numbering }: Rewriting, { text, start }: Token): string {
  const number = numbering.numberAt.get(start);
  return number === undefined ? text : `?${number}`;
}

export interface FoundColumn {
  readonly table: TableName;
  readonly resource: SqlResource;
  readonly column: SqlColumn;
}

export interface ColumnName {
  readonly table: string | undefined;
  readonly column: string;
}

/** Finds which resource's column a name means: of the query's own tables, else of those around it. */
export function findColumn(rewriting: Rewriting, core: Core | undefined, name: ColumnName): FoundColumn | undefined {
  for (let each = core; each !== undefined; each = each.outer) {
    const found = findOwnColumn(rewriting, each, name);
    // What a query in FROM calls its columns is not known: the name may be one of those.
    if (found !== undefined || each.opaque) return found;
  }
  return undefined;
}

/** As `findColumn`, of the query's own tables. */
export function findOwnColumn(
  rewriting: Rewriting,
  core: Core,
  { table, column }: ColumnName,
): FoundColumn | undefined {
  const known = rewriting.columnsOf.get(core) ?? indexColumns(rewriting, core);
  rewriting.columnsOf.set(core, known);
  const named = known.get(table === undefined ? anyTable : foldName(table));
  return named?.get(foldName(column));
}

/** No name holds it (token.ts). */
const anyTable = '\0';

/** By name of the table, and by name of the column. The first of a name counts: of more, the engine refuses the text. */
export type ColumnIndex = ReadonlyMap<string, ReadonlyMap<string, FoundColumn>>;

function indexColumns({ resourceOf }: Rewriting, core: Core): ColumnIndex {
  const index = new Map<string, Map<string, FoundColumn>>();
  const all = new Map<string, FoundColumn>();
  index.set(anyTable, all);
  for (const table of core.tables) {
    const resource = resourceOf.get(table);
    if (resource === undefined) continue;
    const name = foldName(nameOfTable(table));
    const own = index.get(name) ?? new Map<string, FoundColumn>();
    index.set(name, own);
    for (const [folded, column] of foldColumns(resource)) {
      const found = { table, resource, column };
      if (!own.has(folded)) own.set(folded, found);
      if (!all.has(folded)) all.set(folded, found);
    }
  }
  return index;
}

const foldedColumns = new WeakMap<SqlResource, readonly (readonly [string, SqlColumn])[]>();

function foldColumns(resource: SqlResource): readonly (readonly [string, SqlColumn])[] {
  const folded =
    foldedColumns.get(resource) ?? resource.columns.map((column) => [foldName(column.name), column] as const);
  foldedColumns.set(resource, folded);
  return folded;
}
