import type { Case, Expression, Membership, Pattern, Select } from '../../../language/tree/tree.ts';
import type { SqlValue } from '../../../ports/query.ts';
import { isAggregate, printAggregate, printFunction, unite } from './function.ts';
import {
  absent,
  alike,
  asTruth,
  asValue,
  type Bindings,
  bindValue,
  integerOf,
  type Typed,
  textOf,
  truthOf,
  Unpushed,
} from './typed.ts';

/** What names mean where an expression stands. */
export interface Scope {
  /** @throws Unpushed where nothing is known by that name, or nothing that can be said */
  column(table: string | undefined, name: string): Typed;
  /** A query within the expression, in parentheses, with its outputs. @throws Unpushed where it can't be said */
  select(select: Select): { readonly text: string; readonly outputs: readonly Typed[] };
  /** Whether aggregates may stand here. */
  readonly aggregates: boolean;
  /** Whether a query that stands as a value is known to have one row at most. */
  readonly single: boolean;
}

/** What a statement is run with. */
export interface Given {
  readonly bindings: Bindings;
  readonly values: readonly SqlValue[];
  /** Functions that are not SQLite's, in small letters. */
  readonly functions?: Readonly<Record<string, PrintCall>> | undefined;
}

/** Says a call. @param constants what is known of the arguments before any row; undefined: nothing */
export type PrintCall = (values: readonly Typed[], constants: readonly (SqlValue | undefined)[], given: Given) => Typed;

const comparisons: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);
const patternLengthMax = 1000;
const listLengthMax = 1000;

/** Says an expression in PostgreSQL's SQL. @throws Unpushed where it can't be said with the same meaning */
export class Printer {
  readonly #scope: Scope;
  readonly #given: Given;

  constructor(scope: Scope, given: Given) {
    this.#scope = scope;
    this.#given = given;
  }

  condition(expression: Expression): Typed {
    return asTruth(this.print(expression));
  }

  value(expression: Expression): Typed {
    return asValue(this.print(expression));
  }

  print(expression: Expression): Typed {
    switch (expression.kind) {
      case 'literal':
        return bindValue(expression.value, this.#given.bindings);
      case 'parameter':
        return bindValue(this.#given.values[expression.number - 1] ?? null, this.#given.bindings);
      case 'column':
        return this.#scope.column(expression.table, expression.name);
      case 'unary':
        return this.#unary(expression.operator, expression.operand);
      case 'binary':
        return this.#binary(expression);
      case 'between':
        return this.#between(expression);
      case 'in':
        return this.#membership(expression);
      case 'pattern':
        return this.#pattern(expression);
      case 'case':
        return this.#case(expression);
      case 'call':
        return this.#call(expression);
      case 'collate':
        if (expression.collation !== 'binary') throw new Unpushed('another collation');
        return this.print(expression.operand);
      case 'select':
        return this.#select(expression.select, expression.exists);
      default:
        throw new Unpushed(`${expression.kind} is not said`);
    }
  }

  #unary(operator: string, operand: Expression): Typed {
    if (operator === 'not') {
      const truth = this.condition(operand);
      return { ...truth, text: `(not ${truth.text})` };
    }
    throw new Unpushed(`${operator} is not said`);
  }

  #binary({ operator, left: leftTree, right: rightTree }: Extract<Expression, { kind: 'binary' }>): Typed {
    if (operator === 'and' || operator === 'or') {
      const [left, right] = [this.condition(leftTree), this.condition(rightTree)];
      return mark(truthOf(`(${left.text} ${operator} ${right.text})`), left, right);
    }
    const [left, right] = [this.value(leftTree), this.value(rightTree)];
    if (operator === 'is' || operator === 'is not') return mark(printSame(operator, left, right), left, right);
    if (comparisons.has(operator)) return mark(compare(operator, left, right), left, right);
    if (operator === '||') return mark(concatenate(left, right), left, right);
    return mark(calculate(operator, left, right), left, right);
  }

