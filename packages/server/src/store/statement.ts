import { type Compilable, type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely';
import type { TableName, Tables } from './schema.ts';

/**
 * A statement that is written once, compiled once for each engine, and then run prepared: building a query anew costs
 * more than running it. `Args` are the values it is run with, `Row` is what it answers.
 */
export interface Statement<Args, Row> {
  /** As `developer.find`: tells statements apart in logs and plans, and names the prepared statement. */
  readonly name: string;
  readonly build: Build<Args, Row>;
  /** What it inserts, where an engine may insert the rows of many works at once instead (postgres/batch.ts). */
  readonly inserts?: RowShape | undefined;
}

/** Rows of one table, and those they hang on: tables by the column that names the owner's id. */
export interface RowShape {
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly owners: readonly { readonly table: TableName; readonly column: string }[];
}

/**
 * `given` holds the members of `Args`. While the statement is built they are placeholders, typed as their values: pass
 * them on, never look into them.
 */
export type Build<Args, Row> = (
  db: Kysely<Tables>,
  given: Args,
  grammar: Grammar,
) => Compilable<Row> | CompiledQuery<Row>;

export function defineStatement<Args, Row>(name: string, build: Build<Args, Row>): Statement<Args, Row> {
  return { name, build };
}

/** Where the SQL of the two engines differs. */
export interface Grammar {
  /** A column whose value is in a list given as one argument, so that the text does not grow with the list. */
  isIn(column: string, list: readonly string[]): RawBuilder<boolean>;
  /** A list given as one argument, as a table with the column `value` that holds each once. */
  each(list: readonly string[]): RawBuilder<unknown>;
  /** What names a row of any table. */
  readonly rowAddress: 'rowid' | 'ctid';
  /** Compares a row address with those that a query answers. */
  isAddressIn(query: RawBuilder<unknown>): RawBuilder<boolean>;
  /** Suffix of a select that keeps the row from being deleted until the transaction ends. */
  readonly keyShare: RawBuilder<unknown>;
  /** Suffix of a select that takes rows which nobody else holds. */
  readonly skipLocked: RawBuilder<unknown>;
  /** Milliseconds since 1970 UTC by the clock that all nodes share: the server's, or `ours` where there is but one node. */
  storeTime(ours: number): RawBuilder<number>;
}

/** Stands for the argument of that name while a statement is built. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const placeholders: object = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) });

/** A statement's text for one engine, and where each parameter comes from. */
export interface Compiled {
  readonly name: string;
  readonly text: string;
  /** The parameters for these arguments, in the order of the text. */
  readonly bind: (args: object) => unknown[];
}

/** What PostgreSQL keeps of the name of a prepared statement. */
const nameLengthMax = 63;

/** Compiles each statement once. */
export class Compiler {
  readonly #db: Kysely<Tables>;
  readonly #grammar: Grammar;
  readonly #compiled = new Map<object, Compiled>();
  readonly #names = new Set<string>();
  readonly #onCompiled: ((compiled: Compiled) => void) | undefined;

  /** @param onCompiled told of each statement, once */
  constructor(db: Kysely<Tables>, grammar: Grammar, onCompiled?: (compiled: Compiled) => void) {
    this.#db = db;
    this.#grammar = grammar;
    this.#onCompiled = onCompiled;
  }

  compile<Args, Row>(statement: Statement<Args, Row>): Compiled {
    const known = this.#compiled.get(statement);
    if (known !== undefined) return known;
    if (statement.name.length > nameLengthMax) throw new Error(`${statement.name} is too long a name`);
    if (this.#names.has(statement.name)) throw new Error(`two statements are named ${statement.name}`);
    const built = statement.build(this.#db, placeholders as Args, this.#grammar);
    const { sql: text, parameters } = 'compile' in built ? built.compile() : built;
    const compiled: Compiled = { name: statement.name, text, bind: bindTo(parameters) };
    this.#names.add(statement.name);
    this.#compiled.set(statement, compiled);
    this.#onCompiled?.(compiled);
    return compiled;
  }
}

function bindTo(parameters: readonly unknown[]): (args: object) => unknown[] {
  const names = parameters.map((parameter) => (parameter instanceof Placeholder ? parameter.name : undefined));
  return (args) => {
    const given = args as Readonly<Record<string, unknown>>;
    // A loop, since it runs for each statement: half the time of `map`.
    const values = new Array<unknown>(names.length);
    for (let at = 0; at < names.length; at++) {
      const name = names[at];
      values[at] = name === undefined ? parameters[at] : given[name];
    }
    return values;
  };
}

/** The members of `given` by these names, for `values(…)` and `set(…)`. */
export function pick<Row, Column extends keyof Row>(given: Row, columns: readonly Column[]): Pick<Row, Column> {
  return Object.fromEntries(columns.map((column) => [column, given[column]])) as Pick<Row, Column>;
}

/** A row that the new one hangs on: of this table, with the id that this column names. */
export interface RowOwner<Row> {
  readonly table: TableName;
  readonly column: keyof Row & string;
}

/**
 * Inserts a row, unless its key is taken (then 0 rows) or its organization or another owner is gone (0 rows too). None
 * of them can be deleted until this transaction ends, so that no row slips in behind the sweep.
 * @param onConflict what is done where the key is taken
 */
export function insertBeneath<Row extends { organization_id: string }>(
  table: TableName,
  columns: readonly (keyof Row & string)[],
  owners: readonly RowOwner<Row>[] = [],
  onConflict: RawBuilder<unknown> = sql`do nothing`,
): Build<Row, unknown> {
  return (db, given, grammar) => {
    const names = sql.join(columns.map((column) => sql.ref(column)));
    const values = sql.join(columns.map((column) => sql.val(given[column])));
    const all: readonly RowOwner<Row>[] = [{ table: 'organization', column: 'organization_id' }, ...owners];
    const tables = sql.join(all.map((owner) => sql.table(owner.table)));
    const held = all.map((owner) => sql`${sql.ref(`${owner.table}.id`)} = ${given[owner.column]}`);
    return sql`insert into ${sql.table(table)} (${names}) select ${values} from ${tables}
      where ${sql.join(held, sql` and `)} ${grammar.keyShare} on conflict ${onConflict}`.compile(db);
  };
}

/**
 * An insert as `insertBeneath` makes it, of a row with an `id`, for works that begin with it. Rows that the works of a
 * group begin with may be written at once, ahead of what else the first of them do: each is new and named by nobody.
 */
export function defineInsert<Row extends { id: string; organization_id: string }>(
  name: string,
  table: TableName,
  columns: readonly (keyof Row & string)[],
): Statement<Row, unknown> {
  const owners = [{ table: 'organization', column: 'organization_id' }] as const;
  return { name, build: insertBeneath<Row>(table, columns), inserts: { table, columns, owners } };
}

/** Statements that differ by a variant of the question; each is defined when it is first asked. */
export function defineVariants<Args, Row>(
  define: (variant: string) => Statement<Args, Row>,
): (variant: string) => Statement<Args, Row> {
  const defined = new Map<string, Statement<Args, Row>>();
  return (variant) => {
    const known = defined.get(variant) ?? define(variant);
    defined.set(variant, known);
    return known;
  };
}
