import { foldName } from '../../../language/token.ts';
import { parseSelect } from '../../../language/tree/select.ts';
import type { Select } from '../../../language/tree/tree.ts';
import type { SqlValue } from '../../../ports/query.ts';
import type { Given, PrintCall } from './expression.ts';
import { type Fetch, planFetch, type Read, type ViewUse } from './fetch.ts';
import { findOccurrences } from './occurrence.ts';
import type { StoreTable } from './schema.ts';
import { type FindRelation, printSelect, relate } from './select.ts';
import { relateTable } from './table.ts';
import { Bindings, finishText, Unpushed } from './typed.ts';
import { StoreView } from './view.ts';

/** A view as a query's text names it. */
export interface NamedView {
  readonly name: string;
  /** Its SELECT over the tables of the store. */
  readonly text: string;
  /** Ids of those whose rows it shows. */
  readonly organizations: readonly string[];
}

export interface QuerySurroundings {
  readonly views: readonly NamedView[];
  /** Columns that SQLite reads of each view, in small letters. */
  readonly used: ReadonlyMap<string, ReadonlySet<string>>;
  readonly schema: ReadonlyMap<string, StoreTable>;
}

/** What a query is run with. */
export interface Run {
  readonly values: readonly SqlValue[];
  /** Functions of ours, in small letters. */
  readonly functions: Readonly<Record<string, PrintCall>>;
}

/** A query's text, read once for all its runs. */
export class QueryText {
  readonly #tree: Select | undefined;
  readonly #views: ReadonlyMap<string, StoreView>;
  readonly #columns: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #used: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #schema: ReadonlyMap<string, StoreTable>;
  readonly #tables: FindRelation;

  constructor(text: string, { views, used, schema }: QuerySurroundings) {
    this.#tree = parseSelect(text);
    this.#views = new Map(views.map((view) => [foldName(view.name), new StoreView(view.text, view.organizations)]));
    this.#columns = new Map([...this.#views].map(([name, view]) => [name, view.columnNames]));
    this.#used = used;
    this.#schema = schema;
    this.#tables = (name, place) => {
      const table = place === 'main' ? schema.get(name) : undefined;
      if (table === undefined) throw new Unpushed('there is no such table');
      return relateTable(table);
    };
  }

  /**
   * The whole query in PostgreSQL's SQL, where all of it can be said there with the meaning that SQLite gives it; else a
   * sentence that says why not. Nothing of the query's text comes into it: names are ours, values are bound.
   */
  sayWhole(run: Run): Read | string {
    if (this.#tree === undefined) return 'the text is not read';
    const given: Given = { ...run, bindings: new Bindings() };
    try {
      const { text } = printSelect(this.#tree, { given, find: this.#findViews(given), own: false });
      return finishText(text, given.bindings);
    } catch (error) {
      if (error instanceof Unpushed) return error.message;
      throw error;
    }
  }

  /** What SQLite needs to run the query itself. */
  planFetch(run: Run): Fetch {
    const occurrences = this.#tree && findOccurrences(this.#tree, (name) => this.#views.has(name));
    const uses = [...this.#views].flatMap(([name, view]): ViewUse[] => {
      const columns = this.#used.get(name);
      if (columns === undefined) return [];
      return [{ view, columns, occurrences: occurrences?.filter((occurrence) => occurrence.view === name) }];
    });
    return planFetch({
      ...run,
      uses,
      schema: this.#schema,
      tables: this.#tables,
      views: (given) => this.#findViews(given),
      columnsOf: (view) => this.#columns.get(view),
    });
  }

  #findViews(given: Given): FindRelation {
    return (name, place) => {
      const view = place === undefined ? this.#views.get(foldName(name)) : undefined;
      if (view === undefined) throw new Unpushed('there is no such view');
      return relate(view.tree, { given, find: this.#tables, own: true });
    };
  }
}
