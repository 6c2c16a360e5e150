import type { SqlValue } from '../../../ports/query.ts';

/** A part of a query can't be said in PostgreSQL's SQL with the same meaning: then SQLite answers. */
export class Unpushed extends Error {
  override readonly name = 'Unpushed';
}

/**
 * An expression in PostgreSQL's SQL that means what SQLite's means. `truth` is a boolean of PostgreSQL, which SQLite counts
 * as 0 and 1. Text is of collation "C", as SQLite compares.
 */
export interface Typed {
  readonly text: string;
  readonly type: 'text' | 'integer' | 'real' | 'truth' | 'null';
  /** Of an integer: no value needs more bits beside its sign. SQLite makes a real of what does not fit, PostgreSQL an error. */
  readonly bits: number;
  /** Of an integer: no value is less; undefined: there may be. */
  readonly least?: number | undefined;
  /** Never null. */
  readonly present?: boolean;
  /** Of a real that is a whole number: the same as an integer, for comparisons, in which SQLite does not tell them apart. */
  readonly whole?: Typed;
  /** Counts or sums rows, or holds what does. */
  readonly aggregate?: boolean;
}

/** Values of a statement, each once: where two expressions are the same, PostgreSQL has to see that. */
export class Bindings {
  readonly values: SqlValue[] = [];
  readonly #numbers = new Map<string, number>();
  #aliases = 0;

  /** A name for a table that no other of the statement has. */
  nameTable(): string {
    this.#aliases += 1;
    return `s${this.#aliases}`;
  }

  /** @returns its place in the text, as `$1` */
  bind(value: SqlValue, type: string): string {
    const key = `${type} ${typeof value} ${value}`;
    const known = this.#numbers.get(key) ?? this.values.push(value);
    this.#numbers.set(key, known);
    return `$${known}::${type}`;
  }

  /** A list in one value. */
  bindList(values: readonly string[]): string {
    // As PostgreSQL writes arrays; the driver would do the same.
    const items = values.map((value) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`);
    return this.bind(`{${items.join(',')}}`, 'text[]');
  }
}

/** A text with the values that it names, numbered anew: of what was not said after all, values may be left. */
export function finishText(text: string, { values }: Bindings): { readonly text: string; readonly values: SqlValue[] } {
  const numbers = new Map<string, number>();
  const taken: SqlValue[] = [];
  const finished = text.replace(/\$(\d+)::/g, (_, number: string) => {
    const known = numbers.get(number) ?? taken.push(values[Number(number) - 1] ?? null);
    numbers.set(number, known);
    return `$${known}::`;
  });
  return { text: finished, values: taken };
}

const int64Bits = 63;

export function integerOf(text: string, bits: number, least?: number): Typed {
  if (bits > int64Bits) throw new Unpushed('a number may be too large');
  return { text, type: 'integer', bits, least };
}

export function textOf(text: string): Typed {
  return { text, type: 'text', bits: 0 };
}

export function truthOf(text: string): Typed {
  return { text, type: 'truth', bits: 0 };
}

export const absent: Typed = { text: 'null', type: 'null', bits: 0 };

/** A value that a text holds or is run with. Numbers that are no bigints are reals to SQLite. */
export function bindValue(value: SqlValue, bindings: Bindings): Typed {
  if (value === null) return absent;
  if (typeof value === 'string') {
    // PostgreSQL has no NUL in texts; what is no Unicode is changed on the way, and not on every way alike.
    if (value.includes('\0') || !value.isWellFormed()) throw new Unpushed('a text holds what PostgreSQL can not');
    return textOf(`(${bindings.bind(value, 'text')} collate "C")`);
  }
  if (typeof value === 'bigint') {
    const size = (value < 0n ? -value : value).toString(2).length;
    const least = size < 32 ? Number(value) : value < 0n ? undefined : 0;
    return integerOf(`(${bindings.bind(value, 'bigint')})`, size, least);
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    const real: Typed = { text: `(${bindings.bind(value, 'float8')})`, type: 'real', bits: 0 };
    return Number.isSafeInteger(value) ? { ...real, whole: bindValue(BigInt(value), bindings) } : real;
  }
  throw new Unpushed('a value is not of a kind that both know alike');
}

/** As a condition: a number is true unless it is 0. */
export function asTruth(value: Typed): Typed {
  if (value.type === 'truth') return value;
  if (value.type === 'integer') return { ...value, text: `(${value.text} <> 0)`, type: 'truth', bits: 0 };
  throw new Unpushed('a text is no condition');
}

/** As a value: a condition is 0 or 1. */
export function asValue(value: Typed): Typed {
  if (value.type !== 'truth') return value;
  return { ...value, text: `(${value.text})::int::bigint`, type: 'integer', bits: 1, least: 0 };
}

/**
 * Values between which `=` and its kin mean the same on both: of one type, so that SQLite converts none of them.
 * @throws Unpushed where they are not
 */
export function alike(...values: readonly Typed[]): readonly Typed[] {
  const integers = values.some(({ type }) => type === 'integer');
  const same = values.map((value) => (integers && value.whole !== undefined ? value.whole : value));
  const [first] = same;
  if (first === undefined || first.type === 'null') throw new Unpushed('nothing is compared');
  if (same.every(({ type }) => type === first.type)) return same;
  // A real does not tell larger integers apart.
  const tellable = same.every(({ type, bits }) => type === 'real' || (type === 'integer' && bits <= 53));
  if (!tellable) throw new Unpushed('types differ');
  return same;
}
