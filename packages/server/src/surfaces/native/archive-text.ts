import { createHash } from 'node:crypto';
import { Problem } from '../../domain/problem.ts';
import type { ArchiveItem } from '../../ports/store.ts';

/**
 * An archive as text, one JSON value a line: a head, a line for each row, and an end that holds the number of rows and
 * the SHA-256 of all lines before it. Without the end it is cut off.
 */
const format = 'claviger-archive-1';
/** A row holds one entity, whose members are bounded; no honest line comes near. */
const lineBytesMax = 16 * 1024 * 1024;
const chunkLength = 64 * 1024;
const newline = 0x0a;

/** Lines in pieces of a size that a socket likes. */
export async function* encodeArchive(items: AsyncIterable<ArchiveItem>): AsyncGenerator<string> {
  const hash = createHash('sha256');
  let chunk = '';
  for await (const item of items) {
    if (item.kind === 'end') {
      hash.update(chunk);
      yield `${chunk}${JSON.stringify({ ...item, sha256: hash.digest('hex') })}\n`;
      return;
    }
    chunk += `${JSON.stringify(item.kind === 'head' ? { ...item, format } : item)}\n`;
    if (chunk.length < chunkLength) continue;
    hash.update(chunk);
    yield chunk;
    chunk = '';
  }
}

/**
 * Reads an archive and holds it against its end.
 * @throws Problem request.invalid where it is no archive, cut off, or not as it was written
 */
export async function* decodeArchive(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ArchiveItem> {
  const hash = createHash('sha256');
  let state: 'before' | 'within' | 'after' = 'before';
  let rows = 0;
  for await (const line of readLines(bytes)) {
    if (state === 'after') throw refuse('goes on after its end');
    const item = parseLine(line);
    if ((item.kind === 'head') !== (state === 'before')) throw refuse('does not begin with one head');
    if (item.kind === 'end') checkEnd(item, { rows, sha256: hash.digest('hex') });
    else hash.update(line).update('\n');
    if (item.kind === 'row') rows += 1;
    state = item.kind === 'end' ? 'after' : 'within';
    yield item;
  }
  if (state !== 'after') throw refuse('is cut off');
}

function checkEnd(end: ArchiveItem & { kind: 'end'; sha256?: unknown }, seen: { rows: number; sha256: string }): void {
  if (end.rows !== seen.rows) throw refuse(`holds ${seen.rows} rows and says that it has ${end.rows}`);
  if (end.sha256 !== seen.sha256) throw refuse('is not as it was written: its checksum differs');
}

function parseLine(line: Buffer): ArchiveItem {
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    throw refuse('has a line that is not JSON, or is cut off');
  }
  if (typeof value !== 'object' || value === null) throw refuse('has a line that is no object');
  const item = value as Readonly<Record<string, unknown>>;
  if (item['kind'] === 'head' && item['format'] !== format) throw refuse('is in another format than this one reads');
  if (!isItem(item)) throw refuse('has a line that is neither head, row nor end');
  return item;
}

function isItem(item: object): item is ArchiveItem {
  const { kind, schema, rows, table, row } = item as Readonly<Record<string, unknown>>;
  if (kind === 'head') return Number.isSafeInteger(schema) && Number.isSafeInteger(rows);
  if (kind === 'end') return Number.isSafeInteger(rows);
  return (
    kind === 'row' &&
    typeof table === 'string' &&
    typeof row === 'object' &&
    row !== null &&
    Object.values(row).every(isStored)
  );
}

function isStored(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline)) {
      yield Buffer.concat([...pending, rest.subarray(0, at)]);
      pending = [];
      pendingBytes = 0;
      rest = rest.subarray(at + 1);
    }
    pending.push(rest);
    pendingBytes += rest.length;
    if (pendingBytes > lineBytesMax) throw refuse('has a line that is longer than any row');
  }
  if (pendingBytes > 0) yield Buffer.concat(pending);
}

function refuse(reason: string): Problem {
  return new Problem('request.invalid', { field: 'archive', reason });
}
