import { SqlError, sqlStates } from './sql-error.ts';
import { foldName, type Token, tokenize } from './token.ts';

/** One statement, cut into tokens. */
export interface Statement {
  readonly text: string;
  /** Without hints, which say nothing here, and without a semicolon at its end. */
  readonly tokens: readonly Token[];
  /** In order: what StackQL's clients write, e.g. `AWAIT`. */
  readonly hints: readonly string[];
  /**
   * Its first word, in capitals: `SELECT`; of what begins with another token, that token as it is. Of queries that WITH
   * names for a statement that changes something, that statement's: `INSERT`.
   */
  readonly command: string;
  /** The number of the token that it is. */
  readonly commandAt: number;
}

const textLengthMax = 1_000_000;

/**
 * @throws SqlError 42601 where it can't be cut, is empty, is more than one statement; 54000 where it is too long
 */
export function readStatement(text: string): Statement {
  if (text.length > textLengthMax) {
    throw new SqlError('54000', `a statement has at most ${textLengthMax} characters`);
  }
  const all = tokenize(text);
  while (isMark(all.at(-1), ';')) all.pop();
  const extra = all.find((token) => isMark(token, ';'));
  if (extra !== undefined) {
    throw new SqlError(sqlStates.syntax, 'syntax error: more than one statement', { position: extra.start });
  }
  const tokens = all.filter(({ kind }) => kind !== 'hint');
  const hints = all.flatMap(({ kind, value }) => (kind === 'hint' ? [value] : []));
  const first = tokens[0];
  if (first === undefined) throw new SqlError(sqlStates.syntax, 'syntax error: there is no statement');
  const commandAt = isWord(first, 'with') ? findChange(tokens) : 0;
  const { kind, text: word } = tokens[commandAt] ?? first;
  return { text, tokens, hints, command: kind === 'word' ? word.toUpperCase() : word, commandAt };
}

/** Where the statement begins that WITH names queries for: 0 where that is a query, too. */
function findChange(tokens: readonly Token[]): number {
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    if (isMark(token, '(')) depth += 1;
    else if (isMark(token, ')')) depth -= 1;
    else if (depth === 0 && isMark(tokens[at - 1], ')')) {
      // Behind the last of them; `AS` stands behind names of columns, and a comma between two.
      if (isWord(token, 'insert', 'update', 'replace', 'delete')) return at;
      if (!isWord(token, 'as') && !isMark(token, ',')) return 0;
    }
  }
  return 0;
}

export function isMark(token: Token | undefined, mark: string): boolean {
  return token !== undefined && token.kind === 'operator' && token.text === mark;
}

/** Whether it is a word, which is no name in quotes. @param word in lower case */
export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token !== undefined && token.kind === 'word' && words.includes(foldName(token.text));
}

/** `syntax error at or near "x"`, as PostgreSQL says it. */
export function refuseToken(token: Token | undefined, hint?: string): SqlError {
  if (token === undefined) return new SqlError(sqlStates.syntax, 'syntax error at end of input', { hint });
  const near = token.text.length > 60 ? `${token.text.slice(0, 60)}…` : token.text;
  return new SqlError(sqlStates.syntax, `syntax error at or near "${near}"`, { position: token.start, hint });
}
