import { isAscii } from 'node:buffer';
import type { Ruling } from '../../ports/verifier.ts';
import { formatRuling } from './verdict.ts';

/** An answer's body, ready to be sent. */
export interface Told {
  readonly text: string;
  /** In which the text goes out fastest, as the same bytes. */
  readonly encoding: 'latin1' | 'utf8';
  /** In bytes, as a header says it. */
  readonly length: string;
}

/** Remembers what verdicts were told as, for as long as the verdict itself is remembered. */
export class TextMemory {
  readonly #told = new WeakMap<Ruling['verdict'], Told>();
  /** A verdict that comes once is not worth a place. */
  readonly #seen = new WeakSet<Ruling['verdict']>();

  tell(ruling: Ruling): Told {
    const { verdict } = ruling;
    const known = this.#told.get(verdict);
    if (known !== undefined) return known;
    const told = encode(JSON.stringify(formatRuling(ruling)));
    if (this.#seen.has(verdict)) this.#told.set(verdict, told);
    else this.#seen.add(verdict);
    return told;
  }
}

function encode(text: string): Told {
  const bytes = Buffer.from(text);
  return { text, encoding: isAscii(bytes) ? 'latin1' : 'utf8', length: String(bytes.length) };
}
