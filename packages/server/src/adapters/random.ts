import { randomBytes, randomUUID } from 'node:crypto';
import type { Random } from '../ports/random.ts';

/** The operating system's randomness. */
export const systemRandom: Random = {
  uuid: () => randomUUID(),
  bytes: (size) => new Uint8Array(randomBytes(size)),
};
