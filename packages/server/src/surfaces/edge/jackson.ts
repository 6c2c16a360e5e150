/** A value that JSON can say. Give objects as type aliases, not interfaces: only those fit an index signature. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: JsonValue | undefined;
}

/** `Array.isArray` alone does not tell a readonly array from an object. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/**
 * Prints a value as Jackson's default pretty printer does, byte for byte (compat/edge.md §1.2): two spaces for each
 * object around, `"a" : 1`, arrays on the line where they begin, `[ ]` and `{ }` for empty ones, no line end at the
 * end. Members that are undefined are left out.
 */
export function printJackson(value: JsonValue): string {
  const printer = new JacksonPrinter();
  printer.print(value, '\n');
  return printer.text;
}

/** Appends to one string and prints each member's name once: twice as fast as joining what each value returns. */
class JacksonPrinter {
  text = '';
  readonly #names = new Map<string, string>();

  /** `lineStart` is a line end and the indentation of the object around. Arrays add none of their own. */
  print(value: JsonValue, lineStart: string): void {
    if (typeof value === 'string') this.text += printText(value);
    // JSON has no word for NaN and the infinities; JSON.stringify writes null for them, and so do we.
    else if (typeof value === 'number') this.text += Number.isFinite(value) ? value : 'null';
    else if (typeof value === 'boolean' || value === null) this.text += value;
    else if (isJsonArray(value)) this.#printArray(value, lineStart);
    else this.#printObject(value, lineStart);
  }

  #printArray(items: readonly JsonValue[], lineStart: string): void {
    let separator = '[ ';
    for (const item of items) {
      this.text += separator;
      separator = ', ';
      this.print(item ?? null, lineStart);
    }
    this.text += items.length === 0 ? '[ ]' : ' ]';
  }

  #printObject(object: JsonObject, lineStart: string): void {
    const memberStart = `${lineStart}  `;
    let separator = '{';
    // Object.keys sees own members only: one named __proto__ is printed like any other.
    for (const name of Object.keys(object)) {
      const value = object[name];
      if (value === undefined) continue;
      this.text += separator + memberStart + this.#printName(name);
      separator = ',';
      this.print(value, memberStart);
    }
    this.text += separator === '{' ? '{ }' : `${lineStart}}`;
  }

  #printName(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const printed = `${printText(name)} : `;
    this.#names.set(name, printed);
    return printed;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped
const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Short escapes and `\u00XX` in upper case; `/` and everything beyond ASCII stay as they are. */
function printText(text: string): string {
  if (!needsEscape.test(text)) return `"${text}"`;
  // Differs from Jackson in the case of the hex digits only. A backslash of the text itself comes as two.
  return JSON.stringify(text).replace(/\\(?:u([0-9a-f]{4})|.)/g, (escaped, hex: string | undefined) =>
    hex === undefined ? escaped : `\\u${hex.toUpperCase()}`,
  );
}
