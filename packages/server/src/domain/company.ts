import type { Attribute } from './attribute.ts';
import { Problem } from './problem.ts';
import type { Stamp } from './stamp.ts';

export type CompanyStatus = 'active' | 'inactive';

/** A developer in a company. Roles are free text and are not enforced (compat/edge.md §7). */
export interface CompanyMember {
  readonly developerId: string;
  readonly roles: readonly string[];
}

/**
 * A group of developers that owns apps: Edge's company and X's app group, one noun with two faces. The name is
 * unique by its lower-cased form.
 */
export interface Company extends Stamp {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly displayName: string | undefined;
  readonly status: CompanyStatus;
  readonly attributes: readonly Attribute[];
  /** Known to X only. */
  readonly channelId: string | undefined;
  readonly channelUri: string | undefined;
  readonly email: string | undefined;
}

const companyNameShape = /^[A-Za-z0-9._$% -]{1,255}$/;

/** `0` is no name (compat/edge.md §7). @throws Problem request.missing, company.invalid-name */
export function parseCompanyName(value: string | undefined): string {
  if (value === undefined || value === '') throw new Problem('request.missing', { field: 'name' });
  if (companyNameShape.test(value) && value !== '0' && value.trim() === value) return value;
  throw new Problem('company.invalid-name', { company: value.slice(0, 255) });
}

/** The form under which a name is unique. */
export function keyOfCompany(name: string): string {
  return name.toLowerCase();
}
