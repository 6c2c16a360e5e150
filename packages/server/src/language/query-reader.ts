import { beginsClause, beginsJoin, beginsQuery, isName } from './keyword.ts';
import { readItem } from './query-item.ts';
import { readTail } from './query-tail.ts';
import { type Core, type NamedQueries, newCore, type Patch, type QueryTree, type TableName } from './query-tree.ts';
import { SqlError } from './sql-error.ts';
import { isMark, isWord, refuseToken } from './statement.ts';
import { isTableAlias, readTableName } from './table-name.ts';
import { foldName, type Token } from './token.ts';

/** Deeper than this nobody writes, and machines that do are told so. */
const depthMax = 150;
/** As SQLite has it. */
const tablesMax = 64;

/**
 * Reads where the names of tables stand in a query, and its lists of columns. It takes more than SQL is: what else is wrong
 * the engine finds.
 * @throws SqlError 42601 where no query can be made out, 54001 where it is nested too deep
 */
export function readQueryTree(tokens: readonly Token[], start = 0): QueryTree {
  const reader = new QueryReader(tokens, start);
  const outermost = reader.readQuery({ named: undefined, outer: undefined, depth: 0 });
  if (reader.at < tokens.length) throw refuseToken(tokens[reader.at]);
  const { cores, compound, tables, patches } = reader;
  return { cores, coreFrom: new Map(cores.map((core) => [core.from, core])), outermost, compound, tables, patches };
}

/** Where in the nesting something is read. */
interface Place {
  readonly named: NamedQueries | undefined;
  readonly outer: Core | undefined;
  readonly depth: number;
}

class QueryReader {
  readonly tokens: readonly Token[];
  readonly cores: Core[] = [];
  readonly tables: TableName[] = [];
  readonly patches: Patch[] = [];
  compound = false;
  at: number;

  constructor(tokens: readonly Token[], start: number) {
    this.tokens = tokens;
    this.at = start;
  }

  /** `[WITH …] core [UNION core]… [ORDER BY …] [LIMIT …]`. */
  readQuery(place: Place): Core[] {
    if (place.depth > depthMax) throw new SqlError('54001', 'the statement is nested too deep', this.here());
    const inner = { ...place, named: this.readWith(place) };
    const first = this.readCore(inner);
    const cores = [first];
    while (isWord(this.token(), 'union', 'intersect', 'except')) {
      this.at += isWord(this.token(1), 'all') ? 2 : 1;
      cores.push(this.readCore(inner));
    }
    this.compound ||= cores.length > 1;
    if (isWord(this.token(), 'order')) this.walkClause(inner, first);
    this.readTail(inner, first);
    return cores;
  }

  private readWith(place: Place): NamedQueries | undefined {
    if (!isWord(this.token(), 'with')) return place.named;
    this.at += isWord(this.token(1), 'recursive') && !isWord(this.token(2), 'as') ? 2 : 1;
    const names = new Set<string>();
    const named = { names, outer: place.named };
    const bodies: number[] = [];
    // All names of a WITH are known in each of its queries, so they are gathered before one of them is read.
    do bodies.push(this.skipNamedQuery(names));
    while (this.skipMark(','));
    const end = this.at;
    for (const body of bodies) {
      this.at = body;
      this.readQuery({ named, outer: undefined, depth: place.depth + 1 });
      if (!isMark(this.token(), ')')) throw refuseToken(this.token());
    }
    this.at = end;
    return named;
  }

  /** @returns where its query begins */
  private skipNamedQuery(names: Set<string>): number {
    const name = this.token();
    if (!isName(name)) throw refuseToken(name);
    names.add(foldName(name.value));
    this.at += 1;
    if (isMark(this.token(), '(')) this.skipParentheses();
    if (!isWord(this.token(), 'as')) throw refuseToken(this.token());
    this.at += 1;
    if (isWord(this.token(), 'not')) this.at += 1;
    if (isWord(this.token(), 'materialized')) this.at += 1;
    if (!isMark(this.token(), '(')) throw refuseToken(this.token());
    const body = this.at + 1;
    this.skipParentheses();
    return body;
  }

  private readCore({ named, outer, depth }: Place): Core {
    const core = newCore(this.at, outer);
    const inner = { named, outer: core, depth };
    const isSelect = isWord(this.token(), 'select');
    if (!isSelect && !isWord(this.token(), 'values')) throw refuseToken(this.token());
    this.cores.push(core);
    this.at += 1;
    this.compound ||= !isSelect;
    if (isSelect) this.readItems(inner, core);
    else this.walkList(inner, core);
    if (isWord(this.token(), 'from')) {
      this.at += 1;
      this.readFrom(inner, core);
    }
    while (isWord(this.token(), 'where', 'group', 'having', 'window')) this.walkClause(inner, core);
    core.to = this.at;
    return core;
  }

  private readItems(place: Place, core: Core): void {
    if (isWord(this.token(), 'distinct', 'all') && !isMark(this.token(1), ',')) this.at += 1;
    do {
      const from = this.at;
      this.walk(place, core);
      core.items.push(readItem(this.tokens, from, this.at));
    } while (this.skipMark(','));
  }

  private walkList(place: Place, core: Core): void {
    do this.walk(place, core);
    while (this.skipMark(','));
  }

