import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { hashKey, type RecordChange } from '@claviger/verify';
import { drawHeldKey, heldFacts, listHeld, listProducts, productCount } from './held-population.ts';

/** Keys of one chunk of the file. */
const chunkKeys = 500;

/** Writes what a plane would answer `GET feed/snapshot` with so many keys (packages/verify/SPEC.md). */
export async function writeSnapshot(file: string, keys: number, epoch: string): Promise<void> {
  await pipeline(listLines(keys, epoch), createWriteStream(file));
}

function* listLines(keys: number, epoch: string): Generator<string> {
  const head = { kind: 'head', format: 1, epoch, sequence: 1, ...heldFacts, planeTime: Date.now() };
  yield `${JSON.stringify(head)}\n${listProducts().map(encode).join('')}`;
  for (let from = 0; from < keys; from += chunkKeys) {
    const numbers = Array.from({ length: Math.min(chunkKeys, keys - from) }, (_, at) => from + at);
    yield numbers
      .flatMap((number) => listHeld(number, hashKey(heldFacts.lookupKey, drawHeldKey(number))))
      .map(encode)
      .join('');
  }
  const counts = { credential: keys, app: keys, developer: keys, company: 0, 'api-product': productCount };
  yield `${JSON.stringify({ kind: 'end', counts })}\n`;
}

function encode(change: RecordChange): string {
  if (!('hash' in change)) return `${JSON.stringify(change)}\n`;
  return `${JSON.stringify({ ...change, hash: Buffer.from(change.hash, 'latin1').toString('hex') })}\n`;
}
