import type { DialectRules } from './dialect.ts';
import { Problem } from './problem.ts';
import { parseText } from './text.ts';

/** A name and a value that a client hangs on an entity. Kept in the order given. */
export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** What a body holds before it is parsed: an absent value counts as empty, as clients send it so. */
export interface AttributeDraft {
  readonly name?: string | undefined;
  readonly value?: string | undefined;
}

/** What a dialect says of a list of attributes. */
export type AttributeRules = Pick<DialectRules, 'attributesMax' | 'attributeTwice'>;

/** Characters of a name and of a value. No source states them (compat/edge.md §3.2); these are ours. */
const attributeNameLengthMax = 1024;
const attributeValueLengthMax = 2048;

/** @throws Problem request.invalid, request.missing, with `field` in front of the member's name */
export function parseAttribute(draft: AttributeDraft, field: string): Attribute {
  const prefix = field === '' ? '' : `${field}.`;
  return {
    name: parseText(draft.name ?? '', { field: `${prefix}name`, lengthMax: attributeNameLengthMax }),
    value: parseText(draft.value ?? '', {
      field: `${prefix}value`,
      lengthMax: attributeValueLengthMax,
      empty: 'allowed',
    }),
  };
}

/**
 * A whole list: each name once, at most 18 of them (request/001).
 * @throws Problem attribute.too-many, request.invalid, request.missing
 */
export function parseAttributes(
  drafts: readonly AttributeDraft[],
  { attributesMax: limit, attributeTwice }: AttributeRules,
  field: string,
): Attribute[] {
  const attributes = new Map<string, Attribute>();
  for (const [index, draft] of drafts.entries()) {
    const attribute = parseAttribute(draft, `${field}[${index}]`);
    const { name } = attribute;
    if (!attributes.has(name)) attributes.set(name, attribute);
    else if (attributeTwice === 'refused') {
      throw new Problem('request.invalid', { field, reason: `names the attribute ${name} twice` });
    }
    if (attributes.size > limit) throw new Problem('attribute.too-many', { limit });
  }
  return [...attributes.values()];
}

export function findAttribute(attributes: readonly Attribute[], name: string): Attribute | undefined {
  return attributes.find((attribute) => attribute.name === name);
}

/**
 * The list with this attribute set: in its place where it is there, else at the end.
 * @throws Problem attribute.too-many
 */
export function setAttribute(attributes: readonly Attribute[], attribute: Attribute, limit: number): Attribute[] {
  const at = attributes.findIndex(({ name }) => name === attribute.name);
  if (at >= 0) return attributes.with(at, attribute);
  if (attributes.length >= limit) throw new Problem('attribute.too-many', { limit });
  return [...attributes, attribute];
}

export function removeAttribute(attributes: readonly Attribute[], name: string): Attribute[] {
  return attributes.filter((attribute) => attribute.name !== name);
}