  private walkClause(place: Place, core: Core): void {
    const isWhere = isWord(this.token(), 'where');
    this.at += 1;
    const from = this.at;
    this.walkList(place, core);
    if (isWhere) core.where = { from, to: this.at };
  }

  private readFrom(place: Place, core: Core): void {
    this.readTable(place, core);
    for (;;) {
      if (isMark(this.token(), ',')) this.at += 1;
      else if (beginsJoin(this.token())) while (beginsJoin(this.token())) this.at += 1;
      else return;
      this.readTable(place, core);
    }
  }

  private readTable(place: Place, core: Core): void {
    if (isMark(this.token(), '(')) this.readTableInParentheses(place, core);
    else this.readNamedTable(place, core);
    if (isWord(this.token(), 'on')) {
      this.at += 1;
      this.walk(place, core);
    } else if (isWord(this.token(), 'using')) {
      this.at += 1;
      if (isMark(this.token(), '(')) this.skipParentheses();
    }
  }

  private readTableInParentheses(place: Place, core: Core): void {
    this.at += 1;
    const inner = { ...place, depth: place.depth + 1 };
    if (inner.depth > depthMax) throw new SqlError('54001', 'the statement is nested too deep', this.here());
    if (beginsQuery(this.token())) {
      core.opaque = true;
      // A query in FROM does not see its neighbours.
      this.readQuery({ ...inner, outer: core.outer });
    } else {
      this.readFrom(inner, core);
    }
    if (!this.skipMark(')')) throw refuseToken(this.token());
    if (isWord(this.token(), 'as')) this.at += 1;
    if (isTableAlias(this.token())) this.at += 1;
  }

  private readNamedTable(place: Place, core: Core): void {
    const table = readTableName(this.tokens, this.at, place.named);
    this.tables.push(table);
    this.at = table.to;
    if (table.called) {
      this.walkParentheses(place, core);
    } else {
      core.tables.push(table);
      if (core.tables.length > tablesMax)
        throw new SqlError('54000', `at most ${tablesMax} tables in a join`, this.here());
    }
    if (isWord(this.token(), 'as')) this.at += 1;
    if (isTableAlias(this.token())) this.at += 1;
    if (isWord(this.token(), 'not') && isWord(this.token(1), 'indexed')) this.at += 2;
    else if (isWord(this.token(), 'indexed')) this.at += 3;
  }

  private readTail(place: Place, core: Core): void {
    const read = (from: number): number => {
      this.at = from;
      this.walkList(place, core);
      return this.at;
    };
    const { patches, to } = readTail(this.tokens, this.at, read);
    this.patches.push(...patches);
    this.at = to;
  }

  /** Over an expression, to what ends it: a comma, a clause, a join, a closing parenthesis. */
  private walk(place: Place, core: Core): void {
    for (let token = this.token(); token !== undefined; token = this.token()) {
      if (isMark(token, '(')) this.walkParentheses(place, core);
      else if (isMark(token, ')') || isMark(token, ',')) return;
      else if (this.endsExpression(token)) return;
      else if (isWord(token, 'in') && isName(this.token(1))) this.readListed(place);
      else this.at += 1;
    }
  }

  private endsExpression(token: Token): boolean {
    const before = this.tokens[this.at - 1];
    if (isMark(before, '.')) return false;
    if (isWord(token, 'from')) return !isWord(before, 'distinct') || !isWord(this.tokens[this.at - 2], 'is', 'not');
    // `window`, `left` … are names too where nothing of their kind can follow.
    if (isWord(token, 'window')) return isName(this.token(1)) && isWord(this.token(2), 'as');
    if (beginsJoin(token)) return !isMark(this.token(1), '(');
    if (isWord(token, 'fetch')) return isWord(this.token(1), 'first', 'next');
    return beginsClause(token) || isWord(token, 'on', 'using');
  }

  private readListed({ named }: Place): void {
    const table = { ...readTableName(this.tokens, this.at + 1, named), listed: true, alias: undefined };
    this.tables.push(table);
    this.at = table.to;
  }

  private walkParentheses(place: Place, core: Core): void {
    this.at += 1;
    const inner = { ...place, outer: core, depth: place.depth + 1 };
    if (inner.depth > depthMax) throw new SqlError('54001', 'the statement is nested too deep', this.here());
    if (beginsQuery(this.token())) this.readQuery(inner);
    else this.walkToClosing(inner, core);
    if (!this.skipMark(')')) throw refuseToken(this.token());
  }

  private walkToClosing(place: Place, core: Core): void {
    for (let token = this.token(); token !== undefined && !isMark(token, ')'); token = this.token()) {
      if (isMark(token, '(')) this.walkParentheses(place, core);
      else if (isWord(token, 'in') && isName(this.token(1))) this.readListed(place);
      else this.at += 1;
    }
  }

  private skipParentheses(): void {
    let depth = 0;
    do {
      const token = this.token();
      if (token === undefined) throw refuseToken(undefined);
      if (isMark(token, '(')) depth += 1;
      else if (isMark(token, ')')) depth -= 1;
      this.at += 1;
    } while (depth > 0);
  }

  private skipMark(mark: string): boolean {
    if (!isMark(this.token(), mark)) return false;
    this.at += 1;
    return true;
  }

  private token(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  private here(): { readonly position: number | undefined } {
    return { position: this.token()?.start };
  }
}
