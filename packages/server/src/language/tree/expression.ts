import { foldName } from '../token.ts';
import { Reader, Unread } from './reader.ts';
import type { BinaryOperator, Call, Case, Expression, OrderTerm, Select } from './tree.ts';

/** From the loosest to the tightest, between AND and what stands alone (sqlite.org/lang_expr.html). */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['<', '<=', '>', '>='],
  ['&', '|', '<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['||', '->', '->>'],
];
const int64Max = 2n ** 63n - 1n;
/** Operators in a row: each makes the tree one deeper. */
const chainMax = 300;

/** Expressions, by SQLite's precedence. */
export abstract class ExpressionParser {
  protected readonly reader: Reader;

  constructor(text: string) {
    this.reader = new Reader(text);
  }

  protected abstract select(): Select;

  expression(): Expression {
    return this.reader.nest(() => this.#chain('or', () => this.#chain('and', () => this.#negation())));
  }

  orderTerm(): OrderTerm {
    const expression = this.expression();
    const descending = this.reader.takeWords('desc');
    if (!descending) this.reader.takeWords('asc');
    if (this.reader.takeWords('nulls', 'first')) return { expression, descending, nulls: 'first' };
    if (this.reader.takeWords('nulls', 'last')) return { expression, descending, nulls: 'last' };
    return { expression, descending, nulls: undefined };
  }

  #chain(operator: 'and' | 'or', read: () => Expression): Expression {
    let left = read();
    for (let length = 0; this.reader.takeWords(operator); length++) {
      if (length > chainMax) throw new Unread('it is too long');
      left = { kind: 'binary', operator, left, right: read() };
    }
    return left;
  }

  #negation(): Expression {
    if (this.reader.isWord('not') && !this.reader.isWord('exists', 1)) {
      this.reader.next();
      return { kind: 'unary', operator: 'not', operand: this.reader.nest(() => this.#negation()) };
    }
    return this.#equality();
  }

  #equality(): Expression {
    let left = this.#level(0);
    for (let length = 0; length < chainMax; length++) {
      const further = this.#comparison(left);
      if (further === undefined) return left;
      left = further;
    }
    throw new Unread('it is too long');
  }

