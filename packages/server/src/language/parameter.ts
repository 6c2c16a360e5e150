import { SqlError, sqlStates } from './sql-error.ts';
import type { Token } from './token.ts';

/** As many as SQLite takes. */
const parametersMax = 32_766;

export interface Numbering {
  /** The highest number. */
  readonly count: number;
  /** Of each parameter of the text, by where it stands. */
  readonly numberAt: ReadonlyMap<number, number>;
}

/**
 * Numbers the parameters of a statement as SQLite does: `?` is the next one, `?2`, `$2` and `:2` are the second, and a name
 * keeps the number that it got where it stood first.
 * @throws SqlError 42P02 where a number is none or too high
 */
export function numberParameters(tokens: readonly Token[]): Numbering {
  const numberAt = new Map<number, number>();
  const named = new Map<string, number>();
  let count = 0;
  for (const { kind, text, start } of tokens) {
    if (kind !== 'parameter') continue;
    const written = /^[?$:@](\d+)$/.exec(text)?.[1];
    const number =
      written === undefined ? ((text === '?' ? undefined : named.get(text)) ?? count + 1) : Number(written);
    if (number < 1 || number > parametersMax) {
      throw new SqlError('42P02', `there is no parameter ${text}`, { position: start });
    }
    if (written === undefined && text !== '?') named.set(text, number);
    numberAt.set(start, number);
    count = Math.max(count, number);
  }
  return { count, numberAt };
}

/** The sentence that PostgreSQL has for it. @throws SqlError 08P01 */
export function checkParameterCount(given: number, taken: number): void {
  if (given === taken) return;
  throw new SqlError(sqlStates.missingParameter, `the statement takes ${taken} parameters, and ${given} were given`);
}
