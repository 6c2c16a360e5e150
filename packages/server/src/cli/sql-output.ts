import { UsageError } from './failure.ts';
import type { AnsweredColumn } from './sql-conversation.ts';
import { cleanCell } from './terminal.ts';

export const sqlFormats = ['table', 'json', 'jsonl', 'csv', 'text'] as const;
export type SqlFormat = (typeof sqlFormats)[number];

export interface SqlOutputOptions {
  readonly format: SqlFormat;
  /** Between the cells of CSV. */
  readonly delimiter: string;
  /** Whether the names of columns are told, in `table`, `csv` and `text`. */
  readonly header: boolean;
}

/** Writes the rows of one statement as text. */
export interface RowWriter {
  row(values: readonly unknown[]): string;
  /** What is left to write. */
  end(): string;
}

/** @throws UsageError */
export function parseFormat(name: string): SqlFormat {
  const format = sqlFormats.find((known) => known === name);
  if (format !== undefined) return format;
  throw new UsageError(`--output is "${name}", but takes one of ${sqlFormats.join(', ')}`);
}

export function createRowWriter(columns: readonly AnsweredColumn[], options: SqlOutputOptions): RowWriter {
  return writers[options.format](columns, options);
}

type Make = (columns: readonly AnsweredColumn[], options: SqlOutputOptions) => RowWriter;

const writers: Readonly<Record<SqlFormat, Make>> = {
  table: (columns, { header }) => new TableWriter(columns, header),
  json: (columns) => new JsonWriter(columns),
  jsonl: (columns) => ({ row: (values) => `${JSON.stringify(toObject(columns, values))}\n`, end: () => '' }),
  csv: (columns, { header, delimiter }) => {
    const line = (cells: readonly string[]) => `${cells.map((cell) => quoteCell(cell, delimiter)).join(delimiter)}\n`;
    return parted(columns, header, line);
  },
  text: (columns, { header }) => parted(columns, header, (cells) => `${cells.map(cleanCell).join(',')}\n`),
};

function parted(
  columns: readonly AnsweredColumn[],
  header: boolean,
  line: (cells: readonly string[]) => string,
): RowWriter {
  let head = header ? line(columns.map(({ name }) => name)) : '';
  const takeHead = () => {
    const text = head;
    head = '';
    return text;
  };
  return { row: (values) => takeHead() + line(values.map((value) => formatCell(value, ''))), end: takeHead };
}

/** A spreadsheet must not take it for something else (RFC 4180). */
function quoteCell(cell: string, delimiter: string): string {
  return /["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function formatCell(value: unknown, absent: string): string {
  if (value === null || value === undefined) return absent;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function toObject(columns: readonly AnsweredColumn[], values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ name }, at) => [name, values[at] ?? null]));
}

/** StackQL's: a list with one object a line (compat/stackql.md §2.2). */
class JsonWriter implements RowWriter {
  readonly #columns: readonly AnsweredColumn[];
  #count = 0;

  constructor(columns: readonly AnsweredColumn[]) {
    this.#columns = columns;
  }

  row(values: readonly unknown[]): string {
    this.#count += 1;
    return `${this.#count === 1 ? '[\n' : ',\n'}${JSON.stringify(toObject(this.#columns, values))}`;
  }

  end(): string {
    return this.#count === 0 ? '[]\n' : '\n]\n';
  }
}

/** Rows that are looked at for the widths of columns; those after them are written as they come. */
const measuredRows = 1000;
const cellWidthMax = 200;

class TableWriter implements RowWriter {
  readonly #columns: readonly AnsweredColumn[];
  readonly #header: boolean;
  #waiting: string[][] = [];
  #widths: readonly number[] | undefined;

  constructor(columns: readonly AnsweredColumn[], header: boolean) {
    this.#columns = columns;
    this.#header = header;
  }

  row(values: readonly unknown[]): string {
    const cells = values.map((value) => cleanCell(formatCell(value, 'null')));
    if (this.#widths !== undefined) return this.#format(cells, this.#widths);
    this.#waiting.push(cells);
    return this.#waiting.length < measuredRows ? '' : this.#begin();
  }

  end(): string {
    const head = this.#widths === undefined ? this.#begin() : '';
    return head + this.#rule(this.#widths ?? []);
  }

  #begin(): string {
    const names = this.#columns.map(({ name }) => cleanCell(name));
    const widths = names.map((name, at) =>
      Math.min(cellWidthMax, Math.max(name.length, 1, ...this.#waiting.map((cells) => cells[at]?.length ?? 0))),
    );
    const rows = this.#waiting;
    this.#widths = widths;
    this.#waiting = [];
    const head = this.#header ? this.#rule(widths) + this.#format(names, widths) : '';
    return head + this.#rule(widths) + rows.map((cells) => this.#format(cells, widths)).join('');
  }

  #format(cells: readonly string[], widths: readonly number[]): string {
    const padded = cells.map((cell, at) => {
      const width = widths[at] ?? 0;
      return this.#columns[at]?.type === 'integer' ? cell.padStart(width) : cell.padEnd(width);
    });
    return `| ${padded.join(' | ')} |\n`;
  }

  #rule(widths: readonly number[]): string {
    return `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|\n`;
  }
}
