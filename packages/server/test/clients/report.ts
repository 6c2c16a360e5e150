import type { Row } from './recorder.ts';

/** A call that a client is known to make, and the answers that it takes. */
export interface RequiredRow {
  readonly client: string;
  readonly method: string;
  readonly path: string;
  /** Any of these. */
  readonly statuses: readonly number[];
  /** Where it is told, e.g. `compat/edge.md §14.1`. */
  readonly source: string;
}

/** A verb and a path as `describePath` gives it, and the statuses that the client takes. */
export type Line = readonly [call: string, ...statuses: number[]];

/** The rows of one client, from where they are told. */
export function requireRows(client: string, source: string, lines: readonly Line[]): RequiredRow[] {
  return lines.map(([call, ...statuses]) => {
    const [method = '', path = ''] = call.split(' ');
    return { client, source, method, path, statuses };
  });
}

/** The required rows that no recorded one meets. */
export function findMissing(required: readonly RequiredRow[], recorded: readonly Row[]): RequiredRow[] {
  return required.filter((row) => !recorded.some((seen) => meets(seen, row)));
}

export function meets(seen: Row, row: RequiredRow): boolean {
  const same = seen.client === row.client && seen.method === row.method && seen.path === row.path;
  return same && row.statuses.includes(seen.status);
}

/** `client × method × path × status`, a line each, aligned. */
export function formatRows(rows: readonly Row[]): string {
  const cells = rows.map(({ client, method, path, status }) => [client, method, path, String(status)]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}
