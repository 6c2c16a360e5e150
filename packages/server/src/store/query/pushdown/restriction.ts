import { foldName } from '../../../language/token.ts';
import type { Expression, Select } from '../../../language/tree/tree.ts';
import { type Given, Printer, type Scope } from './expression.ts';
import type { Occurrence } from './occurrence.ts';
import { type FindRelation, printSelect, type Rows, readRows } from './select.ts';
import { type Typed, Unpushed } from './typed.ts';
import type { StoreView } from './view.ts';

/** What is known of where an occurrence stands. */
export interface Place {
  readonly given: Given;
  /** Tables of the store, for views. */
  readonly tables: FindRelation;
  /** Views, for queries in conditions. */
  readonly views: FindRelation;
  /** Columns of each view, in small letters; undefined: it is none of them. */
  columnsOf(view: string): ReadonlySet<string> | undefined;
}

/** Which rows of a view an occurrence needs. */
export interface Restriction {
  readonly rows: Rows;
  readonly conditions: readonly string[];
  readonly rowsMax: bigint | undefined;
}

/**
 * The conditions of an occurrence that can be said in PostgreSQL's SQL of the view's rows alone. What can't be said is
 * left to SQLite, which asks all of them again. Undefined: all rows are needed.
 */
export function readRestriction(occurrence: Occurrence, view: StoreView, place: Place): Restriction | undefined {
  const { given, tables } = place;
  if (view.plain === undefined) return undefined;
  try {
    const rows = readRows(view.tree, { given, find: tables, own: true });
    const scope = new OccurrenceScope(occurrence, rows, place);
    const conditions = occurrence.conditions.map((condition) => printCondition(condition, scope, given));
    const said = conditions.filter((condition) => condition !== undefined);
    const complete = said.length === conditions.length;
    const rowsMax = complete ? sumOf(occurrence.rowsMax, given) : undefined;
    return said.length === 0 && rowsMax === undefined ? undefined : { rows, conditions: said, rowsMax };
  } catch (error) {
    if (error instanceof Unpushed) return undefined;
    throw error;
  }
}

function printCondition(condition: Expression, scope: Scope, given: Given): string | undefined {
  try {
    return new Printer(scope, given).condition(condition).text;
  } catch (error) {
    if (error instanceof Unpushed) return undefined;
    throw error;
  }
}

function sumOf(bounds: readonly Expression[] | undefined, { values }: Given): bigint | undefined {
  if (bounds === undefined) return undefined;
  let sum = 0n;
  for (const bound of bounds) {
    const value =
      bound.kind === 'literal' ? bound.value : bound.kind === 'parameter' ? (values[bound.number - 1] ?? null) : null;
    const whole = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
    if (typeof whole !== 'bigint' || whole < 0n || whole > 1_000_000n) return undefined;
    sum += whole;
  }
  return sum;
}

/** Names mean columns of the one occurrence; those of anything else can't be said. */
class OccurrenceScope implements Scope {
  readonly aggregates = false;
  readonly single = false;
  readonly #occurrence: Occurrence;
  readonly #rows: Rows;
  readonly #place: Place;

  constructor(occurrence: Occurrence, rows: Rows, place: Place) {
    this.#occurrence = occurrence;
    this.#rows = rows;
    this.#place = place;
  }

  column(table: string | undefined, name: string): Typed {
    const sought = foldName(name);
    const ours = table === undefined ? this.#isOurs(sought) : foldName(table) === this.#occurrence.name;
    if (!ours) throw new Unpushed('a name of another table');
    return this.#rows.output(sought);
  }

  select(select: Select): { text: string; outputs: Typed[] } {
    const { given, views } = this.#place;
    const { text, outputs } = printSelect(select, { given, find: views, own: false });
    return { text: `(${text})`, outputs: outputs.map(({ typed }) => typed) };
  }

  /** Where a table stands beside that may have a column of that name, it may be meant. */
  #isOurs(name: string): boolean {
    return this.#occurrence.others.every(({ from, natural, using }) => {
      if (from.kind !== 'table' || natural || using.length > 0) return false;
      const columns = this.#place.columnsOf(foldName(from.name));
      return columns !== undefined && !columns.has(name);
    });
  }
}
