import type { SqlValue } from '../../../ports/query.ts';
import { quoteName } from '../../name.ts';
import type { Given, PrintCall } from './expression.ts';
import type { Occurrence } from './occurrence.ts';
import { type Place, type Restriction, readRestriction } from './restriction.ts';
import type { StoreTable } from './schema.ts';
import type { FindRelation } from './select.ts';
import { Bindings, finishText, Unpushed } from './typed.ts';
import type { StoreView, TableColumn, ViewNeeds } from './view.ts';

/** What SQLite has to be given before it can run a query. */
export interface Fetch {
  readonly tables: readonly TableFetch[];
}

export interface TableFetch {
  readonly table: string;
  readonly columns: readonly string[];
  /** Their rows together are what is needed; where there are several, a row may come of more than one. */
  readonly reads: readonly Read[];
  /** More is known of the rows than whose they are. */
  readonly restricted: boolean;
  /** Columns that rows will be looked up by. */
  readonly indexes: readonly string[];
}

export interface Read {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** A view that a query reads. */
export interface ViewUse {
  readonly view: StoreView;
  /** In small letters. */
  readonly columns: ReadonlySet<string>;
  /** Undefined: it is not known where its rows are taken from. */
  readonly occurrences: readonly Occurrence[] | undefined;
}

export interface FetchParts {
  readonly uses: readonly ViewUse[];
  readonly schema: ReadonlyMap<string, StoreTable>;
  readonly values: readonly SqlValue[];
  readonly functions: Readonly<Record<string, PrintCall>>;
  readonly tables: FindRelation;
  views(given: Given): FindRelation;
  columnsOf(view: string): ReadonlySet<string> | undefined;
}

/** Says which rows and columns of the store's tables a query needs: no others, and no more of them than can be told. */
export function planFetch(parts: FetchParts): Fetch {
  const wanted = new Map<string, { columns: Set<string>; reads: Map<string, ReadPlan>; indexes: Set<string> }>();
  const perView = parts.uses.map((use) => ({ use, needs: use.view.needsFor(use.columns) }));
  for (const { needs } of perView) {
    for (const [table, columns] of needs.columns) {
      const known = wanted.get(table) ?? { columns: new Set(), reads: new Map(), indexes: new Set() };
      wanted.set(table, known);
      for (const column of columns) known.columns.add(column);
    }
    for (const { table, column } of needs.indexes) wanted.get(table)?.indexes.add(column);
  }
  for (const { use, needs } of perView) {
    const occurrences = use.occurrences ?? [undefined];
    for (const table of needs.columns.keys()) {
      for (const occurrence of occurrences) {
        const read = new ReadPlan({ parts, use, needs, table, occurrence });
        wanted.get(table)?.reads.set(read.key, read);
      }
    }
  }
  return {
    tables: [...wanted].map(([table, { columns, reads, indexes }]) => {
      const plans = dropCovered([...reads.values()]);
      const taken = [...withKey(parts.schema, table, columns, plans.length > 1)];
      const restricted = plans.every((plan) => plan.restricted);
      return {
        table,
        columns: taken,
        reads: plans.map((plan) => plan.print(taken)),
        restricted,
        indexes: [...indexes],
      };
    }),
  };
}

/** Rows that come more than once are told apart by their key. */
function withKey(
  schema: ReadonlyMap<string, StoreTable>,
  table: string,
  columns: ReadonlySet<string>,
  several: boolean,
): Set<string> {
  const known = schema.get(table)?.columns ?? [];
  const key = several ? known.filter(({ key }) => key).map(({ name }) => name) : [];
  const all = new Set([...columns, ...key]);
  if (all.size > 0) return all;
  // Rows are counted: any column does.
  return new Set(known.slice(0, 1).map(({ name }) => name));
}

/** Where all rows of the same organizations are read, no other read is needed. */
function dropCovered(plans: readonly ReadPlan[]): readonly ReadPlan[] {
  const whole = plans.filter(({ restricted }) => !restricted);
  return plans.filter(
    (plan) => !plan.restricted || !whole.some(({ organizations }) => organizations === plan.organizations),
  );
}

interface ReadParts {
  readonly parts: FetchParts;
  readonly use: ViewUse;
  readonly needs: ViewNeeds;
  readonly table: string;
  readonly occurrence: Occurrence | undefined;
}

/** Reads the rows of a table that one occurrence of a view needs. */
class ReadPlan {
  /** Alike for reads of the same rows. */
  readonly key: string;
  readonly restricted: boolean;
  readonly organizations: string;
  readonly #parts: ReadParts;
  readonly #bindings = new Bindings();
  readonly #restriction: Restriction | undefined;
  readonly #condition: string | undefined;

