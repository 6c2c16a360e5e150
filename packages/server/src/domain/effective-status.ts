import type { App } from './app.ts';
import type { Credential } from './credential.ts';

/** Why a credential does not work now. The order is the order in which it is looked at (compat/edge.md §11.1). */
export const ineffectiveReasons = [
  'credential.revoked',
  'credential.pending',
  'credential.expired',
  'app.revoked',
  'developer.inactive',
  'company.inactive',
  'product.none-approved',
] as const;

export type IneffectiveReason = (typeof ineffectiveReasons)[number];

/** Whether a credential works now, and if not, the first reason why. What Apigee shows as its status says less. */
export type EffectiveStatus =
  | { readonly effective: true }
  | { readonly effective: false; readonly reason: IneffectiveReason };

/** All that the answer depends on. */
export interface EffectiveFacts {
  readonly credential: Pick<Credential, 'status' | 'expiresAt' | 'products'>;
  readonly app: Pick<App, 'status'>;
  readonly owner: { readonly kind: 'developer' | 'company'; readonly status: 'active' | 'inactive' };
  /** Whether a key without any product works (compat/edge.md §11.1, "Key with no product at all"). */
  readonly productlessKeys: 'work' | 'refused';
  /** The plane's time in milliseconds since 1970 UTC. A key that expires now has expired. */
  readonly now: number;
}

/** The one place that decides it: every reader and every surface asks here. */
export function decideEffectiveStatus(facts: EffectiveFacts): EffectiveStatus {
  const reason = findReason(facts);
  return reason === undefined ? { effective: true } : { effective: false, reason };
}

function findReason({ credential, app, owner, productlessKeys, now }: EffectiveFacts): IneffectiveReason | undefined {
  if (credential.status !== 'approved') return `credential.${credential.status}`;
  if (credential.expiresAt !== undefined && credential.expiresAt <= now) return 'credential.expired';
  if (app.status !== 'approved') return 'app.revoked';
  if (owner.status !== 'active') return owner.kind === 'developer' ? 'developer.inactive' : 'company.inactive';
  if (credential.products.length === 0) return productlessKeys === 'work' ? undefined : 'product.none-approved';
  return credential.products.some(({ status }) => status === 'approved') ? undefined : 'product.none-approved';
}