  #between({ not, operand, low, high }: Extract<Expression, { kind: 'between' }>): Typed {
    const values = alike(this.value(operand), this.value(low), this.value(high));
    const [value, least, most] = values.map(({ text }) => text);
    return mark(truthOf(`(${value} ${not ? 'not between' : 'between'} ${least} and ${most})`), ...values);
  }

  /** SQLite takes the first row of many, PostgreSQL none. */
  #select(select: Select, exists: boolean): Typed {
    const { text, outputs } = this.#scope.select(select);
    if (exists) return truthOf(`(exists ${text})`);
    const [only, ...others] = outputs;
    if (!this.#scope.single || only === undefined || others.length > 0) throw new Unpushed('more than a value');
    return { ...only, text, present: false, aggregate: false };
  }

  #membership({ not, operand, list, select }: Membership): Typed {
    if (select !== undefined) return this.#selected(not, operand, select);
    if (list === undefined || list.length === 0 || list.length > listLengthMax) throw new Unpushed('no list of values');
    const values = alike(...[operand, ...list].map((item) => this.value(item)));
    const [value, ...items] = values.map(({ text }) => text);
    return mark(truthOf(`(${value} ${not ? 'not in' : 'in'} (${items.join(', ')}))`), ...values);
  }

  #selected(not: boolean, operand: Expression, select: Select): Typed {
    const value = this.value(operand);
    const { text, outputs } = this.#scope.select(select);
    const [only, ...others] = outputs;
    if (only === undefined || others.length > 0 || only.type !== value.type) throw new Unpushed('types differ');
    return mark(truthOf(`(${value.text} ${not ? 'not in' : 'in'} ${text})`), value);
  }

  /** Letters of ASCII are alike in both cases, and no character escapes another. */
  #pattern({ not, operator, operand, pattern, escaping }: Pattern): Typed {
    const value = this.value(operand);
    const sought = this.#constant(pattern);
    if (operator !== 'like' || escaping !== undefined) throw new Unpushed('a pattern of another kind');
    if (value.type !== 'text' || typeof sought !== 'string' || sought.length > patternLengthMax) {
      throw new Unpushed('a text and a pattern are expected');
    }
    const folded = sought.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    const bound = bindValue(folded, this.#given.bindings).text;
    return mark(truthOf(`(lower(${value.text}) ${not ? 'not like' : 'like'} ${bound} escape '')`), value);
  }

  #constant(expression: Expression): SqlValue | undefined {
    if (expression.kind === 'literal') return expression.value;
    if (expression.kind === 'parameter') return this.#given.values[expression.number - 1] ?? null;
    return undefined;
  }

  #case({ operand, branches, otherwise }: Case): Typed {
    const subject = operand === undefined ? undefined : this.value(operand);
    const parts = branches.map(({ when, value }) => {
      const met = subject === undefined ? this.condition(when) : compare('=', subject, this.value(when));
      return { met, value: this.value(value) };
    });
    const rest = otherwise === undefined ? absent : this.value(otherwise);
    const values = [...parts.map(({ value }) => value), rest];
    const text = parts.map(({ met, value }) => `when ${met.text} then ${value.text}`).join(' ');
    const typed = { ...unite(values), text: `(case ${text} else ${rest.text} end)` };
    return mark(typed, ...values, ...parts.map(({ met }) => met));
  }

  #call({ name, values, star, distinct, besides }: Extract<Expression, { kind: 'call' }>): Typed {
    if (besides !== undefined) throw new Unpushed('windows and filters are not said');
    if (isAggregate(name, values.length)) return this.#aggregate(name, values, distinct);
    if (star || distinct) throw new Unpushed(`${name} is not known to mean the same`);
    if (name === 'iif' || name === 'if') {
      const [when, value, otherwise] = values;
      if (when === undefined || value === undefined || values.length !== 3) throw new Unpushed('three are expected');
      return this.#case({ kind: 'case', operand: undefined, branches: [{ when, value }], otherwise });
    }
    const printed = values.map((value) => this.value(value));
    const own = this.#given.functions;
    if (own !== undefined && Object.hasOwn(own, name)) {
      const constants = values.map((value) => this.#constant(value));
      return own[name]?.(printed, constants, this.#given) ?? absent;
    }
    if (name === 'nullif') return printNullIf(printed);
    return mark(printFunction(name, printed), ...printed);
  }

  #aggregate(name: string, values: readonly Expression[], distinct: boolean): Typed {
    if (!this.#scope.aggregates) throw new Unpushed('an aggregate where there is none');
    const [argument] = values.map((value) => this.value(value));
    // In which order a list is made, a text of ours says.
    if (name === 'json_group_array' && !this.#scope.single) throw new Unpushed('a list of rows in any order');
    if (argument?.aggregate === true) throw new Unpushed('an aggregate in another');
    return printAggregate(name, argument, distinct);
  }
}

function mark(typed: Typed, ...parts: readonly Typed[]): Typed {
  return parts.some(({ aggregate }) => aggregate === true) ? { ...typed, aggregate: true } : typed;
}

function compare(operator: string, ...sides: readonly Typed[]): Typed {
  const [left, right] = alike(...sides).map(({ text }) => text);
  return truthOf(`(${left} ${operator} ${right})`);
}

function printSame(operator: 'is' | 'is not', left: Typed, right: Typed): Typed {
  const not = operator === 'is not';
  if (right.type === 'null') return truthOf(`(${left.text} is ${not ? 'not ' : ''}null)`);
  const [one, other] = alike(left, right).map(({ text }) => text);
  return truthOf(`(${one} is ${not ? '' : 'not '}distinct from ${other})`);
}

function concatenate(left: Typed, right: Typed): Typed {
  const text = [left, right].map((part) => {
    if (part.type === 'text') return part.text;
    if (part.type === 'integer') return `(${part.text})::text collate "C"`;
    throw new Unpushed('texts are expected');
  });
  return textOf(`((${text[0]}) || (${text[1]}))`);
}

function calculate(operator: string, left: Typed, right: Typed): Typed {
  if (left.type !== 'integer' || right.type !== 'integer') throw new Unpushed('integers are expected');
  const text = (right: string) => `(${left.text} ${operator} ${right})`;
  const widest = Math.max(left.bits, right.bits) + 1;
  const [one, other] = [left.least, right.least];
  if (operator === '+') {
    return integerOf(text(right.text), widest, one === undefined || other === undefined ? undefined : one + other);
  }
  if (operator === '-') {
    // Only of a single value it is known what is the most.
    const known = one !== undefined && other !== undefined && /^\(\$\d+::bigint\)$/.test(right.text);
    return integerOf(text(right.text), widest, known ? one - other : undefined);
  }
  if (operator === '*') return integerOf(text(right.text), left.bits + right.bits);
  // By nothing: SQLite answers null.
  if (operator === '/') {
    const growth = (other ?? 0) >= 1 ? 0 : 1;
    return integerOf(text(`nullif(${right.text}, 0)`), left.bits + growth);
  }
  if (operator === '%') return integerOf(text(`nullif(${right.text}, 0)`), left.bits);
  throw new Unpushed(`${operator} is not said`);
}

function printNullIf([value, other, ...more]: readonly Typed[]): Typed {
  if (value === undefined || other === undefined || more.length > 0) throw new Unpushed('two are expected');
  if (value.type !== other.type || value.type === 'null') throw new Unpushed('types differ');
  return mark({ ...value, text: `nullif(${value.text}, ${other.text})`, present: false }, other);
}
