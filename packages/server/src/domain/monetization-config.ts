import type { AppOwner } from './app.ts';
import type { Authorship } from './developer.ts';
import { Problem } from './problem.ts';
import { type Stamp, stampChanged, stampNew } from './stamp.ts';

export const billingTypes = ['PREPAID', 'POSTPAID'] as const;
export type BillingType = (typeof billingTypes)[number];

/** How a developer or company pays: out of a balance, or by invoice. Stored and shown; nobody is charged. */
export interface MonetizationConfig extends Stamp {
  readonly organizationId: string;
  readonly owner: AppOwner;
  readonly billingType: BillingType;
}

/** The unspecified value counts as absent. @throws Problem request.missing, request.invalid */
export function parseBillingType(value: string | undefined): BillingType {
  const field = 'billingType';
  if (value === undefined || value === 'BILLING_TYPE_UNSPECIFIED') throw new Problem('request.missing', { field });
  const found = billingTypes.find((type) => type === value);
  if (found !== undefined) return found;
  throw new Problem('request.invalid', { field, reason: `has to be one of ${billingTypes.join(', ')}` });
}

/** @param current absent: it was never set */
export function setBillingType(
  current: MonetizationConfig | undefined,
  next: Omit<MonetizationConfig, keyof Stamp>,
  { at, by }: Authorship,
): MonetizationConfig {
  return { ...next, ...(current === undefined ? stampNew(at, by) : stampChanged(current, at, by)) };
}
