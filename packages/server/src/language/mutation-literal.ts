import type { Piece } from './mutation.ts';
import { isMark, isWord } from './statement.ts';
import type { Token } from './token.ts';

/** What a plain value is: itself, or which parameter, counted from 1. */
export type PlainValue = { readonly value: null | number | bigint | string } | { readonly parameter: number };

/** Whether it can be read without SQLite: a parameter, a text, a number, a word as `true`. */
export function isPlain(tokens: readonly Token[]): boolean {
  const [first, second] = tokens;
  if (tokens.length === 2 && isMark(first, '-')) return second?.kind === 'number' && isDecimal(second);
  if (first === undefined || tokens.length !== 1) return false;
  if (first.kind === 'number') return isDecimal(first);
  return first.kind === 'string' || first.kind === 'parameter' || isWord(first, 'true', 'false', 'null');
}

function isDecimal({ text }: Token): boolean {
  return /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
}

/** Undefined where SQLite has to work it out. Numbers are read as SQLite reads them. */
export function readPlain({ tokens, text }: Piece): PlainValue | undefined {
  const last = tokens.at(-1);
  if (last === undefined || !isPlain(tokens)) return undefined;
  if (last.kind === 'parameter') return { parameter: Number(text.slice(1)) };
  if (last.kind === 'string') return { value: last.value };
  if (last.kind === 'number') return { value: readNumber(last.text, tokens.length === 2) };
  if (isWord(last, 'null')) return { value: null };
  return { value: isWord(last, 'true') ? 1 : 0 };
}

const int64Max = 2n ** 63n - 1n;

function readNumber(text: string, negative: boolean): number | bigint {
  const value = negative ? -Number(text) : Number(text);
  if (!/^\d+$/.test(text) || Number.isSafeInteger(value)) return value;
  const whole = negative ? -BigInt(text) : BigInt(text);
  return whole > int64Max || whole < -int64Max - 1n ? value : whole;
}
