import { readChainAt } from './name-chain.ts';
import type { Core, Range } from './query-tree.ts';
import { findOwnColumn, nameOfTable, type Rewriting } from './rewriting.ts';
import { isMark, isWord } from './statement.ts';
import { foldName, quoteName, type Token } from './token.ts';

/**
 * StackQL hands `name = value` in WHERE to the API where it is a parameter of the request, and no column. Those that only
 * say how much is answered have nothing to say here: they are true.
 */
export function rewriteQueryParameters(rewriting: Rewriting): void {
  for (const core of rewriting.tree.cores) {
    if (core.where === undefined) continue;
    for (const conjunct of splitConjuncts(rewriting.tokens, core.where)) rewriteConjunct(rewriting, core, conjunct);
  }
}

/** What is joined by AND alone; nothing where OR stands beside it. */
function splitConjuncts(tokens: readonly Token[], { from, to }: Range): Range[] {
  const conjuncts: Range[] = [];
  let depth = 0;
  let ranges = 0;
  let start = from;
  for (let at = from; at < to; at++) {
    const token = tokens[at];
    if (isMark(token, '(') || isWord(token, 'case')) depth += 1;
    else if (isMark(token, ')') || isWord(token, 'end')) depth -= 1;
    else if (depth > 0) continue;
    else if (isWord(token, 'or')) return [];
    else if (isWord(token, 'between')) ranges += 1;
    else if (isWord(token, 'and')) {
      if (ranges > 0) ranges -= 1;
      else {
        conjuncts.push({ from: start, to: at });
        start = at + 1;
      }
    }
  }
  return [...conjuncts, { from: start, to }];
}

function rewriteConjunct(rewriting: Rewriting, core: Core, { from, to }: Range): void {
  const { tokens } = rewriting;
  const chain = readChainAt(tokens, from);
  const value = tokens[to - 1];
  if (chain === undefined || !isMark(tokens[chain.to], '=') || chain.to + 2 !== to || !isLiteral(value)) return;
  const name = { table: chain.parts.at(-2)?.value, column: chain.parts.at(-1)?.value ?? '' };
  if (findOwnColumn(rewriting, core, name) !== undefined || (core.opaque && name.table === undefined)) return;
  const written = findParameter(rewriting, core, name);
  if (written !== undefined) replaceConjunct(rewriting, { ...written, from, to, value });
}

function isLiteral(token: Token | undefined): token is Token {
  if (token === undefined) return false;
  return ['string', 'number', 'parameter'].includes(token.kind) || isWord(token, 'true', 'false');
}

interface WrittenParameter {
  /** As the API spells it. */
  readonly parameter: string;
  /** The column that the list is ordered by, as SQL calls it; undefined: not known. */
  readonly order: string | undefined;
}

function findParameter(
  { resourceOf, names }: Rewriting,
  core: Core,
  name: { readonly table: string | undefined; readonly column: string },
): WrittenParameter | undefined {
  const wanted = foldName(name.column);
  for (const table of core.tables) {
    const resource = resourceOf.get(table);
    const called = nameOfTable(table);
    if (resource === undefined || (name.table !== undefined && foldName(name.table) !== foldName(called))) continue;
    const parameter = [...names.queryParameters(resource.name)].find((each) => foldName(each) === wanted);
    if (parameter === undefined) continue;
    const [first, second, ...rest] = resource.key;
    const direct = first === 'organizationsId' && second !== undefined && rest.length === 0;
    return { parameter, order: direct ? `${quoteName(called)}.${quoteName(second)}` : undefined };
  }
  return undefined;
}

interface Conjunct extends WrittenParameter, Range {
  readonly value: Token;
}

/** With these every column would be answered, and it is. */
const whole = ['expand', 'includecompany', 'includecred'];

function replaceConjunct({ tokens, edits, notices }: Rewriting, conjunct: Conjunct): void {
  const { parameter, order, value, from } = conjunct;
  const first = tokens[from];
  if (first === undefined) return;
  const begins = parameter === 'startKey' && order !== undefined;
  // The value stays: a parameter of the statement is none less.
  edits.replace(first.start, value.start, begins ? `(${order} >= ` : '(1 OR ');
  edits.close(value.end, ')');
  const asksForAll = whole.includes(foldName(parameter)) && foldName(value.value) === 'true';
  if (!begins && !asksForAll) notices.add(`${parameter} is ignored: ${adviseInstead(parameter)}`);
}

function adviseInstead(parameter: string): string {
  if (whole.includes(foldName(parameter))) return 'every column is there.';
  return ['count', 'pagesize', 'rows'].includes(foldName(parameter))
    ? 'LIMIT bounds an answer, and nothing else does.'
    : 'WHERE, ORDER BY and LIMIT say what is answered.';
}
