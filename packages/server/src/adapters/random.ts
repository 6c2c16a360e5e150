import { randomFillSync, randomUUID } from 'node:crypto';
import type { Random } from '../ports/random.ts';

/** Drawn in stock: a call into the system for each key would cost more than the rest of making it. */
const stock = new Uint8Array(8192);
let stockAt = stock.length;

/** What is handed out is wiped in the stock, so that memory holds it no longer than its user does. */
function drawBytes(size: number): Uint8Array {
  if (size > stock.length) return randomFillSync(new Uint8Array(size));
  if (stockAt + size > stock.length) {
    randomFillSync(stock);
    stockAt = 0;
  }
  const bytes = stock.slice(stockAt, stockAt + size);
  stock.fill(0, stockAt, stockAt + size);
  stockAt += size;
  return bytes;
}

/** What all ids of one millisecond begin with, and how many there were. */
let moment = 0;
let momentText = '';
let drawn = 0;
const drawnMax = 0xfff;

/** Where the clock stands still, goes back or is outrun, the last moment goes on: ids of a process never descend. */
function drawRowId(): string {
  const now = Date.now();
  if (now > moment || drawn === drawnMax) {
    moment = Math.max(now, moment + 1);
    const digits = moment.toString(16).padStart(12, '0');
    momentText = `${digits.slice(0, 8)}-${digits.slice(8)}-4`;
    drawn = -1;
  }
  drawn++;
  // Variant and 62 random bits.
  return momentText + drawn.toString(16).padStart(3, '0') + randomUUID().slice(18);
}

/** The operating system's randomness. */
export const systemRandom: Random = {
  uuid: () => randomUUID(),
  rowId: drawRowId,
  bytes: drawBytes,
};
