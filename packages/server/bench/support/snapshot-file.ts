import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { hashKey, type RecordChange, SnapshotPacker } from '@claviger/verify';
import { drawHeldKey, heldFacts, listHeld, listProducts, productCount } from './held-population.ts';

/** Of what a plane reads at once. */
const batchRecords = 500;

/**
 * Writes what a plane would answer `GET feed/snapshot` with so many keys, packed (packages/verify/SPEC.md): noun by noun,
 * as a plane reads them, since a batch holds records of one noun.
 */
export async function writeSnapshot(file: string, keys: number, epoch: string): Promise<void> {
  await pipeline(listFrames(keys, epoch), createWriteStream(file));
}

function* listFrames(keys: number, epoch: string): Generator<Uint8Array> {
  const packer = new SnapshotPacker();
  const head = { kind: 'head', format: 1, epoch, sequence: 1, ...heldFacts, planeTime: Date.now() };
  yield packer.packLine(JSON.stringify(head));
  yield* packer.packRecords(listProducts(), JSON.stringify);
  for (const noun of ['developer', 'app', 'credential'] as const) {
    for (let from = 0; from < keys; from += batchRecords) {
      const numbers = Array.from({ length: Math.min(batchRecords, keys - from) }, (_, at) => from + at);
      yield Buffer.concat(packer.packRecords(numbers.flatMap(listOf(noun)), JSON.stringify));
    }
  }
  const counts = { credential: keys, app: keys, developer: keys, company: 0, 'api-product': productCount };
  yield packer.packLine(JSON.stringify({ kind: 'end', counts }));
}

function listOf(wanted: RecordChange['noun']): (number: number) => RecordChange[] {
  return (number) => {
    // Credentials alone have one, and it takes its time.
    const hash = wanted === 'credential' ? hashKey(heldFacts.lookupKey, drawHeldKey(number)) : '';
    return listHeld(number, hash).filter(({ noun }) => noun === wanted);
  };
}
