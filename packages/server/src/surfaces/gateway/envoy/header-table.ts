import type { Span } from './protobuf.ts';

/**
 * The headers of a call, as they stand in the message that tells of it. Headers are bytes, a character each, as Node's
 * own server reads them. Of most of them nobody asks for more than the name.
 */
export class HeaderTable {
  readonly #bytes: Buffer;
  readonly #names: string[] = [];
  readonly #values: Span[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** In lower case, in the order in which they came. */
  get names(): readonly string[] {
    return this.#names;
  }

  add({ key, value }: { readonly key: Span; readonly value: Span }): void {
    this.#names.push(this.#read(key).toLowerCase());
    this.#values.push(value);
  }

  /** Every value of a header, in the order in which they came. @param wanted in lower case */
  valuesOf(wanted: string): string[] {
    const values: string[] = [];
    for (let at = this.#names.indexOf(wanted); at >= 0; at = this.#names.indexOf(wanted, at + 1)) {
      const value = this.#values[at];
      if (value !== undefined) values.push(this.#read(value));
    }
    return values;
  }

  #read({ start, end }: Span): string {
    return this.#bytes.toString('latin1', start, end);
  }
}
