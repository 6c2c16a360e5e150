import type { Holding } from './holding.ts';
import { copyRecord, HeardOnce, type PackedNoun, packedNouns } from './packed-record.ts';
import { Packer } from './packer.ts';
import { kinds } from './record-codec.ts';
import { fail } from './record-reader.ts';
import { WireReader } from './wire-reader.ts';

export interface BatchRead {
  readonly noun: PackedNoun;
  readonly records: number;
  /** Of them those that could not be held. */
  readonly unreadable: number;
}

const nounOfCode = new Map<number, PackedNoun>(
  Object.entries(packedNouns).map(([noun, code]) => [code, noun as PackedNoun]),
);

/** Takes the batches of one packed snapshot into a holding. */
export class BatchReader {
  readonly #holding: Holding;
  readonly #reader = new WireReader();
  readonly #packer = new Packer();
  readonly #heard: HeardOnce;
  #batches = 0;

  constructor(holding: Holding) {
    this.#holding = holding;
    this.#heard = new HeardOnce(holding.pools);
  }

  /** Throws an `UnreadableError` where it is not the next batch, or is not as SPEC.md has it. */
  take(frame: Uint8Array): BatchRead {
    const from = this.#reader.open(frame);
    const noun = nounOfCode.get(from.byte()) ?? fail('a batch of a noun that is known');
    if (from.number() !== this.#batches++) fail('the next batch');
    const kind = kinds[noun];
    let records = 0;
    let unreadable = 0;
    for (; !from.isAtEnd; records++) {
      copyRecord(noun, from, this.#holding.start(this.#packer), this.#heard);
      if (!this.#holding.putPacked(kind, this.#packer, this.#packer.finish(kind))) unreadable += 1;
    }
    return { noun, records, unreadable };
  }
}
