import type { Patch } from './query-tree.ts';
import { isWord, refuseToken } from './statement.ts';
import type { Token } from './token.ts';

/** Reads an expression that begins at a token. @returns where it ends */
type ReadExpression = (from: number) => number;

export interface Tail {
  /** What SQLite is told instead. */
  readonly patches: readonly Patch[];
  readonly to: number;
}

/** Reads `LIMIT`, `OFFSET` and `FETCH`, in any order, as PostgreSQL does. @throws SqlError 42601 */
export function readTail(tokens: readonly Token[], from: number, read: ReadExpression): Tail {
  const patches: Patch[] = [];
  const seen: Clause['kind'][] = [];
  let at = from;
  for (let clause = readClause(tokens, at, read); clause !== undefined; clause = readClause(tokens, at, read)) {
    const { kind, head, body } = clause;
    if (seen.includes(kind)) throw refuseToken(tokens[at]);
    // SQLite has the offset before the limit only as `LIMIT offset, limit`.
    const offsetFirst = kind === 'limit' ? seen.length > 0 : isLimit(tokens[clause.to]);
    const word = kind === 'limit' ? (offsetFirst ? ',' : 'LIMIT') : nameOffset(seen.length > 0, offsetFirst);
    if (!isWord(tokens[at], word.toLowerCase()) || head > at + 1) patches.push({ from: at, to: head, text: word });
    patches.push(...body);
    seen.push(kind);
    at = clause.to;
  }
  return { patches, to: at };
}

function nameOffset(limitBefore: boolean, limitAfter: boolean): string {
  if (limitBefore) return 'OFFSET';
  return limitAfter ? 'LIMIT' : 'LIMIT -1 OFFSET';
}

interface Clause {
  readonly kind: 'limit' | 'offset';
  /** Where its words end, and its number begins. */
  readonly head: number;
  readonly body: readonly Patch[];
  readonly to: number;
}

function readClause(tokens: readonly Token[], at: number, read: ReadExpression): Clause | undefined {
  if (isWord(tokens[at], 'offset')) {
    const to = read(at + 1);
    const last = isWord(tokens[to - 1], 'row', 'rows') ? to - 1 : to;
    return { kind: 'offset', head: at + 1, body: dropRange(last, to), to };
  }
  if (!isLimit(tokens[at])) return undefined;
  return isWord(tokens[at], 'fetch') ? readFetch(tokens, at, read) : readLimit(tokens, at, read);
}

function readLimit(tokens: readonly Token[], at: number, read: ReadExpression): Clause {
  if (isWord(tokens[at + 1], 'all')) {
    return { kind: 'limit', head: at + 1, body: [{ from: at + 1, to: at + 2, text: '-1' }], to: at + 2 };
  }
  return { kind: 'limit', head: at + 1, body: [], to: read(at + 1) };
}

/** `FETCH FIRST [n] ROWS ONLY` */
function readFetch(tokens: readonly Token[], at: number, read: ReadExpression): Clause {
  const to = read(at + 2);
  const last = to - 2;
  if (!isWord(tokens[to - 1], 'only') || !isWord(tokens[last], 'row', 'rows')) throw refuseToken(tokens[to - 1]);
  const text = last === at + 2 ? '1' : '';
  return { kind: 'limit', head: at + 2, body: [{ from: last, to, text }], to };
}

function dropRange(from: number, to: number): Patch[] {
  return from === to ? [] : [{ from, to, text: '' }];
}

function isLimit(token: Token | undefined): boolean {
  return isWord(token, 'limit', 'fetch');
}