  constructor(read: ReadParts) {
    const { parts, use, occurrence } = read;
    this.#parts = read;
    const { values, functions, tables } = parts;
    const given: Given = { values, functions, bindings: this.#bindings };
    const place: Place = { given, tables, views: parts.views(given), columnsOf: (view) => parts.columnsOf(view) };
    this.#restriction = occurrence && readRestriction(occurrence, use.view, place);
    this.organizations = [...use.view.organizations].sort().join(' ');
    this.#condition = this.#restriction && this.#tryFollow(read.table);
    this.restricted = this.#condition !== undefined;
    this.key = JSON.stringify([
      this.organizations,
      this.#condition,
      this.restricted ? this.#bindings.values.map(String) : [],
    ]);
  }

  print(columns: readonly string[]): Read {
    const { table } = this.#parts;
    const names = columns.map(quoteName).join(', ');
    const conditions = [this.#own(table), ...(this.#condition === undefined ? [] : [this.#condition])];
    const text = `select ${names} from ${quoteName(table)} where ${conditions.join(' and ')}`;
    return finishText(text, this.#bindings);
  }

  /** Rows of these organizations. */
  #own(table: string): string {
    const columns = this.#parts.parts.schema.get(table)?.columns ?? [];
    const organizations = this.#bindings.bindList(this.#parts.use.view.organizations);
    if (table === 'organization') return `"id" = any(${organizations})`;
    if (columns.some(({ name }) => name === 'organization_id')) return `"organization_id" = any(${organizations})`;
    if (table === 'account') {
      return `"id" in (select account_id from role_member where organization_id = any(${organizations}))`;
    }
    throw new Error(`rows of ${table} belong to no organization`);
  }

  #tryFollow(table: string): string | undefined {
    try {
      return this.#follow(table, new Set());
    } catch (error) {
      // More rows than are needed do no harm.
      if (error instanceof Unpushed) return undefined;
      throw error;
    }
  }

  /** The rows that hang on those that are asked for; undefined: nothing is known but whose they are. */
  #follow(table: string, seen: ReadonlySet<string>): string | undefined {
    const plain = this.#parts.use.view.plain;
    if (this.#restriction === undefined || plain === undefined || table === 'organization') return undefined;
    if (this.#parts.needs.joined.has(table)) {
      // A table that is taken from in both places is needed for either.
      if (this.#parts.use.view.isRepeated(table)) return undefined;
      const key = this.#keyOf(table);
      return key.length === 0 ? undefined : `(${key.map(quoteName).join(', ')}) in (${this.#joined(table, key)})`;
    }
    for (const link of this.#parts.needs.links) {
      const [own, other] = link[0].table === table ? link : [link[1], link[0]];
      if (own.table !== table || other.table === table || seen.has(other.table)) continue;
      const followed = this.#values(other, new Set([...seen, table]));
      if (followed !== undefined) return `${quoteName(own.column)} in (${followed})`;
    }
    return undefined;
  }

  /** Values of a column of a table in FROM, in the rows that are asked for. */
  #joined(table: string, columns: readonly string[]): string {
    if (this.#restriction === undefined) throw new Error('all rows are asked for');
    const { rows, conditions, rowsMax } = this.#restriction;
    const { view } = this.#parts.use;
    const root = view.plain?.root ?? table;
    const textsOf = (of: string, names: readonly string[]) =>
      names.map((name) => rows.column(view.nameOf(of), name).text);
    // In one order for all tables, so that they are of the same rows.
    const order = textsOf(root, this.#keyOf(root)).join(', ');
    const rest = rowsMax === undefined ? '' : `order by ${order} limit ${rowsMax}`;
    return rows.print(textsOf(table, columns), conditions, rest);
  }

  #keyOf(table: string): string[] {
    const columns = this.#parts.parts.schema.get(table)?.columns ?? [];
    return columns.filter(({ key }) => key).map(({ name }) => name);
  }

  /** Values of a column in the rows that are asked for, or that hang on them. */
  #values({ table, column }: TableColumn, seen: ReadonlySet<string>): string | undefined {
    if (this.#parts.needs.joined.has(table)) return this.#joined(table, [column]);
    const followed = this.#follow(table, seen);
    return followed && `select ${quoteName(column)} from ${quoteName(table)} where ${this.#own(table)} and ${followed}`;
  }
}
