import type { HeldKey } from './decide.ts';
import { Holding, type RecordChange } from './holding.ts';

/** A key with all that it hangs on but products. */
export interface KeyRecords {
  readonly hash: string;
  readonly held: HeldKey;
}

/**
 * Keys that were asked for, with their apps and owners: at most so many, and of those the latest. What was asked for of
 * late and what was before lie apart, so that the latter is let go of as a whole, apps and owners included.
 */
export class KeyCache {
  readonly #generationMax: number;
  #late = new Holding();
  #before: Holding;

  /** @param before what is held to begin with; of any size */
  constructor(keysMax: number, before = new Holding()) {
    this.#generationMax = Math.max(1, Math.floor(keysMax / 2));
    this.#before = before;
  }

  /** Keys that are held; a key that is in both parts counts twice. */
  get size(): number {
    return this.#late.size + this.#before.size;
  }

  get bytes(): number {
    return this.#late.bytes + this.#before.bytes;
  }

  findKey(key: string, hashOf: (key: string) => string): HeldKey | undefined {
    return this.#late.findKey(key, hashOf) ?? this.#recall(hashOf(key));
  }

  find(hash: string): HeldKey | undefined {
    return this.#late.find(hash) ?? this.#recall(hash);
  }

  /** Holds it in place of what is held of it. A record that can't be held is taken out, and the exception goes on. */
  take({ hash, held: { credential, app, owner } }: KeyRecords): void {
    this.#makeRoom();
    this.#late.apply({ noun: owner.kind, id: owner.id, record: owner });
    this.#late.apply({ noun: 'app', id: app.id, record: app });
    this.#late.apply({ noun: 'credential', id: credential.id, record: credential, hash });
  }

  /** Takes a change of what is held; of anything else it is none. Where it can't be held the exception goes on. */
  apply(change: RecordChange): void {
    const { noun, id } = change;
    try {
      if (this.#before.holds(noun, id)) this.#before.apply(change);
    } finally {
      if (this.#late.holds(noun, id)) this.#late.apply(change);
    }
  }

  /** Who is asked for again is one of late. */
  #recall(hash: string): HeldKey | undefined {
    const held = this.#before.find(hash);
    if (held === undefined) return undefined;
    const { credential, app, owner } = held;
    this.#makeRoom();
    // What came with another key meanwhile is no older.
    if (!this.#late.holds(owner.kind, owner.id)) this.#late.apply({ noun: owner.kind, id: owner.id, record: owner });
    if (!this.#late.holds('app', app.id)) this.#late.apply({ noun: 'app', id: app.id, record: app });
    this.#late.apply({ noun: 'credential', id: credential.id, record: credential, hash });
    return this.#late.find(hash);
  }

  #makeRoom(): void {
    if (this.#late.size < this.#generationMax) return;
    this.#before = this.#late;
    this.#late = new Holding();
  }
}
