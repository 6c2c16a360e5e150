import { foldName } from '../../../language/token.ts';
import type { Expression, OrderTerm, Output, Select, SelectCore, Source } from '../../../language/tree/tree.ts';
import { type Given, Printer, type Scope } from './expression.ts';
import { nameColumn, Placed, type Relation, type RelationColumn } from './relation.ts';
import { asValue, type Typed, Unpushed } from './typed.ts';

/** The view or table of that name. @throws Unpushed where there is none, or it can't be said */
export type FindRelation = (name: string, schema: string | undefined) => Relation;

export interface Printed {
  readonly text: string;
  readonly outputs: readonly PrintedOutput[];
}

export interface PrintedOutput {
  readonly name: string | undefined;
  readonly typed: Typed;
}

/** What names of relations mean in a SELECT. */
export interface Surroundings {
  readonly given: Given;
  readonly find: FindRelation;
  /** The text is ours: queries that stand as values have one row. */
  readonly own: boolean;
  /** What names mean that mean nothing within: those of the query around one of ours. */
  readonly outer?: Scope | undefined;
}

/** Says a whole SELECT in PostgreSQL's SQL. @throws Unpushed where it can't be said with the same meaning */
export function printSelect(select: Select, surroundings: Surroundings): Printed {
  const printer = readSelect(select, surroundings);
  return {
    text: printer.print(undefined),
    outputs: printer.outputs.map(({ name, typed }) => ({ name, typed: typed() })),
  };
}

/** A SELECT as a table of another: of its columns only those are said that are asked for. */
export function relate(select: Select, surroundings: Surroundings): Relation {
  const printer = readSelect(select, surroundings);
  return { columns: printer.outputs, print: (used) => `(${printer.print(used)})` };
}

function readSelect(select: Select, surroundings: Surroundings): SelectPrinter {
  const [core, ...others] = select.cores;
  if (core?.kind !== 'select' || others.length > 0) throw new Unpushed('no single SELECT');
  return new SelectPrinter(select, core, { ...surroundings, find: withCommons(select, surroundings) });
}

/** Names of WITH, each by what stands before it: one that names itself finds nothing. */
function withCommons({ commons }: Select, surroundings: Surroundings): FindRelation {
  return commons.reduce<FindRelation>((known, common) => {
    const name = foldName(common.name);
    if (common.columns.length > 0) throw new Unpushed('columns have other names');
    return (sought, schema) => {
      const meant = schema === undefined && foldName(sought) === name;
      return meant ? relate(common.select, { ...surroundings, find: known }) : known(sought, schema);
    };
  }, surroundings.find);
}

/** Rows of a SELECT under further conditions: says parts of them, in words that mean something inside of it alone. */
export interface Rows {
  /** What an output holds, by its name in small letters. @throws Unpushed */
  output(name: string): Typed;
  /** What a column of one of its tables holds, by the names that its own text uses. @throws Unpushed */
  column(table: string, name: string): Typed;
  /** A query for the rows that meet the conditions, with these texts of each; `rest` follows it. */
  print(texts: readonly string[], conditions: readonly string[], rest?: string): string;
}

/** @throws Unpushed */
export function readRows(select: Select, surroundings: Surroundings): Rows {
  const printer = readSelect(select, surroundings);
  return {
    output: (name) => {
      const found = printer.outputs.find((output) => output.name !== undefined && foldName(output.name) === name);
      if (found === undefined) throw new Unpushed('a name means no column');
      return found.typed();
    },
    column: (table, name) => printer.column(table, name),
    print: (texts, conditions, rest = '') => printer.printRows(texts, conditions, rest),
  };
}

class SelectPrinter implements Scope {
  readonly outputs: readonly RelationColumn[];
  readonly aggregates = true;
  readonly #select: Select;
  readonly #core: SelectCore;
  readonly #surroundings: Surroundings;
  readonly #printer: Printer;
  readonly #placed: Placed[] = [];
  /** What outputs stand for, by alias: looked up after columns. */
  readonly #aliases = new Map<string, Expression>();

