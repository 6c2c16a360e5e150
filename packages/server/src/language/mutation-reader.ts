import type { Assignment, Piece, Returned, Target } from './mutation.ts';
import type { ParameterNumbers } from './mutation-parameter.ts';
import { isMark, isWord, refuseToken, type Statement } from './statement.ts';
import type { Token } from './token.ts';
import { TokenReader } from './token-reader.ts';

/** Goes through the tokens of a statement that changes something. */
export class MutationReader extends TokenReader {
  readonly #text: string;
  readonly #numbers: ParameterNumbers;

  constructor(statement: Statement, numbers: ParameterNumbers) {
    super(statement);
    this.#text = statement.text;
    this.#numbers = numbers;
  }

  /** A name, and no string in the place of one: here that is a value. @throws SqlError 42601 */
  needPlainName(): { readonly name: string; readonly position: number } {
    const token = this.peek();
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) throw refuseToken(token);
    this.take();
    return { name: token.value, position: token.start };
  }

  /** A name of as many parts as there are. @throws SqlError 42601 */
  needTarget(): Target {
    const from = this.at;
    const { position } = this.needPlainName();
    while (this.takeMark('.')) this.needPlainName();
    const written = this.since(from);
    const parts = written.filter((_token, at) => at % 2 === 0);
    const last = parts.at(-1);
    return { parts, text: this.#text.slice(position, last?.end), alias: last?.value ?? '', position };
  }

  /** `AS alias` @throws SqlError 42601 */
  takeAlias(target: Target): Target {
    return this.takeWord('as') ? { ...target, alias: this.needPlainName().name } : target;
  }

  /**
   * All up to where `ends` says so, outside of parentheses.
   * @throws SqlError 42601 where there is nothing, or parentheses do not pair
   */
  readPiece(ends: (token: Token, before: Token | undefined) => boolean): Piece {
    const from = this.at;
    let depth = 0;
    for (let token = this.peek(); token !== undefined; token = this.peek()) {
      if (depth === 0 && (isMark(token, ')') || ends(token, this.peek(-1)))) break;
      if (isMark(token, '(')) depth += 1;
      if (isMark(token, ')')) depth -= 1;
      this.take();
    }
    if (depth > 0 || this.at === from) throw refuseToken(this.peek());
    return this.piece(this.since(from));
  }

  /** @param tokens that stand one after another */
  piece(tokens: readonly Token[]): Piece {
    return { text: this.#numbers.render(this.#text, tokens), tokens, position: tokens[0]?.start ?? 0 };
  }

  /** Pieces of a list, with a comma between them. @throws SqlError 42601 */
  readList(ends: (token: Token, before: Token | undefined) => boolean): Piece[] {
    const pieces: Piece[] = [];
    do pieces.push(this.readPiece((token, before) => isMark(token, ',') || ends(token, before)));
    while (this.takeMark(','));
    return pieces;
  }

  /** What RETURNING asks for. @throws SqlError 42601 */
  readReturning(): Returned[] {
    const items: Returned[] = [];
    do items.push(this.#readReturned());
    while (this.takeMark(','));
    return items;
  }

  #readReturned(): Returned {
    const expression = this.readPiece((token) => isMark(token, ',') || isWord(token, 'as', 'order', 'limit'));
    const alias = this.takeWord('as') ? this.needPlainName().name : undefined;
    const column = nameColumn(expression.tokens);
    return { column, expression, name: alias ?? column ?? expression.text };
  }

  /** `column = value` @throws SqlError 42601 */
  readAssignment(ends: (token: Token, before: Token | undefined) => boolean): Assignment {
    if (isMark(this.peek(), '(')) throw refuseToken(this.peek(), 'Columns are set one by one.');
    const { parts, position } = this.needTarget();
    if (!this.takeMark('==')) this.needMark('=');
    const value = this.readPiece((token, before) => isMark(token, ',') || ends(token, before));
    return { column: parts.at(-1)?.value ?? '', value, position };
  }
}

/** `name` and `alias.name` are a column, `*` and `alias.*` are all of them. */
function nameColumn(tokens: readonly Token[]): string | undefined {
  const last = tokens.at(-1);
  if (last === undefined) return undefined;
  const plain = tokens.length === 1 || (tokens.length === 3 && isMark(tokens[1], '.'));
  if (plain && isMark(last, '*')) return '*';
  return plain && (last.kind === 'word' || last.kind === 'quoted') ? last.value : undefined;
}
