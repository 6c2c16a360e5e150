import { isMark, isWord, refuseToken, type Statement } from './statement.ts';
import type { Token } from './token.ts';

/** Goes through the tokens of a statement. */
export class TokenReader {
  readonly #statement: Statement;
  #at: number;

  /** @param from the number of the token to begin with */
  constructor(statement: Statement, from = 0) {
    this.#statement = statement;
    this.#at = from;
  }

  /** The number of the next token. */
  get at(): number {
    return this.#at;
  }

  peek(ahead = 0): Token | undefined {
    return this.#statement.tokens[this.#at + ahead];
  }

  take(): Token | undefined {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** What was passed from the token of that number on. */
  since(from: number): readonly Token[] {
    return this.#statement.tokens.slice(from, this.#at);
  }

  /** Whether one of the words stood here; then it is passed. @param words in lower case */
  takeWord(...words: readonly string[]): boolean {
    const found = isWord(this.peek(), ...words);
    if (found) this.#at += 1;
    return found;
  }

  takeMark(mark: string): boolean {
    const found = isMark(this.peek(), mark);
    if (found) this.#at += 1;
    return found;
  }

  /** @throws SqlError 42601 */
  needWord(...words: readonly string[]): void {
    if (!this.takeWord(...words))
      throw refuseToken(this.peek(), `${words.join(' or ').toUpperCase()} is expected here.`);
  }

  /** @throws SqlError 42601 */
  needMark(mark: string): void {
    if (!this.takeMark(mark)) throw refuseToken(this.peek(), `"${mark}" is expected here.`);
  }

  /** @throws SqlError 42601 */
  needEnd(): void {
    if (this.peek() !== undefined) throw refuseToken(this.peek());
  }

  /** Any one token. @throws SqlError 42601 at the end */
  need(): Token {
    const token = this.peek();
    if (token === undefined) throw refuseToken(undefined);
    this.#at += 1;
    return token;
  }

  /** A name, or a string in the place of one. @throws SqlError 42601 */
  needName(): Token {
    const token = this.peek();
    const isName = token?.kind === 'word' || token?.kind === 'quoted' || token?.kind === 'string';
    return isName ? this.need() : this.#refuse(token);
  }

  /** The names of `a.b.c`. @throws SqlError 42601 */
  needPath(): Token[] {
    const parts = [this.needName()];
    while (this.takeMark('.')) parts.push(this.needName());
    return parts;
  }

  /** Names in parentheses, with commas between them. @throws SqlError 42601 */
  needNames(): Token[] {
    this.needMark('(');
    const names = [this.needName()];
    while (this.takeMark(',')) names.push(this.needName());
    this.needMark(')');
    return names;
  }

  /** The text from here to the end, which is passed. @throws SqlError 42601 where there is none */
  needRest(): string {
    const token = this.peek();
    if (token === undefined) throw refuseToken(undefined);
    const { text, tokens } = this.#statement;
    this.#at = tokens.length;
    return text.slice(token.start, tokens.at(-1)?.end);
  }

  #refuse(token: Token | undefined): never {
    throw refuseToken(token);
  }
}
