import { timingSafeEqual } from 'node:crypto';
import type { Random } from '../../../ports/random.ts';

/** What a client needs to cancel what runs on its connection, from another one. */
export interface CancelKey {
  readonly processId: number;
  readonly secret: Buffer;
}

interface Entry {
  readonly secret: Buffer;
  readonly cancel: () => void;
}

/** Who may be cancelled, and by which key. */
export class CancelRegistry {
  readonly #random: Pick<Random, 'bytes'>;
  readonly #entries = new Map<number, Entry>();

  constructor(random: Pick<Random, 'bytes'>) {
    this.#random = random;
  }

  /** @param secretBytes 4, or with protocol 3.2 up to 256 */
  enter(secretBytes: number, cancel: () => void): CancelKey {
    let processId: number;
    do processId = Buffer.from(this.#random.bytes(4)).readUInt32BE() & 0x7fffffff;
    while (processId === 0 || this.#entries.has(processId));
    const secret = Buffer.from(this.#random.bytes(secretBytes));
    this.#entries.set(processId, { secret, cancel });
    return { processId, secret };
  }

  leave({ processId }: CancelKey): void {
    this.#entries.delete(processId);
  }

  /** Whoever asks learns nothing. */
  cancel({ processId, secret }: CancelKey): void {
    const entry = this.#entries.get(processId);
    if (entry === undefined || entry.secret.length !== secret.length) return;
    if (timingSafeEqual(entry.secret, secret)) entry.cancel();
  }
}
