import type { DatabaseSync } from 'node:sqlite';
import { quoteIdentifier } from './view-scope.ts';

/** Reading plans of SQLite, to choose between the index of an organization and the whole table. */

/**
 * Part of a table from which on reading all of it costs less: a row found by the index costs about nine times one that
 * is read in passing (docs/decisions/0014-sql.md).
 */
export const shareMin = 0.2;

const probes = 64;

const walk = /^SEARCH (?:main\.)?(\w+) USING INDEX \w+ \(organization_id=\?\)/;

/** Tables of which a plan reads all rows of an organization, each row by itself. */
export function listWalked(plan: readonly string[]): string[] {
  return plan.flatMap((line) => walk.exec(line)?.[1] ?? []);
}

/** How much of a table belongs to these organizations, from rows here and there. */
export function estimateShare(database: DatabaseSync, table: string, organizations: readonly string[]): number {
  const name = `main.${quoteIdentifier(table)}`;
  const last = Number(database.prepare(`select max(rowid) as last from ${name}`).get()?.['last'] ?? 0);
  const probe = database.prepare(`select organization_id from ${name} where rowid >= ? limit 1`);
  const wanted = new Set(organizations);
  let own = 0;
  for (let count = 0; count < probes; count++) {
    const at = Math.floor((count / probes) * last) + 1;
    if (wanted.has(String(probe.get(at)?.['organization_id']))) own += 1;
  }
  return own / probes;
}

/**
 * Whether the second plan reads as whole tables what the first walked, and nothing else: no row is found by reading
 * all, and nothing has to be sorted that came in order.
 */
export function isBetter(first: readonly string[], second: readonly string[], scanned: ReadonlySet<string>): boolean {
  const scans = (plan: readonly string[]) => plan.filter((line) => scannedTable(line, scanned)).length;
  const walked = listWalked(first).filter((table) => scanned.has(table)).length;
  return scans(second) - scans(first) === walked && count(second, /TEMP B-TREE/) <= count(first, /TEMP B-TREE/);
}

function scannedTable(line: string, tables: ReadonlySet<string>): boolean {
  const table = /^SCAN (?:main\.)?(\w+)/.exec(line)?.[1];
  return table !== undefined && tables.has(table);
}

function count(plan: readonly string[], shape: RegExp): number {
  return plan.filter((line) => shape.test(line)).length;
}
