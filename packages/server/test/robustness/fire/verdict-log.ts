import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Milliseconds of CLOCK_MONOTONIC: one clock for all processes of a machine, so that it orders what they tell. */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A verdict that a verifier gave, in milliseconds of {@link clockMs}. */
export interface VerdictEntry {
  /** Before the question was asked. */
  readonly began: number;
  /** After it was answered. */
  readonly ended: number;
  /** Number of the key. */
  readonly key: number;
  readonly allowed: boolean;
}

const rowsOfChunk = 65_536;

interface Chunk {
  readonly began: Float64Array;
  readonly ended: Float64Array;
  /** Key, doubled; odd where it was allowed. */
  readonly verdict: Uint32Array;
}

/** Verdicts in columns, 20 bytes each: millions fit into memory. */
export class VerdictLog {
  readonly #chunks: Chunk[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add({ began, ended, key, allowed }: VerdictEntry): void {
    const at = this.#size % rowsOfChunk;
    if (at === 0) this.#chunks.push(newChunk());
    const chunk = this.#chunks.at(-1) ?? newChunk();
    chunk.began[at] = began;
    chunk.ended[at] = ended;
    chunk.verdict[at] = key * 2 + (allowed ? 1 : 0);
    this.#size += 1;
  }

  *[Symbol.iterator](): Generator<VerdictEntry> {
    for (let row = 0; row < this.#size; row++) yield this.#read(row);
  }

  #read(row: number): VerdictEntry {
    const { began, ended, verdict } = this.#chunks[Math.floor(row / rowsOfChunk)] ?? newChunk();
    const at = row % rowsOfChunk;
    const told = verdict[at] ?? 0;
    return { began: began[at] ?? 0, ended: ended[at] ?? 0, key: told >> 1, allowed: told % 2 === 1 };
  }
}

function newChunk(): Chunk {
  return {
    began: new Float64Array(rowsOfChunk),
    ended: new Float64Array(rowsOfChunk),
    verdict: new Uint32Array(rowsOfChunk),
  };
}

const bytesOfEntry = 20;

/** Writes verdicts to a file, where they outlive a kill -9 of their process from the next {@link flush} on. */
export class VerdictFile {
  readonly #file: number;
  readonly #buffer = Buffer.alloc(bytesOfEntry * 4096);
  #used = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  add({ began, ended, key, allowed }: VerdictEntry): void {
    if (this.#used === this.#buffer.length) this.flush();
    this.#buffer.writeDoubleLE(began, this.#used);
    this.#buffer.writeDoubleLE(ended, this.#used + 8);
    this.#buffer.writeUInt32LE(key * 2 + (allowed ? 1 : 0), this.#used + 16);
    this.#used += bytesOfEntry;
  }

  flush(): void {
    if (this.#used > 0) writeSync(this.#file, this.#buffer, 0, this.#used);
    this.#used = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}

/** In a file of so many bytes. */
export function countEntries(bytes: number): number {
  return Math.floor(bytes / bytesOfEntry);
}

/** What a {@link VerdictFile} holds. An entry that a kill cut off is left out. */
export function readVerdictFile(path: string): VerdictLog {
  const log = new VerdictLog();
  // A process that was killed early has none.
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  for (let at = 0; at + bytesOfEntry <= bytes.length; at += bytesOfEntry) {
    const told = bytes.readUInt32LE(at + 16);
    const [began, ended] = [bytes.readDoubleLE(at), bytes.readDoubleLE(at + 8)];
    log.add({ began, ended, key: told >> 1, allowed: told % 2 === 1 });
  }
  return log;
}
