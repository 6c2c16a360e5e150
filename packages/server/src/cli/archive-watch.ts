import { createHash } from 'node:crypto';
import { CommandRefusal } from './failure.ts';

const newline = 0x0a;

/** Looks at an archive that passes by: counts its rows, and says at the end whether it came whole. */
export class ArchiveWatch {
  readonly #hash = createHash('sha256');
  #pending: Buffer = Buffer.alloc(0);
  /** The last whole line, which may be the end. */
  #last: Buffer | undefined;
  #lines = 0;
  /** As the head tells. */
  total = 0;

  /** Rows seen. */
  get rows(): number {
    return Math.max(0, this.#lines - 1);
  }

  push(chunk: Uint8Array): void {
    let rest = Buffer.concat([this.#pending, chunk]);
    for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline)) {
      this.#takeLine(rest.subarray(0, at));
      rest = rest.subarray(at + 1);
    }
    this.#pending = Buffer.from(rest);
  }

  /** @returns the number of rows @throws CommandRefusal where the archive is not whole */
  finish(): number {
    const end = parse(this.#last);
    const whole =
      this.#pending.length === 0 &&
      end?.kind === 'end' &&
      end.rows === this.rows - 1 &&
      end.sha256 === this.#hash.digest('hex');
    if (!whole) throw new CommandRefusal('The archive did not come whole: it is cut off or was changed');
    return this.rows - 1;
  }

  #takeLine(line: Buffer): void {
    if (this.#last !== undefined) this.#hash.update(this.#last).update('\n');
    this.#last = Buffer.from(line);
    if (this.#lines === 0) this.total = parse(line)?.rows ?? 0;
    this.#lines += 1;
  }
}

interface Mark {
  readonly kind?: string;
  readonly rows?: number;
  readonly sha256?: string;
}

function parse(line: Buffer | undefined): Mark | undefined {
  try {
    return line === undefined ? undefined : (JSON.parse(line.toString('utf8')) as Mark);
  } catch {
    return undefined;
  }
}
