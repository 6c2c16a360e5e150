import { keyHashFunction, keyLookup } from '../domain/sql-resource-table.ts';
import { beginsClause, beginsJoin } from './keyword.ts';
import { type NameChain, readChainAt, readChainBefore } from './name-chain.ts';
import type { Core } from './query-tree.ts';
import { type FoundColumn, findColumn, nameOfTable, nameView, type Rewriting, writeValue } from './rewriting.ts';
import { isMark, isWord } from './statement.ts';
import { quoteName, type Token } from './token.ts';

/** Columns that are a consumer key: whoever names one is answered by its hash, not by decrypting all. */
const keyColumns: readonly string[] = ['consumerKey', 'keysId'];
/** Parameters of paths that the API takes an id for as well, and the column that has it. */
const idColumns: Readonly<Record<string, string>> = { developersId: 'developerId', appsId: 'appId' };
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Comparisons of a column with a value that mean more than they say, or can be answered better. */
export function rewriteComparisons(rewriting: Rewriting): void {
  const { tokens } = rewriting;
  const coreAt = spreadCores(rewriting);
  const inRange = findRangeAnds(tokens);
  tokens.forEach((token, at) => {
    const read = isMark(token, '=') || isMark(token, '==') ? readEquality : isWord(token, 'in') ? readList : undefined;
    const comparison = read?.(tokens, at);
    if (comparison === undefined || !standsAlone(tokens, comparison, inRange)) return;
    const { chain } = comparison;
    const name = { table: chain.parts.at(-2)?.value, column: chain.parts.at(-1)?.value ?? '' };
    const found = findColumn(rewriting, coreAt[at], name);
    if (found !== undefined) rewriteComparison(rewriting, comparison, found);
  });
}

interface Comparison {
  readonly chain: NameChain;
  readonly values: readonly Token[];
  /** All of it, by numbers of tokens. */
  readonly from: number;
  readonly to: number;
  readonly listed: boolean;
}

function readEquality(tokens: readonly Token[], at: number): Comparison | undefined {
  const left = readChainBefore(tokens, at);
  const value = tokens[at + 1];
  if (left !== undefined && isValue(value)) {
    return { chain: left, values: [value], from: left.from, to: at + 2, listed: false };
  }
  const right = readChainAt(tokens, at + 1);
  const first = tokens[at - 1];
  if (right === undefined || !isValue(first)) return undefined;
  return { chain: right, values: [first], from: at - 1, to: right.to, listed: false };
}

const listMax = 100;

function readList(tokens: readonly Token[], at: number): Comparison | undefined {
  const chain = readChainBefore(tokens, at);
  if (chain === undefined || !isMark(tokens[at + 1], '(')) return undefined;
  const values: Token[] = [];
  for (let next = at + 2; values.length < listMax; next += 2) {
    const value = tokens[next];
    if (!isValue(value)) return undefined;
    values.push(value);
    if (isMark(tokens[next + 1], ')')) return { chain, values, from: chain.from, to: next + 2, listed: true };
    if (!isMark(tokens[next + 1], ',')) return undefined;
  }
  return undefined;
}

function isValue(token: Token | undefined): token is Token {
  return token !== undefined && (token.kind === 'string' || token.kind === 'parameter');
}

/** Whether nothing around it binds closer than it does. */
function standsAlone(tokens: readonly Token[], { from, to }: Comparison, inRange: ReadonlySet<number>): boolean {
  const before = tokens[from - 1];
  const after = tokens[to];
  const opens =
    isMark(before, '(') ||
    isMark(before, ',') ||
    isWord(before, 'and', 'or', 'not', 'where', 'on', 'having', 'when', 'then', 'else', 'select', 'by');
  const closes =
    after === undefined ||
    isMark(after, ')') ||
    isMark(after, ',') ||
    isWord(after, 'and', 'or', 'then', 'else', 'end', 'when', 'as') ||
    beginsClause(after) ||
    beginsJoin(after);
  return opens && closes && !inRange.has(from - 1);
}

/** Each AND that belongs to a BETWEEN. */
function findRangeAnds(tokens: readonly Token[]): Set<number> {
  const found = new Set<number>();
  const open: number[] = [0];
  tokens.forEach((token, at) => {
    const depth = open.length - 1;
    if (isMark(token, '(')) open.push(0);
    else if (isMark(token, ')') && depth > 0) open.pop();
    else if (isWord(token, 'between')) open[depth] = (open[depth] ?? 0) + 1;
    else if (isWord(token, 'and') && (open[depth] ?? 0) > 0) {
      open[depth] = (open[depth] ?? 0) - 1;
      found.add(at);
    }
  });
  return found;
}

/** The innermost query that each token is in. */
function spreadCores({ tree, tokens }: Rewriting): (Core | undefined)[] {
  const coreAt: (Core | undefined)[] = new Array(tokens.length).fill(undefined);
  for (const core of tree.cores) coreAt.fill(core, core.from, core.to);
  return coreAt;
}

function rewriteComparison(rewriting: Rewriting, comparison: Comparison, found: FoundColumn): void {
  const { resource, column } = found;
  const has = (name: string) => resource.columns.some((each) => each.name === name);
  const id = Object.hasOwn(idColumns, column.name) ? idColumns[column.name] : undefined;
  if (keyColumns.includes(column.name) && has('appId'))
    wrap(rewriting, comparison, matchKey(rewriting, comparison, found));
  else if (id !== undefined && has(id) && comparison.values.some(canBeId)) {
    const other = `${quoteName(nameOfTable(found.table))}.${quoteName(id)}`;
    const values = comparison.values.map((value) => writeValue(rewriting, value));
    wrap(rewriting, comparison, ` OR ${other} IN (${values.join(', ')})`);
  }
}

function canBeId({ kind, value }: Token): boolean {
  return kind === 'parameter' || uuid.test(value);
}

/** The app that has the key, which the lookup knows by the key's hash (domain/sql-resource-table.ts). */
function matchKey(rewriting: Rewriting, { values }: Comparison, { table }: FoundColumn): string {
  const view = nameView(rewriting, keyLookup);
  const lookups = values.map((value) => {
    const hash = `${keyHashFunction}(organizationsId, ${writeValue(rewriting, value)})`;
    return `SELECT appId FROM ${view} WHERE consumerKeyHash = ${hash}`;
  });
  return ` AND ${quoteName(nameOfTable(table))}."appId" IN (${lookups.join(' UNION ALL ')})`;
}

function wrap({ tokens, edits }: Rewriting, { from, to }: Comparison, rest: string): void {
  const first = tokens[from];
  const last = tokens[to - 1];
  if (first === undefined || last === undefined) return;
  edits.open(first.start, '(');
  edits.close(last.end, `${rest})`);
}
