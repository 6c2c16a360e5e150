import { SqlError, sqlStates } from './sql-error.ts';
import { isMark, type Statement } from './statement.ts';
import type { Token } from './token.ts';

/** SQLite's own bound. */
const numberMax = 32_766;

/**
 * Which value each parameter of a statement stands for, by SQLite's count: `?` is the next one, `?3` and `$3` are the
 * third, and a name is the same wherever it stands.
 */
export class ParameterNumbers {
  readonly #numbers = new Map<number, number>();
  #highest = 0;

  /** @throws SqlError 42601 */
  constructor({ tokens, command }: Statement) {
    const names = new Map<string, number>();
    tokens.forEach((token, at) => {
      if (token.kind !== 'parameter' || (command === 'EXEC' && isArgument(token, tokens[at + 1]))) return;
      const number = this.#read(token, names);
      this.#highest = Math.max(this.#highest, number);
      this.#numbers.set(token.start, number);
    });
  }

  /** How many there are: the highest number. */
  get count(): number {
    return this.#highest;
  }

  #read({ text, start }: Token, names: Map<string, number>): number {
    const digits = /^[?$](\d+)$/.exec(text)?.[1];
    if (digits !== undefined) {
      const number = Number(digits);
      if (number >= 1 && number <= numberMax) return number;
      throw new SqlError(sqlStates.syntax, `there is no parameter ${text}`, { position: start });
    }
    const number = (text === '?' ? undefined : names.get(text)) ?? this.#highest + 1;
    if (text !== '?') names.set(text, number);
    return number;
  }

  numberOf(token: Token): number | undefined {
    return this.#numbers.get(token.start);
  }

  /** A run of tokens as it was written, with numbers in place of parameters. */
  render(text: string, tokens: readonly Token[]): string {
    let rendered = '';
    let at = tokens[0]?.start ?? 0;
    for (const token of tokens) {
      const number = this.numberOf(token);
      rendered += text.slice(at, token.start) + (number === undefined ? token.text : `?${number}`);
      at = token.end;
    }
    return rendered;
  }
}

/** `@name =` names what an EXEC gives; a parameter that is a value has nothing of that kind behind it. */
export function isArgument({ kind, text }: Token, next: Token | undefined): boolean {
  return kind === 'parameter' && text.startsWith('@') && (isMark(next, '=') || isMark(next, '=='));
}
