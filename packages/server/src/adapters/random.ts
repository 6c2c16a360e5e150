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

/** The operating system's randomness. */
export const systemRandom: Random = {
  uuid: () => randomUUID(),
  bytes: drawBytes,
};
