import type { SqlType } from '../domain/sql-resource.ts';
import { readChainAt } from './name-chain.ts';
import type { Core, Range } from './query-tree.ts';
import { findColumn, type Rewriting } from './rewriting.ts';
import { isMark, isWord } from './statement.ts';
import { foldName, type Token } from './token.ts';

const functionTypes: Readonly<Record<'integer' | 'real' | 'text' | 'json', ReadonlySet<string>>> = {
  integer: listNames(`count length octet_length instr unicode row_number rank dense_rank ntile json_array_length
    json_valid unixepoch sign_of changes`),
  real: listNames('avg total percent_rank cume_dist julianday'),
  text: listNames(`lower upper trim ltrim rtrim substr substring replace printf format group_concat string_agg hex quote
    date time datetime strftime now typeof json_type concat concat_ws char split_part regexp_replace regexp_substr`),
  json: listNames(`json json_object json_array json_group_array json_group_object json_set json_insert json_replace
    json_remove json_patch`),
};
/** Their answer is of the type that what they are given has. */
const passing = listNames('min max sum coalesce ifnull nullif first_value last_value abs');
const timeWords = ['current_timestamp', 'current_date', 'current_time'];
const depthMax = 50;

function listNames(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/**
 * The type that every value of an expression has, NULL aside. Undefined: it can't be told before a value is there.
 * SQLite has a type for values and none for columns, so this is only for what is plain.
 */
export function inferExpression(rewriting: Rewriting, core: Core, range: Range, depth = 0): SqlType | undefined {
  if (depth > depthMax || range.to <= range.from) return undefined;
  const scope = { rewriting, core, depth: depth + 1 };
  const operands = splitArithmetic(rewriting.tokens, range);
  if (operands === undefined) return undefined;
  if (operands.length === 1) return inferOperand(scope, range);
  const types = operands.map((each) => inferExpression(rewriting, core, each, depth + 1));
  if (types.every((type) => type === 'integer')) return 'integer';
  return undefined;
}

interface Scope {
  readonly rewriting: Rewriting;
  readonly core: Core;
  readonly depth: number;
}

const arithmetic = ['+', '-', '*', '%'];

/** What stands between `+`, `-`, `*` and `%`; undefined: other operators stand there too. */
function splitArithmetic(tokens: readonly Token[], { from, to }: Range): Range[] | undefined {
  const operands: Range[] = [];
  let depth = 0;
  let start = from;
  for (let at = from; at < to; at++) {
    const token = tokens[at];
    if (isMark(token, '(')) depth += 1;
    else if (isMark(token, ')')) depth -= 1;
    else if (depth > 0 || token?.kind !== 'operator' || token.text === '.' || token.text === '::') continue;
    else if (!arithmetic.includes(token.text) || at === start) return undefined;
    else {
      operands.push({ from: start, to: at });
      start = at + 1;
    }
  }
  return [...operands, { from: start, to }];
}

function inferOperand(scope: Scope, { from, to }: Range): SqlType | undefined {
  const { rewriting, core } = scope;
  const { tokens } = rewriting;
  const first = tokens[from];
  if (to - from === 1 && first !== undefined && first.kind !== 'word' && first.kind !== 'quoted')
    return inferLiteral(first);
  if (to - from === 1 && isWord(first, ...timeWords)) return 'text';
  const chain = readChainAt(tokens, from);
  if (chain?.to === to) {
    const name = { table: chain.parts.at(-2)?.value, column: chain.parts.at(-1)?.value ?? '' };
    return findColumn(rewriting, core, name)?.column.type;
  }
  if (isMark(tokens[to - 2], '::')) return inferType([tokens[to - 1]?.text ?? '']);
  if (isMark(first, '(') && closes(tokens, from) === to - 1)
    return inferParentheses(scope, { from: from + 1, to: to - 1 });
  return isMark(tokens[from + 1], '(') ? inferCall(scope, { from, to }) : undefined;
}

function inferLiteral({ kind, text }: Token): SqlType | undefined {
  if (kind === 'string') return 'text';
  if (kind !== 'number') return undefined;
  return /^\d{1,18}$/.test(text) ? 'integer' : 'real';
}

function inferParentheses({ rewriting, core, depth }: Scope, inner: Range): SqlType | undefined {
  if (!isWord(rewriting.tokens[inner.from], 'select')) return inferExpression(rewriting, core, inner, depth);
  const query = rewriting.tree.coreFrom.get(inner.from);
  const [item] = query?.items ?? [];
  // More than one query there may be of more than one type.
  if (query === undefined || item === undefined || query.items.length !== 1) return undefined;
  if (rewriting.tokens.slice(query.to, inner.to).some((token) => isWord(token, 'union', 'except'))) return undefined;
  return inferExpression(rewriting, query, item, depth);
}

function inferCall(scope: Scope, { from, to }: Range): SqlType | undefined {
  const { tokens } = scope.rewriting;
  const name = foldName(tokens[from]?.value ?? '');
  const close = closes(tokens, from + 1);
  if (close === undefined || !isCallsEnd(tokens, close + 1, to)) return undefined;
  const inner = { from: from + 2, to: close };
  if (name === 'cast') return inferCast(tokens, inner);
  for (const type of ['integer', 'real', 'text', 'json'] as const) if (functionTypes[type].has(name)) return type;
  return passing.has(name) ? inferArguments(scope, name, inner) : undefined;
}

/** Whether only `FILTER (…)` and `OVER …` follow. */
function isCallsEnd(tokens: readonly Token[], from: number, to: number): boolean {
  let at = from;
  while (at < to && isWord(tokens[at], 'filter', 'over'))
    at = isMark(tokens[at + 1], '(') ? (closes(tokens, at + 1) ?? to) + 1 : at + 2;
  return at === to;
}

function inferArguments({ rewriting, core, depth }: Scope, name: string, inner: Range): SqlType | undefined {
  const types = splitArguments(rewriting.tokens, inner).map((each) => inferExpression(rewriting, core, each, depth));
  const [type] = types;
  if (!types.every((each) => each === type)) return undefined;
  if (type === 'boolean') return name === 'sum' || name === 'abs' ? 'integer' : type;
  if (name === 'sum' || name === 'abs') return type === 'integer' || type === 'real' ? type : undefined;
  return type;
}

function splitArguments(tokens: readonly Token[], { from, to }: Range): Range[] {
  const ranges: Range[] = [];
  let depth = 0;
  let start = isWord(tokens[from], 'distinct') ? from + 1 : from;
  for (let at = from; at < to; at++) {
    if (isMark(tokens[at], '(')) depth += 1;
    else if (isMark(tokens[at], ')')) depth -= 1;
    else if (depth === 0 && isMark(tokens[at], ',')) {
      ranges.push({ from: start, to: at });
      start = at + 1;
    }
  }
  return [...ranges, { from: start, to }];
}

function inferCast(tokens: readonly Token[], { from, to }: Range): SqlType | undefined {
  const at = tokens.findLastIndex((token, each) => each > from && each < to && isWord(token, 'as'));
  if (at === -1) return undefined;
  return inferType(tokens.slice(at + 1, to).map(({ text }) => text));
}

/** By SQLite's rules of affinity, in their order. */
function inferType(words: readonly string[]): SqlType | undefined {
  const type = words.join(' ').toUpperCase();
  if (type.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT/.test(type)) return 'text';
  if (type.includes('BLOB')) return undefined;
  return /REAL|FLOA|DOUB/.test(type) ? 'real' : undefined;
}

/** Where the parenthesis that opens at a token ends. */
function closes(tokens: readonly Token[], opening: number): number | undefined {
  let depth = 0;
  for (let at = opening; at < tokens.length; at++) {
    if (isMark(tokens[at], '(')) depth += 1;
    else if (isMark(tokens[at], ')') && --depth === 0) return at;
  }
  return undefined;
}
