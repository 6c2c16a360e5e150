import { type Numbering, numberParameters } from './parameter.ts';
import { isMark, type Statement } from './statement.ts';
import type { Token } from './token.ts';

/** Which value each parameter of a statement stands for. */
export class ParameterNumbers {
  readonly #numbering: Numbering;

  /** @throws SqlError 42P02 */
  constructor({ tokens, command }: Statement) {
    const isValue = (token: Token, at: number) => command !== 'EXEC' || !isArgument(token, tokens[at + 1]);
    this.#numbering = numberParameters(tokens.filter(isValue));
  }

  /** How many there are: the highest number. */
  get count(): number {
    return this.#numbering.count;
  }

  /** A run of tokens as it was written, with numbers in place of parameters. */
  render(text: string, tokens: readonly Token[]): string {
    let rendered = '';
    let at = tokens[0]?.start ?? 0;
    for (const token of tokens) {
      const number = this.#numbering.numberAt.get(token.start);
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
