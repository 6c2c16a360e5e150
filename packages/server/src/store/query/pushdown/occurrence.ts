import { foldName } from '../../../language/token.ts';
import type { Expression, Select, SelectCore, Source } from '../../../language/tree/tree.ts';
import { conjunctsOf, expressionsOf, walkCores, walkExpression } from '../../../language/tree/walk.ts';

/** A place in a query's text where rows of a view are taken from. */
export interface Occurrence {
  /** The view, in small letters. */
  readonly view: string;
  /** By what columns of it are called there, in small letters. */
  readonly name: string;
  /** Rows that do not meet all of these have no part in the answer. */
  readonly conditions: readonly Expression[];
  /** What else rows are taken from there. */
  readonly others: readonly Source[];
  /** So many rows are enough, if they meet all conditions; undefined: there is no bound. */
  readonly rowsMax: Expression[] | undefined;
}

/** Where a query takes rows of views from. @param isView told names in small letters */
export function findOccurrences(select: Select, isView: (name: string) => boolean): Occurrence[] {
  return [...walkCores(select)].flatMap(({ core, select: around }) => {
    const rowsMax = core === select.cores[0] && select.cores.length === 1 ? boundOf(select, core) : undefined;
    return core.sources
      .flatMap((source) => listOf(source))
      .flatMap(({ source, nested }) => {
        if (source.from.kind !== 'table' || source.from.schema !== undefined) return [];
        const view = foldName(source.from.name);
        if (!isView(view)) return [];
        const name = foldName(source.alias ?? source.from.name);
        const conditions = nested || around.cores.length === 0 ? [] : conditionsOn(source, core);
        return [{ view, name, conditions, others: core.sources.filter((other) => other !== source), rowsMax }];
      });
  });
}

function listOf(source: Source, nested = false): { source: Source; nested: boolean }[] {
  if (source.from.kind !== 'group') return [{ source, nested }];
  return source.from.sources.flatMap((inner) => listOf(inner, true));
}

/** Of the side of an outer join that may be absent, only what is asked where it is joined. */
function conditionsOn(source: Source, core: SelectCore): Expression[] {
  if (core.sources.some(({ join }) => join === 'right' || join === 'full')) return [];
  if (source.join === 'left') return conjunctsOf(source.on);
  const inner = core.sources.filter(({ join }) => join !== 'left');
  return [...conjunctsOf(core.where), ...inner.flatMap(({ on }) => conjunctsOf(on))];
}

/** LIMIT and OFFSET of a query that answers a row for each row. */
function boundOf(select: Select, core: SelectCore): Expression[] | undefined {
  if (select.limit === undefined || select.order.length > 0) return undefined;
  if (!isRowWise(select, core)) return undefined;
  return [select.limit, ...(select.offset === undefined ? [] : [select.offset])];
}

/** Functions that tell of one row and no other, as far as they are asked for where rows are many. */
const rowFunctions: ReadonlySet<string> = new Set(
  `abs coalesce format hex ifnull iif instr json json_array_length json_extract json_type length like lower ltrim nullif
  printf quote replace round rtrim split_part substr substring trim typeof unicode upper date time datetime julianday
  strftime unixepoch json_valid json_object json_array regexp_like regexp_replace regexp_substr json_equal`.split(
    /\s+/,
  ),
);

/** Whether each row of the one view that is named makes a row of the answer or none, whatever the others are. */
function isRowWise(select: Select, core: SelectCore): boolean {
  if (select.cores.length > 1 || select.commons.length > 0 || core.sources.length !== 1) return false;
  if (core.distinct || core.groups.length > 0 || core.having !== undefined) return false;
  for (const expression of expressionsOf(select)) {
    for (const part of walkExpression(expression)) {
      if (part.kind === 'select' || (part.kind === 'in' && part.select !== undefined)) return false;
      if (part.kind !== 'call') continue;
      if (part.star || part.distinct || part.besides !== undefined || !rowFunctions.has(part.name)) return false;
    }
  }
  return true;
}
