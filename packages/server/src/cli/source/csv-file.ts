import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { CommandRefusal } from '../failure.ts';

export interface Cell {
  readonly text: string;
  /** The line that it begins in, from 1 on. */
  readonly line: number;
}

const rowBytesMax = 1024 * 1024;

/** The sentence about a place of a file. @param column a cell of the line, from 1 on */
export function refuseCsv(file: string, line: number, column: number, reason: string): CommandRefusal {
  return new CommandRefusal(`${file}:${line}:${column}: ${reason}`);
}

/**
 * The rows of a file, the header among them, without blank lines. UTF-8, with or without a mark at its start; lines end
 * in any of the three ways.
 * @throws CommandRefusal
 */
export async function* readRows(file: string): AsyncIterable<readonly Cell[]> {
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: rowBytesMax,
    cast: (text, { lines }): Cell => ({ text, line: lines - countBreaks(text) }),
  });
  // What fails shows in the parser, which is read below.
  pipeline(decode(file), parser, () => undefined);
  try {
    for await (const row of parser as AsyncIterable<readonly Cell[]>) {
      if (row.length > 1 || row[0]?.text.trim() !== '') yield row;
    }
  } catch (error) {
    throw describeFault(file, error);
  }
}

/** @throws CommandRefusal where it is no UTF-8 */
async function* decode(file: string): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = 1;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    try {
      yield decoder.decode(chunk, { stream: true });
    } catch {
      const before = chunk.toString('utf8').split('\ufffd', 1).join();
      throw refuseCsv(file, line + countBreaks(before), 1, 'is not UTF-8: save the file as UTF-8');
    }
    line += countBreaks(chunk.toString('latin1'));
  }
  if (!isWhole(decoder)) throw refuseCsv(file, line, 1, 'ends within a character: the file may be cut off');
}

function isWhole(decoder: TextDecoder): boolean {
  try {
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

function countBreaks(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

const reasons: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is opened and not closed: the file may be cut off',
  CSV_INVALID_CLOSING_QUOTE: 'after a closing quotation mark a comma or the end of the line has to come',
  INVALID_OPENING_QUOTE: 'a quotation mark within a cell needs quotation marks around the cell, and has to be doubled',
  CSV_MAX_RECORD_SIZE: `a row has more than ${rowBytesMax} bytes: a quotation mark may be missing`,
};

function describeFault(file: string, error: unknown): unknown {
  if (error instanceof CommandRefusal || !(error instanceof Error)) return error;
  const { code = '', lines, column, syscall } = error as NodeJS.ErrnoException & { lines?: number; column?: number };
  const reason = reasons[code];
  if (reason !== undefined) return refuseCsv(file, lines ?? 1, (column ?? 0) + 1, reason);
  return syscall === undefined ? error : new CommandRefusal(`${file} can't be read (${code})`, { cause: error });
}
