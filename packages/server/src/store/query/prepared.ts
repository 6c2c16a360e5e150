import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Allowance, Authorizer } from './authorizer.ts';
import type { QueryDefinition } from './frame.ts';
import type { Probed, ShapeProbe } from './probe.ts';
import { smallestShare, TableShares } from './table-share.ts';
import { selectResource } from './view.ts';
import { quoteIdentifier, type ShareOf } from './view-scope.ts';

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

/** A line of a plan that reads all of a table, or all that an organization has in it. */
const walk = /^SCAN main\.|^SEARCH main\.\w+ USING (COVERING )?INDEX \w+ \(organization_id=\?\)/;

/** The statements of a query process. */
export class PreparedStatements {
  readonly #database: DatabaseSync;
  readonly #authorizer: Authorizer;
  readonly #probe: ShapeProbe;
  readonly #shares: TableShares;
  readonly #entries = new Map<number, Prepared>();

  constructor(database: DatabaseSync, authorizer: Authorizer, probe: ShapeProbe) {
    this.#database = database;
    this.#authorizer = authorizer;
    this.#probe = probe;
    this.#shares = new TableShares(database);
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
    const statement = this.#choose(definition, allowance);
    const probed = this.#probe.describe(text, views);
    const entry = { id, text, views, allowance, explains, wide: false, statement, ...probed };
    this.#entries.set(id, entry);
    return entry;
  }

  /**
   * SQLite is told how much of each table is the organization's own, and then thinks little of what else stands in an
   * index after the organization. Where it would read more of a table than it has to, other ways are tried.
   */
  #choose(definition: QueryDefinition, allowance: Allowance): StatementSync {
    const ways: readonly ShareOf[] = [this.#shares.estimate, () => 'guess', () => 'never', () => smallestShare];
    const walks: number[] = [];
    for (const way of ways) {
      const statement = this.#build(definition, allowance, way);
      walks.push(this.#countWalks(definition, allowance));
      if (walks.at(-1) === 0) return statement;
      this.#dropViews([...allowance.views]);
    }
    const best = ways[walks.indexOf(Math.min(...walks))] ?? this.#shares.estimate;
    return this.#build(definition, allowance, best);
  }

  #countWalks({ text }: QueryDefinition, allowance: Allowance): number {
    const asked = /^\s*explain\b/i.test(text) ? text : `explain query plan ${text}`;
    const plan = this.#compile(asked, allowance).all() as unknown as (readonly unknown[])[];
    this.#authorizer.allow(undefined);
    return plan.filter((row) => walk.test(String(row[3]))).length;
  }

  #compile(text: string, allowance: Allowance): StatementSync {
    this.#authorizer.allow(allowance);
    return this.#database.prepare(text, { returnArrays: true });
  }

  /** The views go again where the text can't be compiled. */
  #build({ text, views }: QueryDefinition, allowance: Allowance, shareOf: ShareOf): StatementSync {
    for (const { name, resource, organizations } of views) {
      const rows = selectResource(resource, organizations, shareOf);
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
