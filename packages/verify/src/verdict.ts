import type { ProductMatch } from './product.ts';
import type { AppRecord, CredentialRecord, OwnerRecord, ProductRecord } from './record.ts';

/** Why a call is refused, in the order in which it is looked at (compat/edge.md §11.1). The union is closed. */
export const refusalReasons = [
  'verifier.stale',
  'credential.missing',
  'request.ambiguous-path',
  'credential.unknown',
  'credential.revoked',
  'credential.pending',
  'credential.expired',
  'app.revoked',
  'developer.inactive',
  'company.inactive',
  'product.none-approved',
  'product.no-match',
] as const;

export type RefusalReason = (typeof refusalReasons)[number];

/** What an allowed call's gateway may want to know. */
export interface Allowed {
  readonly allowed: true;
  readonly credential: CredentialRecord;
  readonly app: AppRecord;
  readonly owner: OwnerRecord;
  /** Absent where the key has no product, and the organization lets such keys work. */
  readonly product: ProductRecord | undefined;
  readonly match: ProductMatch | undefined;
}

/** What a key opens, whatever the call is. */
export interface Survey extends Pick<Allowed, 'allowed' | 'credential' | 'app' | 'owner'> {
  /** Those on the key that are approved, exist and can be matched, in the order in which they are tried. */
  readonly products: readonly ProductRecord[];
}

export interface Refused {
  readonly allowed: false;
  readonly reason: RefusalReason;
}

/** A verification's outcome: a value, never an exception. */
export type Verdict = Allowed | Refused;
