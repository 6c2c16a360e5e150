import { Problem } from './problem.ts';

export interface TextRule {
  /** The member's name on the wire, for the error. */
  readonly field: string;
  readonly lengthMax: number;
  /** Whether `""` is a value. */
  readonly empty?: 'allowed' | 'refused';
}

// Control characters, lone surrogates and U+0000 can't be stored or shown faithfully by every engine and dialect.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;

/**
 * A string as a member's value: well-formed Unicode, no control characters but tab and line ends, at most
 * `lengthMax` UTF-16 units.
 * @throws Problem request.invalid, request.missing (where empty is refused)
 */
export function parseText(value: string, rule: TextRule): string {
  if (value === '' && rule.empty !== 'allowed') throw new Problem('request.missing', { field: rule.field });
  if (value.length > rule.lengthMax) {
    throw new Problem('request.invalid', { field: rule.field, reason: `is longer than ${rule.lengthMax} characters` });
  }
  if (!isText(value)) {
    throw new Problem('request.invalid', { field: rule.field, reason: 'holds a character that is not text' });
  }
  return value;
}

/** Whether it is well-formed Unicode without control characters but tab and line ends. */
export function isText(value: string): boolean {
  return !unprintable.test(value) && value.isWellFormed();
}

/** Orders strings by the bytes of their UTF-8 form, as both engines order them (design.md, "Order"). */
export function compareBytewise(left: string, right: string): number {
  const size = Math.min(left.length, right.length);
  for (let at = 0; at < size; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return rankUnit(a) - rankUnit(b);
  }
  return left.length - right.length;
}

/** UTF-16 order differs from UTF-8 order only in that surrogates must come after U+E000–U+FFFF. */
function rankUnit(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
