import { type BulkEnd, type BulkHead, type BulkKind, type BulkRecord, bulkVersion } from '../../domain/bulk-record.ts';
import type { Source } from './option.ts';

const charactersPerChunk = 64 * 1024;

/**
 * A source as the lines of an import (docs/bulk.md), with head and end. Where the source breaks off there is no end, so
 * that nobody takes the half for the whole.
 */
export async function* encodeSource({ organization, dialect, records }: Source): AsyncIterable<Uint8Array> {
  const head: BulkHead = {
    kind: 'export',
    version: bulkVersion,
    organization,
    dialect,
    exportedAt: new Date().toISOString(),
  };
  const counts: Partial<Record<BulkKind, number>> = {};
  let text = `${JSON.stringify(head)}\n`;
  for await (const record of records as AsyncIterable<BulkRecord>) {
    counts[record.kind] = (counts[record.kind] ?? 0) + 1;
    text += `${JSON.stringify(record)}\n`;
    if (text.length < charactersPerChunk) continue;
    yield Buffer.from(text, 'utf8');
    text = '';
  }
  const end: BulkEnd = { kind: 'end', counts };
  yield Buffer.from(`${text}${JSON.stringify(end)}\n`, 'utf8');
}
