import type { BulkEnd, BulkHead, BulkKind, BulkRecord } from '../../domain/bulk-record.ts';
import type { Source } from './option.ts';

const charactersPerChunk = 64 * 1024;
/** A plane lets go of a sender who falls silent for a minute; a source may want to be left alone for longer. */
const silenceMillisecondsMax = 5_000;

/**
 * A source as the lines of an import (docs/bulk.md), with head and end. Where the source breaks off there is no end, so
 * that nobody takes the half for the whole. While the source keeps us waiting, blank lines say that we are still here.
 */
export async function* encodeSource({ organization, dialect, records }: Source): AsyncIterable<Uint8Array> {
  const exportedAt = new Date().toISOString();
  const head: BulkHead = { kind: 'export', version: 1, organization, dialect, exportedAt };
  const counts: Partial<Record<BulkKind, number>> = {};
  let text = `${JSON.stringify(head)}\n`;
  for await (const record of markSilence(records)) {
    if (record === undefined) text += '\n';
    else {
      counts[record.kind] = (counts[record.kind] ?? 0) + 1;
      text += `${JSON.stringify(record)}\n`;
    }
    if (record !== undefined && text.length < charactersPerChunk) continue;
    yield Buffer.from(text, 'utf8');
    text = '';
  }
  const end: BulkEnd = { kind: 'end', counts };
  yield Buffer.from(`${text}${JSON.stringify(end)}\n`, 'utf8');
}

/** The records, and undefined each time that none has come for a while. */
async function* markSilence(records: AsyncIterable<BulkRecord>): AsyncIterable<BulkRecord | undefined> {
  const iterator = records[Symbol.asyncIterator]();
  try {
    for (let next = iterator.next(); ; ) {
      const came = await orSilence(next);
      if (came?.done === true) return;
      yield came?.value;
      if (came !== undefined) next = iterator.next();
    }
  } finally {
    await iterator.return?.();
  }
}

async function orSilence<T>(promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, silenceMillisecondsMax, undefined);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
