/**
 * The headers of a call, as they stand in the message that tells of it. Headers are bytes, a character each, as Node's
 * own server reads them. Of most of them nobody asks for more than the name.
 */
export class HeaderTable {
  readonly #bytes: Buffer;
  readonly #names: string[] = [];
  /** Where each value starts and where it ends, in turn. */
  readonly #values: number[] = [];

  /** @param bytes of the message */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** In lower case, in the order in which they came. */
  get names(): readonly string[] {
    return this.#names;
  }

  add({ keyStart, keyEnd, valueStart, valueEnd }: EntryPlace): void {
    this.#names.push(this.#bytes.toString('latin1', keyStart, keyEnd).toLowerCase());
    this.#values.push(valueStart, valueEnd);
  }

  /** Every value of a header, in the order in which they came. @param wanted in lower case */
  valuesOf(wanted: string): string[] {
    const values: string[] = [];
    for (let at = this.#names.indexOf(wanted); at >= 0; at = this.#names.indexOf(wanted, at + 1)) {
      values.push(this.#bytes.toString('latin1', this.#values[2 * at], this.#values[2 * at + 1]));
    }
    return values;
  }
}

/** Where name and value of an entry stand in a message. */
export interface EntryPlace {
  keyStart: number;
  keyEnd: number;
  valueStart: number;
  valueEnd: number;
}
