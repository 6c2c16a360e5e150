import type { RecordChange } from './holding.ts';
import { isPackable, packedNouns, packRecord, ToldOnce } from './packed-record.ts';
import { Packer } from './packer.ts';

/** What a snapshot in packed form is called in `Accept` and `Content-Type`. */
export const packedSnapshotType = 'application/vnd.claviger.snapshot.v1';

/** A batch ends with the record that takes it past so many bytes. */
const batchBytesMax = 65_536;

/** Writes a snapshot in packed form (SPEC.md, "Packed"), frame by frame and in this order. */
export class SnapshotPacker {
  readonly #packer = new Packer();
  readonly #told = new ToldOnce();
  readonly #encoder = new TextEncoder();
  #batches = 0;
  /** Of the batch that has begun. */
  #noun: RecordChange['noun'] | undefined;

  /** A line of the other form, without its end. */
  packLine(line: string): Uint8Array {
    const bytes = this.#encoder.encode(line);
    const frame = new Uint8Array(bytes.length + 4);
    new DataView(frame.buffer).setUint32(0, bytes.length, true);
    frame.set(bytes, 4);
    return frame;
  }

  /** @param encode writes a record as a line, where it has no packed form */
  packRecords(records: readonly RecordChange[], encode: (record: RecordChange) => string): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (const record of records) {
      if (!isPackable(record)) {
        frames.push(this.packLine(encode(record)));
        continue;
      }
      if (record.noun !== this.#noun || this.#packer.length > batchBytesMax) {
        this.#end(frames);
        this.#noun = record.noun;
        this.#packer
          .start()
          .byte(packedNouns[record.noun])
          .number(this.#batches++);
      }
      packRecord(this.#packer, record, this.#told);
    }
    this.#end(frames);
    return frames;
  }

  #end(frames: Uint8Array[]): void {
    if (this.#noun !== undefined) frames.push(this.#packer.takeFrame());
    this.#noun = undefined;
  }
}
