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
  printer.print(value, 0);
  return printer.text;
}

/** Line end and indentation of the members of an object that lies in so many others, and their names as printed. */
interface Level {
  readonly lineStart: string;
  readonly heads: Map<string, string>;
}

/**
 * What levels keep. Our own names are some hundred, short, and lie a few objects deep; what else there is was made by
 * whoever wrote a body, and is printed without being kept.
 */
const headsMax = 1000;
const headLengthMax = 64;
const levelsMax = 32;
const levels: Level[] = [];

function levelOf(depth: number): Level {
  const known = levels[depth];
  if (known !== undefined) return known;
  const level = { lineStart: `\n${'  '.repeat(depth)}`, heads: new Map<string, string>() };
  if (depth < levelsMax) levels[depth] = level;
  return level;
}

/** Line end, indentation and name of a member. */
function headOf({ lineStart, heads }: Level, name: string): string {
  const known = heads.get(name);
  if (known !== undefined) return known;
  const head = `${lineStart}${printText(name)} : `;
  if (heads.size < headsMax && name.length <= headLengthMax) heads.set(name, head);
  return head;
}

/** Appends piece by piece to one string: what is joined before is copied twice. */
class JacksonPrinter {
  text = '';

  /** @param depth objects around. Arrays add no indentation of their own. */
  print(value: JsonValue, depth: number): void {
    if (typeof value === 'string') this.#printText(value);
    // JSON has no word for NaN and the infinities; JSON.stringify writes null for them, and so do we.
    else if (typeof value === 'number') this.text += Number.isFinite(value) ? value : 'null';
    else if (typeof value === 'boolean' || value === null) this.text += value;
    else if (isJsonArray(value)) this.#printArray(value, depth);
    else this.#printObject(value, depth);
  }

  #printText(text: string): void {
    if (needsEscape.test(text)) {
      this.text += printText(text);
      return;
    }
    this.text += '"';
    this.text += text;
    this.text += '"';
  }

  #printArray(items: readonly JsonValue[], depth: number): void {
    let separator = '[ ';
    for (const item of items) {
      this.text += separator;
      separator = ', ';
      this.print(item ?? null, depth);
    }
    this.text += items.length === 0 ? '[ ]' : ' ]';
  }

  #printObject(object: JsonObject, depth: number): void {
    const level = levelOf(depth + 1);
    let separator = '{';
    // Object.keys sees own members only: one named __proto__ is printed like any other.
    for (const name of Object.keys(object)) {
      const value = object[name];
      if (value === undefined) continue;
      this.text += separator;
      this.text += headOf(level, name);
      separator = ',';
      this.print(value, depth + 1);
    }
    if (separator === '{') {
      this.text += '{ }';
      return;
    }
    this.text += levelOf(depth).lineStart;
    this.text += '}';
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
