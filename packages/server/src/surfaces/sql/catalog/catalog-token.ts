/** A piece of a statement as PostgreSQL cuts it: what follows from strings and quoted names is that they are no words. */
export interface CatalogToken {
  readonly kind: 'word' | 'quoted' | 'string' | 'other';
  /** A word in lower case, a quoted name without its quotes; else one character, or nothing of interest. */
  readonly value: string;
}

const wordPattern = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const tagPattern = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const numberPattern = /[\d.]*\d\w*/y;

/**
 * Cuts a statement by PostgreSQL's lexical rules (nested comments, E'' and $$ strings), which differ from SQLite's that
 * the rest of SQL here is read by. What does not end, ends with the text: never throws.
 */
export function cutCatalogTokens(text: string): CatalogToken[] {
  const tokens: CatalogToken[] = [];
  let at = 0;
  while (at < text.length) {
    const [token, end] = readToken(text, at);
    if (token !== undefined) tokens.push(token);
    at = end;
  }
  return tokens;
}

type Read = readonly [token: CatalogToken | undefined, end: number];

const stringToken: CatalogToken = { kind: 'string', value: '' };

function readToken(text: string, at: number): Read {
  const char = text.charAt(at);
  if (/\s/.test(char)) return [undefined, at + 1];
  if (text.startsWith('--', at)) return [undefined, endOf(text, '\n', at)];
  if (text.startsWith('/*', at)) return [undefined, endOfComment(text, at)];
  if (char === "'") return [stringToken, endOfQuoted(text, at, "'")];
  if (char === '"') {
    const end = endOfQuoted(text, at, '"');
    return [{ kind: 'quoted', value: text.slice(at + 1, end - 1).replaceAll('""', '"') }, end];
  }
  if (char === '$') {
    const tag = match(tagPattern, text, at);
    if (tag !== undefined) return [stringToken, endOf(text, tag, at + tag.length)];
  }
  return readWord(text, at);
}

function readWord(text: string, at: number): Read {
  const word = match(wordPattern, text, at);
  if (word === undefined) {
    const number = match(numberPattern, text, at);
    return [{ kind: 'other', value: number ?? text.charAt(at) }, at + (number?.length ?? 1)];
  }
  const end = at + word.length;
  if (text.charAt(end) === "'" && /^[ebxn]$/i.test(word)) {
    return [stringToken, /e/i.test(word) ? endOfEscaped(text, end) : endOfQuoted(text, end, "'")];
  }
  return [{ kind: 'word', value: word.toLowerCase() }, end];
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}

/** Comments nest in PostgreSQL. */
function endOfComment(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text.startsWith('/*', at)) {
      depth += 1;
      at += 1;
    } else if (text.startsWith('*/', at)) {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

/** A doubled quote stands for itself. */
function endOfQuoted(text: string, start: number, quote: string): number {
  let at = start + 1;
  while (at < text.length) {
    const end = endOf(text, quote, at);
    if (text.charAt(end) !== quote) return end;
    at = end + 1;
  }
  return text.length;
}

function endOfEscaped(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === "'") {
      if (text.charAt(at + 1) !== "'") return at + 1;
      at += 1;
    }
  }
  return text.length;
}
