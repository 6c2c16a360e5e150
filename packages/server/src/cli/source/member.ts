import { CommandRefusal } from '../failure.ts';

/** An object of a foreign answer. Nothing of it is believed before it was looked at. */
type Members = Readonly<Record<string, unknown>>;

/** Where an entity comes from, for the sentence that says what is wrong with it. */
export interface Origin {
  /** @param place a member's path, as `credentials[0].status`; empty: the entity itself */
  refuse(place: string, reason: string): CommandRefusal;
  /** The same, once the entity's name is known. */
  named(title: string): Origin;
}

/** Of an answer of the source. @param title for people: `developer ann@example.com` */
export function answerOf(title: string): Origin {
  return {
    refuse: (place, reason) => new CommandRefusal(`The source's ${title}${place === '' ? '' : `: ${place}`} ${reason}`),
    named: answerOf,
  };
}

/** 9999-12-31, in milliseconds since 1970 UTC. */
const momentMax = 253_402_300_799_999;
const dateShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Reads members of one entity, with errors that say where. Absent and `null` are one; a list may have gaps, which count
 * as nothing. Each method throws CommandRefusal
 * where a member is not of its kind; none repeats a value but a status.
 */
export class Reader {
  readonly #members: Members;
  readonly #origin: Origin;
  readonly #path: string;

  constructor(value: unknown, origin: Origin, path = '') {
    this.#origin = origin;
    this.#path = path;
    if (!isMembers(value)) throw origin.refuse(path, 'is no object');
    this.#members = value;
  }

  /** Under a name that is known once it was read. */
  named(title: string): Reader {
    return new Reader(this.#members, this.#origin.named(title), this.#path);
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  value(name: string): unknown {
    return this.#members[name] ?? undefined;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined || value === '') throw this.refuse(name, 'is missing');
    return value;
  }

  /** A number counts as its text: old servers write quotas so. */
  optionalText(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
    throw this.refuse(name, 'is no text');
  }

  texts(name: string): string[] {
    return this.#list(name).flatMap((each, index) => {
      if (each === undefined) return [];
      if (typeof each === 'string') return [each];
      throw this.refuse(`${name}[${index}]`, 'is no text');
    });
  }

  reader(name: string): Reader {
    return new Reader(this.#members[name], this.#origin, this.#placeOf(name));
  }

  readers(name: string): Reader[] {
    return this.#list(name).flatMap((each, index) =>
      each === undefined ? [] : [new Reader(each, this.#origin, this.#placeOf(`${name}[${index}]`))],
    );
  }

  /** As a number (Edge), or as a text (X's int64). */
  whole(name: string): number | undefined {
    const number = this.number(name);
    if (number === undefined || Number.isSafeInteger(number)) return number;
    throw this.refuse(name, 'is no whole number');
  }

  /** The same as text, since a number does not hold every int64. */
  wideWhole(name: string): string | undefined {
    const value = this.value(name);
    if (typeof value === 'string' && /^-?\d{1,19}$/.test(value)) return value;
    const number = this.whole(name);
    return number === undefined ? undefined : String(number);
  }

  number(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'number') return value;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
    if (Number.isFinite(number)) return number;
    throw this.refuse(name, 'is no number');
  }

  /** Milliseconds since 1970 UTC up to the year 9999, as a number or in RFC 3339; -1: none. */
  moment(name: string): number | undefined {
    const value = this.value(name);
    const moment = typeof value === 'string' && dateShape.test(value) ? Date.parse(value) : this.whole(name);
    if (moment === undefined || (moment >= -1 && moment <= momentMax)) return moment;
    throw this.refuse(name, 'is neither a number of milliseconds since 1970 nor a time as 2026-01-31T12:00:00Z');
  }

  choice<C extends string>(name: string, choices: readonly C[]): C | undefined {
    const value = this.optionalText(name);
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice === value.toLowerCase());
    if (found !== undefined) return found;
    throw this.refuse(name, `is ${JSON.stringify(value.slice(0, 50))}, which is none of ${choices.join(', ')}`);
  }

  refuse(name: string, reason: string): CommandRefusal {
    return this.#origin.refuse(this.#placeOf(name), reason);
  }

  #placeOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  #list(name: string): readonly unknown[] {
    const value = this.value(name);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    throw this.refuse(name, 'is no list');
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
