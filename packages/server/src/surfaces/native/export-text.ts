import type { EmitLines, ExportLine } from '../../operations/bulk-walk.ts';

/** Takes bytes of an export; resolves when there may be more. */
type TakeBytes = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/** Characters from which on lines are handed on: fewer would cost more on their way than their making. */
const pieceLength = 65_536;

/** Lines as bytes of NDJSON, gathered to pieces. */
export class ExportText {
  readonly #take: TakeBytes;
  #text = '';

  constructor(take: TakeBytes) {
    this.#take = take;
  }

  readonly write: EmitLines = async (lines: readonly ExportLine[]) => {
    for (const line of lines) this.#text += `${JSON.stringify(line)}\n`;
    if (this.#text.length >= pieceLength) await this.flush();
  };

  /** Hands on what is left. */
  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (text !== '') await this.#take(new TextEncoder().encode(text));
  }
}
