import { Holding, hashKey } from '@claviger/verify';
import { drawHeldKey, heldFacts, listHeld, listProducts } from '../support/held-population.ts';
import { readTask } from './host.ts';

/**
 * Tells what a process grows by with so many keys. `packed`: the text of each record and the hash of each key, one behind
 * the other in one buffer, which can be neither searched nor changed.
 */
export interface MemoryTask {
  readonly keys: number;
  readonly kind: 'held' | 'packed';
}

export interface MemoryFound {
  readonly residentBytes: number;
}

const { keys, kind } = readTask<MemoryTask>();

function settle(): number {
  for (let times = 0; times < 3; times++) global.gc?.();
  return process.memoryUsage.rss();
}

function hold(): unknown {
  const holding = new Holding();
  for (const change of listProducts()) holding.apply(change);
  for (let number = 0; number < keys; number++) {
    for (const change of listHeld(number, hashKey(heldFacts.lookupKey, drawHeldKey(number)))) holding.apply(change);
  }
  if (holding.size !== keys) throw new Error(`${holding.size} keys are held instead of ${keys}`);
  return holding;
}

const chunkBytes = 1 << 24;

function pack(): unknown {
  const chunks: Buffer[] = [];
  let at = chunkBytes;
  for (let number = 0; number < keys; number++) {
    const bytes = packOne(number);
    if (at + bytes.length > chunkBytes) {
      chunks.push(Buffer.allocUnsafeSlow(chunkBytes));
      at = 0;
    }
    bytes.copy(chunks.at(-1) ?? bytes, at);
    at += bytes.length;
  }
  return chunks;
}

/** Ids and the hash as bytes, and the texts that no other record has. */
function packOne(number: number): Buffer {
  const texts: string[] = [];
  let ids = '';
  for (const { noun, id, record } of listHeld(number, '')) {
    ids += id.replaceAll('-', '');
    if (record === undefined) continue;
    if (noun === 'developer' && 'email' in record) texts.push(record.email, record.firstName, record.lastName);
    if ('name' in record) texts.push(record.name);
    texts.push(...record.attributes.map(({ value }) => value));
  }
  return Buffer.concat([Buffer.from(ids, 'hex'), Buffer.alloc(32, number), Buffer.from(texts.join('\n'))]);
}

// Before it is measured, code is compiled and the heap is as large as making records makes it.
const warmKeys = 200_000;
const tried = new Holding();
for (let number = 0; number < warmKeys; number++) {
  const changes = listHeld(number, hashKey(heldFacts.lookupKey, drawHeldKey(number)));
  if (number < warmKeys / 10) for (const change of changes) tried.apply(change);
}
const before = settle();
const kept = kind === 'held' ? hold() : pack();
const residentBytes = settle() - before;
if (kept === undefined) throw new Error('nothing is kept');
process.stdout.write(`${JSON.stringify({ residentBytes } satisfies MemoryFound)}\n`);
