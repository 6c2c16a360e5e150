import { foldName, type Token, tokenize } from '../token.ts';

/** The text is beyond what is read here, or wrong: SQLite tells. */
export class Unread extends Error {
  override readonly name = 'Unread';
}

/** As deep as SQLite lets expressions be is deeper than anybody writes, and than our own recursion should go. */
const depthMax = 150;

/**
 * Words that end what stands before them, or begin something else than a name. SQLite takes some of them as names as well:
 * a text that needs that is not read.
 */
const reserved: ReadonlySet<string> = new Set(
  `all and as asc between by case cast collate cross current_date current_time current_timestamp desc distinct else end
  escape except exists filter from full glob group groups having in indexed inner intersect is isnull join left like limit
  match materialized natural not notnull null nulls offset on or order outer over partition range recursive regexp
  returning right rows select set then union using values when where window with raise`.split(/\s+/),
);

/** Walks over tokens. */
export class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text).filter(({ kind }) => kind !== 'hint');
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  next(): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Unread('the text ends too early');
    return token;
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token?.kind === 'word' && foldName(token.text) === word;
  }

  isOperator(operator: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token?.kind === 'operator' && token.text === operator;
  }

  /** Takes these words if they all come next. */
  takeWords(...words: readonly string[]): boolean {
    if (!words.every((word, ahead) => this.isWord(word, ahead))) return false;
    this.#at += words.length;
    return true;
  }

  takeOperator(operator: string): boolean {
    if (!this.isOperator(operator)) return false;
    this.#at++;
    return true;
  }

  expectWord(word: string): void {
    if (!this.takeWords(word)) throw new Unread(`${word} is expected`);
  }

  expectOperator(operator: string): void {
    if (!this.takeOperator(operator)) throw new Unread(`${operator} is expected`);
  }

  isName(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token?.kind === 'quoted' || (token?.kind === 'word' && !reserved.has(foldName(token.text)));
  }

  takeName(): string {
    if (!this.isName()) throw new Unread('a name is expected');
    return this.next().value;
  }

  /** One or more, with commas between. */
  list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.takeOperator(',')) items.push(read());
    return items;
  }

  /** @throws Unread where it is nested too deep */
  nest<T>(read: () => T): T {
    if (++this.#depth > depthMax) throw new Unread('it is nested too deep');
    const item = read();
    this.#depth--;
    return item;
  }
}
