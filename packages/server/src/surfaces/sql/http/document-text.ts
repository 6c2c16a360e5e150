import type { SqlEvent } from './converse.ts';
import { encodeColumns, encodeRow, formatSqlError } from './event-text.ts';

/**
 * One JSON document: `{"results":[{"columns":[…],"rows":[[…]],"tag":…,"notices":[…]}]}`, and `"error"` after them where one
 * came between.
 */
export async function* encodeDocument(events: AsyncIterable<SqlEvent>): AsyncGenerator<string> {
  const document = new DocumentText();
  yield '{"results":[';
  for await (const event of events) yield document.add(event);
  yield document.end();
}

class DocumentText {
  #results = 0;
  /** Of the result that is being written; undefined: it has no rows. */
  #rows: number | undefined;
  #error = '';

  add(event: SqlEvent): string {
    switch (event.kind) {
      case 'columns':
        this.#rows = 0;
        return `${this.#begin()}"columns":${encodeColumns(event.columns)},"rows":[`;
      case 'rows':
        return this.#addRows(event.rows.map((row) => encodeRow(row, event.columns)));
      case 'end':
        return `${this.#endRows(',') ?? this.#begin()}"tag":${JSON.stringify(event.tag)},"notices":${JSON.stringify(event.notices)}}`;
      case 'error':
        this.#error = `,"error":${JSON.stringify(formatSqlError(event.error))}`;
        return this.#endRows('}') ?? '';
      case 'answered':
        return '';
    }
  }

  end(): string {
    return `]${this.#error}}`;
  }

  #begin(): string {
    this.#results += 1;
    return this.#results === 1 ? '{' : ',{';
  }

  #addRows(rows: readonly string[]): string {
    const text = `${this.#rows === 0 ? '' : ','}${rows.join(',')}`;
    this.#rows = (this.#rows ?? 0) + rows.length;
    return text;
  }

  #endRows(next: string): string | undefined {
    if (this.#rows === undefined) return undefined;
    this.#rows = undefined;
    return `]${next}`;
  }
}
