import type { BulkRecord } from '../../domain/bulk-record.ts';
import { CommandRefusal } from '../failure.ts';
import { type Column, nestRow, parseHeader } from './csv-column.ts';
import { type Cell, readRows, refuseCsv } from './csv-file.ts';
import { type CsvKind, type CsvKindName, csvKinds } from './csv-kind.ts';
import { type Origin, Reader } from './member.ts';

/** Paths of files, by what they hold. */
export type CsvFiles = Readonly<Partial<Record<CsvKindName, string>>>;

/**
 * What CSV files tell, in the form of apigee-migrate-tool (compat/edge.md §14.7): a column for each member, as
 * `credentials[0].consumerKey`. All files are read once before the first record comes: who sends the records on has
 * not sent half when a row turns out wrong.
 * @throws CommandRefusal `FILE:LINE:COLUMN: …`, COLUMN being the number of the cell
 */
export async function* readCsv(files: CsvFiles): AsyncIterable<BulkRecord> {
  for await (const _ of readFiles(files)) {
    // Only whether it goes well counts.
  }
  yield* readFiles(files);
}

async function* readFiles(files: CsvFiles): AsyncIterable<BulkRecord> {
  for (const name of Object.keys(csvKinds) as CsvKindName[]) {
    const file = files[name];
    if (file !== undefined) yield* readFile(file, csvKinds[name]);
  }
}

async function* readFile(file: string, kind: CsvKind): AsyncIterable<BulkRecord> {
  const lines = new Map<string, number>();
  let columns: (Column | undefined)[] | undefined;
  for await (const row of readRows(file)) {
    if (columns === undefined) {
      columns = parseHeader(file, row, kind);
      continue;
    }
    const entry = readEntry(file, columns, row);
    const line = row[0]?.line ?? 1;
    const before = lines.get(kind.keyOf(entry));
    if (before !== undefined) throw refuseCsv(file, line, 1, `tells of the same as line ${before}`);
    lines.set(kind.keyOf(entry), line);
    yield* kind.read(entry);
  }
  if (columns === undefined) throw new CommandRefusal(`${file} is empty: its first line has to name the columns`);
}

function readEntry(file: string, columns: readonly (Column | undefined)[], row: readonly Cell[]): Reader {
  const line = row[0]?.line ?? 1;
  if (row.length !== columns.length) {
    const hint = row.length < columns.length ? ': the file may be cut off' : ': a comma may need quotation marks';
    throw refuseCsv(file, line, row.length, `the row has ${row.length} cells, the header ${columns.length}${hint}`);
  }
  return new Reader(nestRow(columns, row), originOf(file, columns, row));
}

function originOf(file: string, columns: readonly (Column | undefined)[], row: readonly Cell[]): Origin {
  const origin: Origin = {
    refuse: (place, reason) => {
      const at = Math.max(0, findColumn(columns, place));
      return refuseCsv(file, row[at]?.line ?? 1, at + 1, `${place} ${reason}`);
    },
    named: () => origin,
  };
  return origin;
}

/** The column of that name, else the first one beneath or beside it. */
function findColumn(columns: readonly (Column | undefined)[], place: string): number {
  const exact = columns.findIndex((column) => column?.name === place);
  if (exact >= 0) return exact;
  const parent = place.slice(0, Math.max(0, place.lastIndexOf('.')));
  return columns.findIndex((column) => parent !== '' && column?.name.startsWith(parent));
}
