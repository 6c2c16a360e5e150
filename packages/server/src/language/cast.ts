import { isName } from './keyword.ts';
import { readChainBefore } from './name-chain.ts';
import type { Rewriting } from './rewriting.ts';
import { SqlError, sqlStates } from './sql-error.ts';
import { isMark, isWord, refuseToken } from './statement.ts';
import { foldName, type Token } from './token.ts';

/** Turns PostgreSQL's `x::type` into `CAST(x AS TYPE)`. @throws SqlError 42601, 42704, 0A000 */
export function rewriteCasts({ tokens, edits }: Rewriting): void {
  const openings = matchOpenings(tokens);
  /** Where what is cast begins, by where a cast ends: for casts of casts. */
  const begins = new Map<number, number>();
  tokens.forEach((token, at) => {
    if (!isMark(token, '::')) return;
    const from = begins.get(at) ?? findOperand(tokens, at, openings);
    const { type, to } = readType(tokens, at + 1);
    const first = tokens[from];
    const last = tokens[to - 1];
    if (first === undefined || last === undefined) throw refuseToken(token);
    begins.set(to, from);
    const [opening, closing] = castTo(type, token);
    edits.open(first.start, opening);
    edits.replace(token.start, last.end, closing);
  });
}

/** By `)` and END: where its `(` or CASE stands. */
function matchOpenings(tokens: readonly Token[]): Map<number, number> {
  const openings = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach((token, at) => {
    if (isMark(tokens[at - 1], '.')) return;
    if (isMark(token, '(') || isWord(token, 'case')) open.push(at);
    else if (isMark(token, ')') || isWord(token, 'end')) {
      const from = open.pop();
      if (from !== undefined) openings.set(at, from);
    }
  });
  return openings;
}

/** A cast binds closer than any other operator: it takes one value, name, call or pair of parentheses. */
function findOperand(tokens: readonly Token[], at: number, openings: ReadonlyMap<number, number>): number {
  const last = tokens[at - 1];
  if (last === undefined) throw refuseToken(tokens[at]);
  const opening = openings.get(at - 1);
  if (opening !== undefined) return beginCall(tokens, opening, openings);
  const chain = readChainBefore(tokens, at);
  if (chain !== undefined) return chain.from;
  if (last.kind === 'operator' || last.kind === 'word') throw refuseToken(tokens[at]);
  return at - 1;
}

/** `name(…)`, and what may follow it: `FILTER (…)`, `OVER (…)`. */
function beginCall(tokens: readonly Token[], opening: number, openings: ReadonlyMap<number, number>): number {
  const before = tokens[opening - 1];
  if (isWord(before, 'filter', 'over') && isMark(tokens[opening - 2], ')')) {
    const inner = openings.get(opening - 2);
    return inner === undefined ? opening : beginCall(tokens, inner, openings);
  }
  if (!isMark(tokens[opening], '(') || !isName(before)) return opening;
  return readChainBefore(tokens, opening)?.from ?? opening;
}

const types: Readonly<Record<string, readonly string[]>> = {
  INTEGER: ['int', 'integer', 'bigint', 'smallint', 'int2', 'int4', 'int8', 'oid'],
  REAL: ['real', 'float', 'float4', 'float8', 'double', 'double precision'],
  NUMERIC: ['numeric', 'decimal', 'bool', 'boolean'],
  TEXT: ['text', 'varchar', 'character varying', 'character', 'char', 'bpchar', 'name', 'uuid', 'json', 'jsonb'],
  BLOB: ['bytea', 'blob'],
};

/** Times are texts in SQLite. */
const functions: Readonly<Record<string, string>> = {
  date: 'date',
  time: 'time',
  timestamp: 'datetime',
  timestamptz: 'datetime',
};

function castTo(type: string, token: Token): readonly [opening: string, closing: string] {
  const called = Object.hasOwn(functions, type) ? functions[type] : undefined;
  if (called !== undefined) return [`${called}(`, ')'];
  const own = Object.keys(types).find((each) => types[each]?.includes(type));
  if (own !== undefined) return ['CAST(', ` AS ${own})`];
  throw new SqlError('42704', `type "${type}" does not exist`, { position: token.end });
}

/** Words after which a type goes on. */
const longTypes: Readonly<Record<string, readonly string[]>> = { double: ['precision'], character: ['varying'] };
const zones = ['with', 'without'];

interface WrittenType {
  /** Folded, without what stands in parentheses. */
  readonly type: string;
  readonly to: number;
}

function readType(tokens: readonly Token[], from: number): WrittenType {
  const isPath = isWord(tokens[from], 'pg_catalog') && isMark(tokens[from + 1], '.');
  let at = isPath ? from + 2 : from;
  const first = tokens[at];
  if (!isName(first)) throw refuseToken(first);
  let type = foldName(first.value);
  at += 1;
  if (isWord(tokens[at], ...(Object.hasOwn(longTypes, type) ? (longTypes[type] ?? []) : []))) {
    type = `${type} ${foldName(tokens[at]?.text ?? '')}`;
    at += 1;
  }
  if (isMark(tokens[at], '(')) at = passLength(tokens, at);
  if (isWord(tokens[at], ...zones) && isWord(tokens[at + 1], 'time') && isWord(tokens[at + 2], 'zone')) at += 3;
  if (tokens[at]?.text !== '[]') return { type, to: at };
  throw new SqlError(sqlStates.notSupported, 'there are no arrays: lists are JSON', { position: tokens[at]?.start });
}

/** `(10)` or `(10, 2)`, which SQLite does not cut by. */
function passLength(tokens: readonly Token[], opening: number): number {
  const length = isMark(tokens[opening + 2], ',') ? 5 : 3;
  const closing = tokens[opening + length - 1];
  if (!isMark(closing, ')')) throw refuseToken(tokens[opening]);
  return opening + length;
}
