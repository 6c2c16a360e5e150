import type { Dialect } from './dialect.ts';
import { Problem } from './problem.ts';
import type { Stamp } from './stamp.ts';
import { parseText } from './text.ts';

/** A name and a value, as organizations and environments carry them. */
export interface Property {
  readonly name: string;
  readonly value: string;
}

/** A tenant. The dialect is its home dialect and never changes (design.md, "Dialects"). */
export interface Organization extends Stamp {
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  readonly displayName: string;
  /** Set by operators; what each view adds by itself (`features.…`) is not stored. */
  readonly properties: readonly Property[];
  /**
   * Whether a consumer secret is shown by the call that makes it and by no other. Once on, it stays on: whoever was
   * promised that nobody reads his secret keeps the promise.
   */
  readonly secretsShownOnce: boolean;
}

/** Whether the organization lets no key be without products (compat/edge.md §4.3, §11.1). */
export function requiresProducts({ properties }: Pick<Organization, 'properties'>): boolean {
  const name = 'features.keymanagement.disable.unbounded.permissions';
  return properties.some((property) => property.name === name && property.value === 'true');
}

/** @throws Problem request.invalid where it would be taken back */
export function decideSecretsShownOnce(before: boolean, wanted: boolean | undefined): boolean {
  if (before && wanted === false) {
    throw new Problem('request.invalid', { field: 'secretsShownOnce', reason: 'can not be taken back' });
  }
  return before || wanted === true;
}

const organizationName = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** @throws Problem request.invalid */
export function parseOrganizationName(value: string): string {
  if (organizationName.test(value)) return value;
  throw new Problem('request.invalid', {
    field: 'name',
    reason:
      'takes lower-case letters, digits and hyphens, begins with a letter or digit, and has at most 63 characters',
  });
}

const propertiesMax = 100;

/**
 * A whole list, each name once.
 * @throws Problem request.invalid, request.missing
 */
export function parseProperties(drafts: readonly Property[]): Property[] {
  if (drafts.length > propertiesMax) {
    throw new Problem('request.invalid', { field: 'properties', reason: `takes at most ${propertiesMax}` });
  }
  const names = new Set<string>();
  return drafts.map(({ name, value }, index) => {
    const field = `properties.property[${index}]`;
    if (names.has(name)) throw new Problem('request.invalid', { field, reason: `names the property ${name} twice` });
    names.add(name);
    return {
      name: parseText(name, { field: `${field}.name`, lengthMax: 255 }),
      value: parseText(value, { field: `${field}.value`, lengthMax: 2048, empty: 'allowed' }),
    };
  });
}