  /** What stands on the level of `=`, after its left side. */
  #comparison(left: Expression): Expression | undefined {
    const { reader } = this;
    const binary = (operator: BinaryOperator): Expression => ({
      kind: 'binary',
      operator,
      left,
      right: this.#level(0),
    });
    if (reader.takeOperator('=') || reader.takeOperator('==')) return binary('=');
    if (reader.takeOperator('<>') || reader.takeOperator('!=')) return binary('<>');
    if (reader.takeWords('isnull')) return isNull(left, 'is');
    if (reader.takeWords('notnull') || reader.takeWords('not', 'null')) return isNull(left, 'is not');
    if (reader.takeWords('is', 'not', 'distinct', 'from')) return binary('is');
    if (reader.takeWords('is', 'distinct', 'from')) return binary('is not');
    if (reader.takeWords('is', 'not')) return binary('is not');
    if (reader.takeWords('is')) return binary('is');
    const not = reader.isWord('not') && ['between', 'in', ...patterns].some((word) => reader.isWord(word, 1));
    if (not) reader.next();
    if (reader.takeWords('between')) return this.#between(left, not);
    if (reader.takeWords('in')) return this.#membership(left, not);
    const operator = patterns.find((word) => reader.takeWords(word));
    if (operator === undefined) return undefined;
    const pattern = this.#level(0);
    const escaping = reader.takeWords('escape') ? this.#level(0) : undefined;
    return { kind: 'pattern', not, operator, operand: left, pattern, escaping };
  }

  #between(operand: Expression, not: boolean): Expression {
    const low = this.#level(0);
    this.reader.expectWord('and');
    return { kind: 'between', not, operand, low, high: this.#level(0) };
  }

  #membership(operand: Expression, not: boolean): Expression {
    const { reader } = this;
    reader.expectOperator('(');
    if (reader.isWord('select') || reader.isWord('with') || reader.isWord('values')) {
      const select = this.select();
      reader.expectOperator(')');
      return { kind: 'in', not, operand, list: undefined, select };
    }
    const list = reader.isOperator(')') ? [] : reader.list(() => this.expression());
    reader.expectOperator(')');
    return { kind: 'in', not, operand, list, select: undefined };
  }

  #level(level: number): Expression {
    const operators = levels[level];
    if (operators === undefined) return this.#collated();
    let left = this.#level(level + 1);
    for (let length = 0; length < chainMax; length++) {
      const operator = operators.find((each) => this.reader.takeOperator(each));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.#level(level + 1) };
    }
    throw new Unread('it is too long');
  }

  #collated(): Expression {
    let operand = this.#unary();
    for (let length = 0; length < 10 && this.reader.takeWords('collate'); length++) {
      operand = { kind: 'collate', operand, collation: foldName(this.reader.takeName()) };
    }
    return operand;
  }

  #unary(): Expression {
    const operator = (['-', '+', '~'] as const).find((each) => this.reader.takeOperator(each));
    if (operator === undefined) return this.#primary();
    const operand = this.reader.nest(() => this.#unary());
    if (operator === '-' && operand.kind === 'literal') {
      if (typeof operand.value === 'bigint') return { kind: 'literal', value: -operand.value };
      if (typeof operand.value === 'number') return { kind: 'literal', value: -operand.value };
    }
    return { kind: 'unary', operator, operand };
  }

  #primary(): Expression {
    const { reader } = this;
    if (reader.takeOperator('(')) return this.#parenthesis();
    if (reader.takeWords('case')) return this.#case();
    if (reader.takeWords('cast')) return this.#cast();
    if (reader.takeWords('null')) return { kind: 'literal', value: null };
    const absent = reader.isWord('not') && reader.isWord('exists', 1);
    if (absent) reader.next();
    if (reader.takeWords('exists')) {
      reader.expectOperator('(');
      const select: Expression = { kind: 'select', select: this.select(), exists: true };
      reader.expectOperator(')');
      return absent ? { kind: 'unary', operator: 'not', operand: select } : select;
    }
    if (reader.isName()) return this.#named();
    return this.#constant();
  }

  #constant(): Expression {
    const { kind, text, value } = this.reader.next();
    if (kind === 'string') return { kind: 'literal', value };
    if (kind === 'parameter' && /^\?\d{1,5}$/.test(text)) return { kind: 'parameter', number: Number(text.slice(1)) };
    if (kind === 'number' && /^\d{1,19}$/.test(text)) {
      const value = BigInt(text);
      if (value <= int64Max) return { kind: 'literal', value };
    }
    if (kind === 'number' && /^(?:\d+\.\d*|\.\d+)$/.test(text)) return { kind: 'literal', value: Number(text) };
    throw new Unread(`${text} is not read`);
  }

  #parenthesis(): Expression {
    const { reader } = this;
    if (reader.isWord('select') || reader.isWord('with') || reader.isWord('values')) {
      const select = reader.nest(() => this.select());
      reader.expectOperator(')');
      return { kind: 'select', select, exists: false };
    }
    const items = reader.list(() => this.expression());
    reader.expectOperator(')');
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { kind: 'row', items };
  }

  #case(): Case {
    const { reader } = this;
    const operand = reader.isWord('when') ? undefined : this.expression();
    const branches: { when: Expression; value: Expression }[] = [];
    while (reader.takeWords('when')) {
      const when = this.expression();
      reader.expectWord('then');
      branches.push({ when, value: this.expression() });
    }
    const otherwise = reader.takeWords('else') ? this.expression() : undefined;
    reader.expectWord('end');
    return { kind: 'case', operand, branches, otherwise };
  }

  #cast(): Expression {
    const { reader } = this;
    reader.expectOperator('(');
    const operand = this.expression();
    reader.expectWord('as');
    for (let depth = 0; depth > 0 || !reader.isOperator(')'); ) {
      const { text } = reader.next();
      depth += text === '(' ? 1 : text === ')' ? -1 : 0;
    }
    reader.expectOperator(')');
    return { kind: 'cast', operand };
  }

  #named(): Expression {
    const { reader } = this;
    const bare = reader.peek()?.kind === 'word';
    const name = reader.takeName();
    if (bare && reader.isOperator('(')) return this.#call(foldName(name));
    if (!reader.takeOperator('.')) {
      const folded = foldName(name);
      // SQLite reads them as columns where there are such: none of ours is called so.
      if (bare && folded === 'true') return { kind: 'literal', value: 1n };
      if (bare && folded === 'false') return { kind: 'literal', value: 0n };
      return { kind: 'column', table: undefined, name };
    }
    const column = reader.takeName();
    if (reader.isOperator('.') || reader.isOperator('(')) throw new Unread('a name has too many parts');
    return { kind: 'column', table: name, name: column };
  }

  #call(name: string): Call {
    const { reader } = this;
    reader.expectOperator('(');
    const star = reader.takeOperator('*');
    const distinct = !star && reader.takeWords('distinct');
    const values = star || reader.isOperator(')') ? [] : reader.list(() => this.expression());
    const besides: Expression[] = [];
    let plain = true;
    if (reader.takeWords('order', 'by')) {
      plain = false;
      besides.push(...reader.list(() => this.orderTerm().expression));
    }
    reader.expectOperator(')');
    if (reader.takeWords('filter')) {
      plain = false;
      reader.expectOperator('(');
      reader.expectWord('where');
      besides.push(this.expression());
      reader.expectOperator(')');
    }
    if (reader.takeWords('over')) {
      plain = false;
      besides.push(...this.#window());
    }
    return { kind: 'call', name, values, star, distinct, besides: plain ? undefined : besides };
  }

  /** What stands after OVER. Frames are not read. */
  #window(): Expression[] {
    const { reader } = this;
    reader.expectOperator('(');
    const besides: Expression[] = [];
    if (reader.takeWords('partition', 'by')) besides.push(...reader.list(() => this.expression()));
    if (reader.takeWords('order', 'by')) besides.push(...reader.list(() => this.orderTerm().expression));
    reader.expectOperator(')');
    return besides;
  }
}

const patterns = ['like', 'glob', 'regexp', 'match'] as const;

function isNull(left: Expression, operator: 'is' | 'is not'): Expression {
  return { kind: 'binary', operator, left, right: { kind: 'literal', value: null } };
}
