import type { Expression, Select, SelectCore, Source } from './tree.ts';

/** What stands directly in an expression; queries in it are not among them. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'parameter':
    case 'column':
    case 'select':
      return [];
    case 'unary':
    case 'cast':
    case 'collate':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'between':
      return [expression.operand, expression.low, expression.high];
    case 'in':
      return [expression.operand, ...(expression.list ?? [])];
    case 'pattern':
      return [expression.operand, expression.pattern, ...present(expression.escaping)];
    case 'case':
      return [
        ...present(expression.operand),
        ...expression.branches.flatMap(({ when, value }) => [when, value]),
        ...present(expression.otherwise),
      ];
    case 'call':
      return [...expression.values, ...(expression.besides ?? [])];
    case 'row':
      return expression.items;
  }
}

function present<T>(item: T | undefined): T[] {
  return item === undefined ? [] : [item];
}

/** A query that stands in this expression itself. */
function selectOf(expression: Expression): Select | undefined {
  return expression.kind === 'select' || expression.kind === 'in' ? expression.select : undefined;
}

/** The expression and all that it is made of; of queries in it nothing. */
export function* walkExpression(expression: Expression): Iterable<Expression> {
  yield expression;
  for (const part of partsOf(expression)) yield* walkExpression(part);
}

/** All SELECTs of a query with a FROM or without: itself, those of WITH and FROM, and those in expressions. */
export function* walkCores(select: Select): Iterable<{ readonly core: SelectCore; readonly select: Select }> {
  for (const common of select.commons) yield* walkCores(common.select);
  for (const core of select.cores) {
    if (core.kind !== 'select') continue;
    yield { core, select };
    for (const source of core.sources) yield* coresOfSource(source);
  }
  for (const expression of expressionsOf(select)) yield* coresIn(expression);
}

function* coresOfSource({ from }: Source): Iterable<{ readonly core: SelectCore; readonly select: Select }> {
  if (from.kind === 'select') yield* walkCores(from.select);
  if (from.kind === 'group') for (const source of from.sources) yield* coresOfSource(source);
}

/** SELECTs in an expression, however deep. */
export function* coresIn(expression: Expression): Iterable<{ readonly core: SelectCore; readonly select: Select }> {
  for (const part of walkExpression(expression)) {
    const inner = selectOf(part);
    if (inner !== undefined) yield* walkCores(inner);
  }
}

/** Expressions that stand directly in a query, its SELECTs and their FROM. */
export function* expressionsOf(select: Select): Iterable<Expression> {
  for (const core of select.cores) {
    if (core.kind === 'values') for (const row of core.rows) yield* row;
    else yield* expressionsOfCore(core);
  }
  for (const { expression } of select.order) yield expression;
  yield* present(select.limit);
  yield* present(select.offset);
}

export function* expressionsOfCore(core: SelectCore): Iterable<Expression> {
  for (const output of core.outputs) if (output.kind === 'expression') yield output.expression;
  yield* expressionsOfSources(core.sources);
  yield* present(core.where);
  yield* core.groups;
  yield* present(core.having);
}

export function* expressionsOfSources(sources: readonly Source[]): Iterable<Expression> {
  for (const { from, on } of sources) {
    yield* present(on);
    if (from.kind === 'function') yield* from.values;
    if (from.kind === 'group') yield* expressionsOfSources(from.sources);
  }
}

/** Conditions that all have to hold. */
export function conjunctsOf(condition: Expression | undefined): Expression[] {
  if (condition === undefined) return [];
  if (condition.kind !== 'binary' || condition.operator !== 'and') return [condition];
  return [...conjunctsOf(condition.left), ...conjunctsOf(condition.right)];
}
