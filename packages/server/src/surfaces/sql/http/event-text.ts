import type { SqlType } from '../../../domain/sql-resource.ts';
import type { SqlError } from '../../../language/sql-error.ts';
import type { QueryColumn, SqlRow, SqlValue } from '../../../ports/query.ts';
import type { SqlEvent } from './converse.ts';

/**
 * A line for each event (docs/sql.md, "Over HTTP"): `{"columns":[…]}`, a list for each row, `{"tag":…,"notices":[…]}`,
 * `{"error":{…}}`, and `{}` where a question is answered.
 */
export async function* encodeLines(events: AsyncIterable<SqlEvent>): AsyncGenerator<string> {
  for await (const event of events) yield encodeLine(event);
}

function encodeLine(event: SqlEvent): string {
  switch (event.kind) {
    case 'columns':
      return `{"columns":${encodeColumns(event.columns)}}\n`;
    case 'rows':
      return event.rows.map((row) => `${encodeRow(row, event.columns)}\n`).join('');
    case 'end':
      return `${JSON.stringify({ tag: event.tag, notices: event.notices })}\n`;
    case 'error':
      return `${JSON.stringify({ error: formatSqlError(event.error) })}\n`;
    case 'answered':
      return '{}\n';
  }
}

export function formatSqlError({ state, message, position, hint }: SqlError): object {
  return { state, message, position, hint };
}

export function encodeColumns(columns: readonly QueryColumn[]): string {
  return JSON.stringify(columns.map(({ name, type }) => ({ name, type: type ?? 'text' })));
}

export function encodeRow(row: SqlRow, columns: readonly QueryColumn[]): string {
  let text = '[';
  for (let at = 0; at < row.length; at++)
    text += `${at === 0 ? '' : ','}${encodeValue(row[at] ?? null, columns[at]?.type)}`;
  return `${text}]`;
}

function encodeValue(value: SqlValue, type: SqlType | undefined): string {
  if (type === 'boolean' && typeof value === 'number') return value === 0 ? 'false' : 'true';
  if (type === 'json' && typeof value === 'string') return encodeJson(value);
  // What a JSON number does not hold for every reader goes as text, as the plane's other numbers of 64 bits do.
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? String(value) : `"${value}"`;
  if (value instanceof Uint8Array) return `"\\\\x${Buffer.from(value).toString('hex')}"`;
  if (typeof value === 'number' && !Number.isFinite(value)) return `"${value}"`;
  return JSON.stringify(value);
}

/** As it is, where it is JSON: a column may hold what an expression made of it. */
function encodeJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return JSON.stringify(text);
  }
}
