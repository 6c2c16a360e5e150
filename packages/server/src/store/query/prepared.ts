import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Allowance, Authorizer } from './authorizer.ts';
import type { QueryDefinition } from './frame.ts';
import { estimateShare, isBetter, listWalked, shareMin } from './plan.ts';
import type { Probed, ShapeProbe } from './probe.ts';
import { selectResource } from './view.ts';
import { quoteIdentifier } from './view-scope.ts';

/** A text that was compiled, with the views that it reads. */
export interface Prepared extends Probed {
  readonly id: number;
  readonly text: string;
  readonly views: QueryDefinition['views'];
  readonly statement: StatementSync;
  readonly allowance: Allowance;
  /** Shows plans, in which views have names. */
  readonly explains: boolean;
  /** Set where a value was seen that a number does not hold. */
  wide: boolean;
}

/** Statements kept; past this, the oldest part goes at once, since every change of views makes SQLite compile all anew. */
const keptMax = 256;
const droppedAtOnce = 64;

/** The statements of a query process. */
export class PreparedStatements {
  readonly #database: DatabaseSync;
  readonly #authorizer: Authorizer;
  readonly #probe: ShapeProbe;
  readonly #entries = new Map<number, Prepared>();

  constructor(database: DatabaseSync, authorizer: Authorizer, probe: ShapeProbe) {
    this.#database = database;
    this.#authorizer = authorizer;
    this.#probe = probe;
  }

  get(id: number): Prepared | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return entry;
  }

  /** @throws Error as SQLite says it, or refused by the authorizer */
  prepare(id: number, definition: QueryDefinition): Prepared {
    const { text, views } = definition;
    const allowance: Allowance = { views: new Set(views.map(({ name }) => name)) };
    this.#authorizer.allow(undefined);
    if (this.#entries.size >= keptMax) this.#dropOldest();
    const explains = /^\s*explain\b/i.test(text);
    const first = this.#build(definition, allowance, new Set());
    const statement = this.#improve(first, definition, allowance);
    const probed = this.#probe.describe(text, views);
    const entry = { id, text, views, allowance, explains, wide: false, statement, ...probed };
    this.#entries.set(id, entry);
    return entry;
  }

  /** A whole organization is walked by its index, row by row: where most of a table is its own, the table is read. */
  #improve(first: StatementSync, definition: QueryDefinition, allowance: Allowance): StatementSync {
    const { text, views } = definition;
    const plan = this.#explain(text, allowance);
    const organizations = views.flatMap((view) => view.organizations.map(({ id }) => id));
    const scanned = new Set(
      listWalked(plan).filter((table) => estimateShare(this.#database, table, organizations) > shareMin),
    );
    if (scanned.size === 0) return first;
    this.#dropViews([...allowance.views]);
    const second = this.#build(definition, allowance, scanned);
    if (isBetter(plan, this.#explain(text, allowance), scanned)) return second;
    this.#dropViews([...allowance.views]);
    return this.#build(definition, allowance, new Set());
  }

  #explain(text: string, allowance: Allowance): string[] {
    const asked = /^\s*explain\b/i.test(text) ? text : `explain query plan ${text}`;
    const rows = this.#compile(asked, allowance).all() as unknown as (readonly unknown[])[];
    this.#authorizer.allow(undefined);
    return rows.map((row) => String(row[3]));
  }

  #compile(text: string, allowance: Allowance): StatementSync {
    this.#authorizer.allow(allowance);
    return this.#database.prepare(text, { returnArrays: true });
  }

  /** The views go again where the text can't be compiled. */
  #build({ text, views }: QueryDefinition, allowance: Allowance, scanned: ReadonlySet<string>): StatementSync {
    for (const { name, resource, organizations } of views) {
      const rows = selectResource(resource, organizations, scanned);
      this.#database.exec(`create temp view ${quoteIdentifier(name)} as ${rows}`);
    }
    let statement: StatementSync | undefined;
    try {
      statement = this.#compile(text, allowance);
      return statement;
    } finally {
      this.#authorizer.allow(undefined);
      if (statement === undefined) this.#dropViews([...allowance.views]);
    }
  }

  #dropOldest(): void {
    for (const [id, { allowance }] of [...this.#entries].slice(0, droppedAtOnce)) {
      this.#entries.delete(id);
      this.#dropViews([...allowance.views]);
    }
  }

  #dropViews(names: readonly string[]): void {
    for (const name of names) this.#database.exec(`drop view if exists temp.${quoteIdentifier(name)}`);
  }
}
