import { SqlError, sqlStates } from './sql-error.ts';

export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'blob' | 'parameter' | 'operator' | 'hint';

/** A piece of SQL by SQLite's lexical rules. Places are counted in UTF-16 units from 0, as strings are indexed. */
export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** Of a quoted name and a string: without quotes. Of a hint: what stands between `/*+` and its end. Else as written. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts SQL into tokens. Comments and white space are left out; hints are tokens, and so is each mark of punctuation
 * (`operator`). `@@json`, `:a`, `$1` and `?1` are parameters; `::` is an operator.
 * @throws SqlError 42601 where a string, a name or a comment does not end, and at a NUL, which ends a text for SQLite
 */
export function tokenize(text: string): Token[] {
  const { tokens, problem } = scanTokens(text);
  if (problem === undefined) return tokens;
  throw new SqlError(sqlStates.syntax, problem.message, { position: problem.position });
}

export interface Scan {
  /** As far as they could be read. */
  readonly tokens: Token[];
  readonly problem: ScanProblem | undefined;
}

export interface ScanProblem {
  readonly message: string;
  readonly position: number;
  /** More text could mend it. */
  readonly unfinished: boolean;
}

/** As `tokenize`, for texts that may not be whole yet. */
export function scanTokens(text: string): Scan {
  const tokens: Token[] = [];
  let position = skipBlank(text, text.startsWith('\u{feff}') ? 1 : 0);
  while (position < text.length) {
    const piece = readPiece(text, position);
    if (piece.fault !== undefined) {
      const problem = { message: piece.fault, position, unfinished: piece.unfinished === true };
      return { tokens, problem };
    }
    if (piece.kind !== undefined) tokens.push(makeToken(text, piece.kind, position, piece.end));
    position = skipBlank(text, piece.end);
  }
  return { tokens, problem: undefined };
}

/** What stands at a place: without a kind it is a comment. */
interface Piece {
  readonly kind?: TokenKind;
  readonly end: number;
  readonly fault?: string;
  readonly unfinished?: boolean;
}

function makeToken(text: string, kind: TokenKind, start: number, end: number): Token {
  const written = text.slice(start, end);
  return { kind, text: written, value: readValue(kind, written), start, end };
}

function readValue(kind: TokenKind, written: string): string {
  if (kind === 'hint') return written.slice(3, -2).trim();
  if (kind !== 'quoted' && kind !== 'string') return written;
  const quote = written.charAt(0);
  const inner = written.slice(1, -1);
  return quote === '[' ? inner : inner.replaceAll(quote + quote, quote);
}

const blanks = new Set([' ', '\t', '\n', '\f', '\r']);

function skipBlank(text: string, from: number): number {
  let position = from;
  while (blanks.has(text.charAt(position))) position += 1;
  return position;
}

const wordPattern = /[A-Za-z_\u{80}-\u{10ffff}][\w$\u{80}-\u{10ffff}]*/uy;
// What follows a number without a gap belongs to it, as for SQLite, which refuses it.
const numberPattern = /(?:0[xX][\w$]*|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[\w$]*)/y;
const parameterPattern = /(?:\?\d*|(?:@@?|:)[\w$\u{80}-\u{10ffff}]+|\$[\w\u{80}-\u{10ffff}]+)/uy;
const operatorPattern = /->>|->|\|\||<<|>>|<=|>=|<>|!=|==|::|./suy;

function readPiece(text: string, at: number): Piece {
  const first = text.charAt(at);
  if (first === '\0') return { end: at, fault: 'unrecognized token: a NUL' };
  if (text.startsWith('--', at)) return { end: endOfLine(text, at) };
  if (text.startsWith('/*', at)) return readComment(text, at);
  if (first === "'") return readQuoted(text, at, { kind: 'string', from: at, quote: "'" });
  if (first === '"' || first === '`') return readQuoted(text, at, { kind: 'quoted', from: at, quote: first });
  if (first === '[') return readBracketed(text, at);
  if ((first === 'x' || first === 'X') && text.charAt(at + 1) === "'") {
    return readQuoted(text, at, { kind: 'blob', from: at + 1, quote: "'" });
  }
  return (
    match(wordPattern, 'word', text, at) ??
    match(numberPattern, 'number', text, at) ??
    match(parameterPattern, 'parameter', text, at) ??
    match(operatorPattern, 'operator', text, at) ?? { end: at + 1 }
  );
}

function match(pattern: RegExp, kind: TokenKind, text: string, at: number): Piece | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? { kind, end: pattern.lastIndex } : undefined;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

function readComment(text: string, at: number): Piece {
  const isHint = text.charAt(at + 2) === '+';
  const close = text.indexOf('*/', at + (isHint ? 3 : 2));
  if (close === -1) return { end: at, fault: 'unterminated comment', unfinished: true };
  return isHint ? { kind: 'hint', end: close + 2 } : { end: close + 2 };
}

interface Quoted {
  readonly kind: TokenKind;
  /** Where its quote opens. */
  readonly from: number;
  readonly quote: string;
}

function readQuoted(text: string, at: number, { kind, from, quote }: Quoted): Piece {
  let close = text.indexOf(quote, from + 1);
  while (close !== -1 && text.charAt(close + 1) === quote) close = text.indexOf(quote, close + 2);
  if (close !== -1) return { kind, end: close + 1 };
  return { end: at, fault: `unterminated quoted ${kind === 'quoted' ? 'identifier' : 'string'}`, unfinished: true };
}

function readBracketed(text: string, at: number): Piece {
  const close = text.indexOf(']', at);
  if (close !== -1) return { kind: 'quoted', end: close + 1 };
  return { end: at, fault: 'unterminated quoted identifier', unfinished: true };
}

const capital = /[A-Z]/;
const beyondAscii = /[^\0-\x7f]/;

/** Names of SQL are alike whatever the case of their ASCII letters, and of no others: as SQLite has it. */
export function foldName(name: string): string {
  if (!capital.test(name)) return name;
  if (!beyondAscii.test(name)) return name.toLowerCase();
  return name.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

/** A name as SQL takes it in any place. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
