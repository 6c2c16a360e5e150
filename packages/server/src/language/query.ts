import type { SqlResource } from '../domain/sql-resource.ts';
import { rewriteCasts } from './cast.ts';
import { keepItemNames, spellColumns } from './column-name.ts';
import { rewriteComparisons } from './comparison.ts';
import { Edits } from './edit.ts';
import { type GuessedColumn, inferColumns } from './infer.ts';
import { rewriteListNames } from './list-name.ts';
import { numberParameters } from './parameter.ts';
import { rewriteQueryParameters } from './query-parameter.ts';
import { readQueryTree } from './query-reader.ts';
import { isNamed, type QueryTree, type TableName } from './query-tree.ts';
import { checkTableFunction, findResource } from './resource-name.ts';
import { nameOfTable, nameView, type QueryNames, type Rewriting, type SessionView, writeValue } from './rewriting.ts';
import { SqlError } from './sql-error.ts';
import { readStatement } from './statement.ts';
import { foldName, quoteName, type Token } from './token.ts';
import { rewriteWords } from './word.ts';

/** What an engine runs (ports/query.ts), and what is known of its answer. */
export interface RewrittenQuery {
  readonly text: string;
  readonly views: Readonly<Record<string, string>>;
  /** How many it takes. */
  readonly parameters: number;
  readonly columns: readonly GuessedColumn[];
  /** The engine's word on types of columns may be wrong: rows come from several queries. */
  readonly compound: boolean;
  /** What was ignored, in sentences. */
  readonly notices: readonly string[];
}

/** Reading takes time of the process that serves the API. */
const textLengthMax = 300_000;
/** What views of the session may add to a text. */
const expandedLengthMax = 1_000_000;

/**
 * Turns a query that speaks of resources into one that speaks of views (`QueryNames.newViewName`), in SQLite's SQL: names
 * of StackQL and of PostgreSQL's clients, parameters, casts, and what StackQL writes into WHERE for the API.
 * @throws SqlError
 */
export function rewriteQuery(text: string, names: QueryNames): RewrittenQuery {
  if (text.length > textLengthMax) throw new SqlError('54000', `a query has at most ${textLengthMax} characters`);
  const shared: Shared = {
    names,
    views: {},
    notices: new Set(),
    within: [],
    expanded: new Map(),
    length: { value: 0 },
  };
  const { rewriting, text: rewritten } = rewriteText(text, shared);
  const { numbering, tree, views, notices } = rewriting;
  return {
    text: rewritten,
    views,
    parameters: numbering.count,
    columns: inferColumns(rewriting),
    compound: tree.compound,
    notices: [...notices],
  };
}

/** What a text has in common with those of the views that it takes. */
interface Shared {
  readonly names: QueryNames;
  readonly views: Record<string, string>;
  readonly notices: Set<string>;
  /** Names of the views whose text this is in, folded. */
  readonly within: readonly string[];
  /** Texts of views as they were rewritten, by folded name. */
  readonly expanded: Map<string, string>;
  /** Of the views' texts, in characters. */
  readonly length: { value: number };
}

function rewriteText(text: string, shared: Shared): { readonly rewriting: Rewriting; readonly text: string } {
  const { tokens } = readStatement(text);
  const tree = readQueryTree(tokens);
  const edits = new Edits();
  const numbering = numberParameters(tokens);
  const resourceOf = new Map<TableName, SqlResource>();
  const rewriting: Rewriting = { ...shared, tokens, tree, edits, numbering, resourceOf, columnsOf: new Map() };
  replaceTables(rewriting, resourceOf, shared);
  markOpaque(tree, resourceOf);
  for (const token of tokens)
    if (token.kind === 'parameter') edits.replace(token.start, token.end, writeValue(rewriting, token));
  for (const { from, to, text: words } of tree.patches) {
    edits.replace(startOf(tokens, from), endOf(tokens, to), words);
  }
  rewriteWords(rewriting);
  rewriteCasts(rewriting);
  rewriteComparisons(rewriting);
  rewriteQueryParameters(rewriting);
  rewriteListNames(rewriting);
  keepItemNames(rewriting, text);
  spellColumns(rewriting);
  const rewritten = edits.apply(text);
  return { rewriting, text: rewritten };
}

function replaceTables(rewriting: Rewriting, resourceOf: Map<TableName, SqlResource>, shared: Shared): void {
  const { tokens, edits, names } = rewriting;
  for (const table of rewriting.tree.tables) {
    const { parts } = table;
    if (table.called) {
      checkTableFunction(parts);
      continue;
    }
    const bare = parts.length === 1 ? foldName(parts[0]?.value ?? '') : undefined;
    if (bare !== undefined && isNamed(table.named, bare)) continue;
    const view = bare === undefined ? undefined : names.views.get(bare);
    const place = [startOf(tokens, table.from), endOf(tokens, table.to)] as const;
    if (view !== undefined) {
      edits.replace(...place, `(${expandView(view, shared)})${addAlias(table)}`);
      continue;
    }
    const resource = findResource(names.resources, parts);
    resourceOf.set(table, resource);
    edits.replace(...place, nameView(rewriting, resource.name) + addAlias(table));
  }
}

function addAlias(table: TableName): string {
  return table.listed || table.alias !== undefined ? '' : ` AS ${quoteName(nameOfTable(table))}`;
}

const viewsDepthMax = 20;

/** A view's text, with names of its own: what is around it does not reach in. */
function expandView(view: SessionView, shared: Shared): string {
  const folded = foldName(view.name);
  if (shared.within.includes(folded)) throw new SqlError('42P17', `the view "${view.name}" is made of itself`);
  if (shared.within.length >= viewsDepthMax) throw new SqlError('54001', 'views are nested too deep');
  const text = shared.expanded.get(folded) ?? writeView(view, { ...shared, within: [...shared.within, folded] });
  shared.expanded.set(folded, text);
  shared.length.value += text.length;
  if (shared.length.value <= expandedLengthMax) return text;
  throw new SqlError('54001', 'the statement grows too long with its views');
}

function writeView({ name, text, columns }: SessionView, shared: Shared): string {
  const inner = rewriteViewText(name, text, shared);
  if (columns.length === 0) return inner;
  const own = quoteName(name);
  return `WITH ${own}(${columns.map(quoteName).join(', ')}) AS (${inner}) SELECT * FROM ${own}`;
}

/** A place in a view's text is none in the statement's. */
function rewriteViewText(name: string, text: string, shared: Shared): string {
  try {
    return rewriteText(text, shared).text;
  } catch (error) {
    if (!(error instanceof SqlError) || error.position === undefined) throw error;
    throw new SqlError(error.state, `${error.message}, in the view "${name}"`, { hint: error.hint });
  }
}

/** Of a table that is no resource, columns are not known. */
function markOpaque({ cores }: QueryTree, resourceOf: ReadonlyMap<TableName, SqlResource>): void {
  for (const core of cores) core.opaque ||= core.tables.some((table) => !resourceOf.has(table));
}

function startOf(tokens: readonly Token[], at: number): number {
  return tokens[at]?.start ?? 0;
}

/** @param to the number of the token after it */
function endOf(tokens: readonly Token[], to: number): number {
  return tokens[to - 1]?.end ?? 0;
}
