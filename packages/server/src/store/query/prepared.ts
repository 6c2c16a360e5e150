import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Allowance, Authorizer } from './authorizer.ts';
import type { QueryDefinition } from './frame.ts';
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
  prepare(id: number, { text, views }: QueryDefinition): Prepared {
    const names = new Set(views.map(({ name }) => name));
    const allowance: Allowance = { views: names };
    this.#authorizer.allow(undefined);
    if (this.#entries.size >= keptMax) this.#dropOldest();
    const statement = this.#createViews(views, () => this.#compile(text, allowance));
    const probed = this.#probe.describe(text, views);
    const explains = /^\s*explain\b/i.test(text);
    const entry = { id, text, views, allowance, explains, wide: false, statement, ...probed };
    this.#entries.set(id, entry);
    return entry;
  }

  #compile(text: string, allowance: Allowance): StatementSync {
    this.#authorizer.allow(allowance);
    return this.#database.prepare(text, { returnArrays: true });
  }

  /** The views go again where the text can't be compiled. */
  #createViews<T>(views: QueryDefinition['views'], compile: () => T): T {
    for (const { name, resource, organizations } of views) {
      this.#database.exec(`create temp view ${quoteIdentifier(name)} as ${selectResource(resource, organizations)}`);
    }
    let compiled = false;
    try {
      const value = compile();
      compiled = true;
      return value;
    } finally {
      this.#authorizer.allow(undefined);
      if (!compiled) this.#dropViews(views.map(({ name }) => name));
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
