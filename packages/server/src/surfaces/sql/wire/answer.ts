import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import type { Format } from './client-message.ts';
import type { Peer } from './peer.ts';
import { writeBare, writeDiagnosis, writeRowDescription, writeTag } from './server-message.ts';
import type { WireColumn } from './type.ts';
import { chooseEncoders, writeRow } from './value.ts';
import type { WireResult, WireRows } from './wire-statement.ts';

/** An answer on its way to the client: rows are asked for as the client takes them. */
export class Answer {
  readonly #result: WireResult;
  readonly #formats: readonly Format[];
  readonly abort: AbortController;
  /** What the client was told of the columns; undefined: nothing yet. */
  #told: readonly WireColumn[] | undefined;
  #rows: WireRows | undefined;
  /** Of the next row in `#rows`. */
  #at = 0;
  #encoders: ReturnType<typeof chooseEncoders> | undefined;
  #isDone = false;

  constructor(
    result: WireResult,
    options: {
      readonly formats: readonly Format[];
      readonly told?: readonly WireColumn[] | undefined;
      readonly abort: AbortController;
    },
  ) {
    this.#result = result;
    this.#formats = options.formats;
    this.#told = options.told;
    this.abort = options.abort;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Ends what runs for it. */
  cancel(): void {
    this.abort.abort();
  }

  async close(): Promise<void> {
    this.#isDone = true;
    this.#rows = undefined;
    await this.#result.close();
  }

  /** Tells of the columns, once the first rows are there: only then are all types known. @throws SqlError */
  async describe(peer: Peer): Promise<void> {
    await this.fill();
    const columns = this.#result.columns();
    if (columns === undefined) return;
    this.#told = columns;
    writeRowDescription(peer.writer, columns, this.#formats);
  }

  /**
   * Sends rows, and at the end what was done.
   * @param rowsMax 0: all
   * @throws SqlError, PeerGone
   */
  async send(peer: Peer, rowsMax: number): Promise<void> {
    let left = rowsMax === 0 ? Number.POSITIVE_INFINITY : rowsMax;
    while (await this.fill()) {
      left -= this.#writeSome(peer, left);
      if (peer.gone.aborted || this.abort.signal.aborted) throw cancelled();
      if (peer.isLaden) await peer.flush();
      if (left > 0) continue;
      writeBare(peer.writer, 'portalSuspended');
      return;
    }
    for (const message of this.#result.notices()) {
      writeDiagnosis(peer.writer, { severity: 'NOTICE', state: '00000', message });
    }
    writeTag(peer.writer, this.#result.tag());
  }

  /** Skips rows; resolves to how many there were. */
  async skip(rowsMax: number): Promise<number> {
    let skipped = 0;
    while (skipped < rowsMax && (await this.fill())) {
      const there = Math.min(rowsMax - skipped, (this.#rows?.rows.length ?? 0) - this.#at);
      this.#at += there;
      skipped += there;
    }
    return skipped;
  }

  /** The rows that are there, up to so many. */
  takeRows(rowsMax: number): WireRows | undefined {
    const rows = this.#rows;
    if (rows === undefined) return undefined;
    const from = this.#at;
    this.#at = Math.min(rows.rows.length, from + rowsMax);
    return rows.kind === 'values'
      ? { kind: 'values', rows: rows.rows.slice(from, this.#at) }
      : { kind: 'fields', rows: rows.rows.slice(from, this.#at) };
  }

  columns(): readonly WireColumn[] | undefined {
    return this.#result.columns();
  }

  /** Whether there is a next row; fetches it where need be. @throws SqlError */
  async fill(): Promise<boolean> {
    if (this.#rows !== undefined && this.#at < this.#rows.rows.length) return true;
    if (this.#isDone) return false;
    this.#at = 0;
    this.#rows = await this.#result.next();
    if (this.#rows === undefined) await this.close();
    return this.#rows !== undefined;
  }

  /** As many of the rows that are there as fill a piece of the line; gives their number. */
  #writeSome({ writer }: Peer, rowsMax: number): number {
    const rows = this.#rows;
    if (rows === undefined) return 0;
    const from = this.#at;
    const end = Math.min(rows.rows.length, from + rowsMax);
    if (rows.kind === 'values') {
      this.#encoders ??= chooseEncoders(this.#told ?? this.#result.columns() ?? [], this.#formats);
      for (; this.#at < end && writer.length < pieceBytes; this.#at++) {
        writeRow(writer, rows.rows[this.#at] ?? [], this.#encoders);
      }
    } else {
      for (; this.#at < end && writer.length < pieceBytes; this.#at++) writeFields(writer, rows.rows[this.#at] ?? []);
    }
    return this.#at - from;
  }
}

const pieceBytes = 65_536;

function writeFields(writer: Peer['writer'], fields: readonly (Uint8Array | null)[]): void {
  writer.open('D').int16(fields.length);
  for (const field of fields) writer.value(field);
  writer.close();
}

function cancelled(): SqlError {
  return new SqlError(sqlStates.cancelled, 'canceling statement due to user request');
}