  constructor(select: Select, core: SelectCore, surroundings: Surroundings) {
    this.#select = select;
    this.#core = core;
    this.#surroundings = surroundings;
    this.#printer = new Printer(this, surroundings.given);
    for (const [at, source] of core.sources.entries()) this.#placed.push(this.#place(source, at));
    this.#readAliases(core.outputs);
    this.outputs = core.outputs.flatMap((output) => this.#output(output));
  }

  get single(): boolean {
    return this.#surroundings.own;
  }

  /** Names of this SELECT mean nothing in it, but where both are ours. */
  select(select: Select): { text: string; outputs: Typed[] } {
    const { own } = this.#surroundings;
    const { text, outputs } = printSelect(select, { ...this.#surroundings, outer: own ? this : undefined });
    return { text: `(${text})`, outputs: outputs.map(({ typed }) => typed) };
  }

  /** @param used of its outputs; undefined: all */
  print(used: ReadonlySet<number> | undefined): string {
    const core = this.#core;
    const parts = {
      on: this.#conditions(),
      where: core.where && this.#row(core.where),
      groups: core.groups.map((group) => this.#printer.value(this.#ordinal(group)).text),
      outputs: this.outputs.map(({ typed }, at) => this.#isNeeded(at, used) && `${typed().text} as ${nameColumn(at)}`),
      having: core.having && this.#printer.condition(core.having).text,
      terms: this.#select.order.map((term) => this.#term(term)),
    };
    const joins = this.#joins(parts.on);
    return [
      `select ${core.distinct ? 'distinct ' : ''}${parts.outputs.filter((output) => output !== false).join(', ')}`,
      joins.length > 0 && `from ${joins.join(' ')}`,
      parts.where !== undefined && `where ${parts.where}`,
      parts.groups.length > 0 && `group by ${parts.groups.join(', ')}`,
      parts.having !== undefined && `having ${parts.having}`,
      parts.terms.length > 0 && `order by ${parts.terms.join(', ')}`,
      ...this.#bounds(),
    ]
      .filter((part) => part !== false)
      .join(' ');
  }

  printRows(texts: readonly string[], conditions: readonly string[], rest: string): string {
    const on = this.#conditions();
    const where = [...(this.#core.where ? [this.#row(this.#core.where)] : []), ...conditions];
    const from = this.#joins(on).join(' ');
    return `select ${texts.join(', ')} from ${from} where ${where.length === 0 ? 'true' : where.join(' and ')} ${rest}`;
  }

  #conditions(): (string | undefined)[] {
    return this.#core.sources.map(({ on }) => on && this.#printer.condition(on).text);
  }

  /** Last, when all is known that is taken from each. */
  #joins(on: readonly (string | undefined)[]): string[] {
    return this.#core.sources.map((source, at) => printJoin(source, this.#placed[at]?.print() ?? '', on[at]));
  }

  /** Without its aggregates a SELECT would have other rows. */
  #isNeeded(at: number, used: ReadonlySet<number> | undefined): boolean {
    if (used === undefined || used.has(at) || this.#core.distinct || this.#core.groups.length > 0) return true;
    // Views of ours make a row for each row, unless they group.
    if (this.#surroundings.own) return false;
    const output = this.#core.outputs.length === this.outputs.length ? this.#core.outputs[at] : undefined;
    return output?.kind === 'expression' && hasCall(output.expression);
  }

  #row(condition: Expression): string {
    const { text, aggregate } = this.#printer.condition(condition);
    if (aggregate === true) throw new Unpushed('an aggregate where there is none');
    return text;
  }

  column(table: string | undefined, name: string): Typed {
    const sought = foldName(name);
    const from = table === undefined ? undefined : foldName(table);
    const found = this.#placed.flatMap((placed) => {
      if (from !== undefined && (placed.name === undefined || foldName(placed.name) !== from)) return [];
      const at = placed.find(sought);
      return at < 0 ? [] : [() => placed.take(at)];
    });
    const [take, ...others] = found;
    if (others.length > 0) throw new Unpushed('a name means several columns');
    if (take !== undefined) return take();
    const meant = table === undefined ? this.#aliases.get(sought) : undefined;
    if (meant === undefined) {
      const { outer } = this.#surroundings;
      if (outer === undefined) throw new Unpushed('a name means no column');
      return { ...outer.column(table, name), aggregate: false };
    }
    // Taken out meanwhile: an alias does not stand for what it is in.
    this.#aliases.delete(sought);
    const typed = this.#printer.print(meant);
    this.#aliases.set(sought, meant);
    return typed;
  }

  #readAliases(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.kind !== 'expression' || output.alias === undefined) continue;
      const name = foldName(output.alias);
      // SQLite takes the first.
      if (!this.#aliases.has(name)) this.#aliases.set(name, output.expression);
    }
  }

  #place(source: Source, at: number): Placed {
    if (source.natural || source.using.length > 0) throw new Unpushed('columns that are joined by name');
    const later = this.#core.sources.slice(at + 1).some(({ join }) => join === 'right' || join === 'full');
    const optional = source.join === 'left' || source.join === 'full' || later;
    const { from, alias } = source;
    const place = this.#surroundings.given.bindings.nameTable();
    if (from.kind === 'table') {
      const relation = this.#surroundings.find(from.name, from.schema);
      return new Placed({ alias: place, name: alias ?? from.name, relation, optional });
    }
    if (from.kind !== 'select') throw new Unpushed(`a ${from.kind} in FROM`);
    return new Placed({
      alias: place,
      name: alias,
      relation: relate(from.select, this.#surroundings),
      optional,
    });
  }

  #output(output: Output): RelationColumn[] {
    if (output.kind === 'expression') {
      const { expression, alias } = output;
      const name = alias ?? (expression.kind === 'column' ? expression.name : undefined);
      return [{ name, typed: () => this.#printer.value(expression) }];
    }
    const table = output.table === undefined ? undefined : foldName(output.table);
    const meant = this.#placed.filter(({ name }) => table === undefined || (name && foldName(name) === table));
    return meant.flatMap((placed) =>
      placed.relation.columns.map(({ name }, at) => ({ name, typed: () => asValue(placed.take(at)) })),
    );
  }

  /** `GROUP BY 2` and `ORDER BY 2` mean an output. */
  #ordinal(expression: Expression): Expression {
    if (expression.kind !== 'literal' || typeof expression.value !== 'bigint') return expression;
    const output = this.#core.outputs[Number(expression.value) - 1];
    // Behind a star the counting is another.
    const plain = this.#core.outputs.every(({ kind }) => kind === 'expression');
    if (!plain || output?.kind !== 'expression') throw new Unpushed('an output is counted');
    return output.expression;
  }

  #term({ expression: given, descending, nulls }: OrderTerm): string {
    const expression = given.kind === 'collate' && given.collation === 'binary' ? given.operand : given;
    const alias =
      expression.kind === 'column' && expression.table === undefined
        ? this.#aliases.get(foldName(expression.name))
        : undefined;
    const { text, present } = this.#printer.value(alias ?? this.#ordinal(expression));
    const direction = descending ? ' desc' : '';
    if (present === true) return `${text}${direction}`;
    return `${text}${direction} nulls ${nulls ?? (descending ? 'last' : 'first')}`;
  }

  #bounds(): (string | false)[] {
    const [count, skip] = [this.#whole(this.#select.limit), this.#whole(this.#select.offset)];
    return [
      count !== undefined && count >= 0n && `limit ${count}`,
      skip !== undefined && skip > 0n && `offset ${skip}`,
    ];
  }

  #whole(expression: Expression | undefined): bigint | undefined {
    if (expression === undefined) return undefined;
    const { values } = this.#surroundings.given;
    const value =
      expression.kind === 'literal'
        ? expression.value
        : expression.kind === 'parameter'
          ? values[expression.number - 1]
          : undefined;
    if (typeof value === 'bigint') return value;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
    throw new Unpushed('a number of rows is expected');
  }
}

function printJoin({ join }: Source, table: string, on: string | undefined): string {
  if (join === 'first') return table;
  if (join === 'cross' || join === 'inner') {
    return on === undefined ? `cross join ${table}` : `join ${table} on ${on}`;
  }
  return `${join} join ${table} on ${on ?? 'true'}`;
}

/** Whether a function is called: it may be an aggregate. */
function hasCall(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'parameter':
    case 'column':
      return false;
    case 'binary':
      return hasCall(expression.left) || hasCall(expression.right);
    default:
      return true;
  }
}
