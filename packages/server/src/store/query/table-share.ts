import type { DatabaseSync } from 'node:sqlite';
import { quoteIdentifier, type ShareOf } from './view-scope.ts';

/**
 * Part of a table from which on reading all of it costs less: a row that is found by the index of its organization costs
 * about nine times one that is read in passing (docs/decisions/0014-sql.md).
 */
const wholeFrom = 0.2;
export const smallestShare = 0.0001;
const probes = 64;
/** An estimate is used for so long. */
const keptMilliseconds = 60_000;

/** How much of a table belongs to some organizations, estimated from rows here and there. */
export class TableShares {
  readonly #database: DatabaseSync;
  readonly #owners = new Map<string, { readonly at: number; readonly owners: readonly string[] }>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  readonly estimate: ShareOf = (table, organizations) => {
    const wanted = new Set(organizations.map(({ id }) => id));
    const owners = this.#sample(table);
    const share = owners.filter((owner) => wanted.has(owner)).length / Math.max(1, owners.length);
    return share > wholeFrom ? 1 : Math.max(share, smallestShare);
  };

  #sample(table: string): readonly string[] {
    const known = this.#owners.get(table);
    const now = performance.now();
    if (known !== undefined && now - known.at < keptMilliseconds) return known.owners;
    const owners = this.#draw(`main.${quoteIdentifier(table)}`);
    this.#owners.set(table, { at: now, owners });
    return owners;
  }

  #draw(name: string): string[] {
    const last = Number(this.#database.prepare(`select max(rowid) as last from ${name}`).get()?.['last'] ?? 0);
    const probe = this.#database.prepare(`select organization_id from ${name} where rowid >= ? limit 1`);
    const places = Array.from({ length: probes }, (_, count) => Math.floor((count / probes) * last) + 1);
    return [...new Set(places)].flatMap((place) => {
      const row = probe.get(place);
      return row === undefined ? [] : [String(row['organization_id'])];
    });
  }
}
