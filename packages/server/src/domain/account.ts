import { keyOfEmail, parseEmail } from './developer.ts';
import { Problem } from './problem.ts';
import type { Stamp } from './stamp.ts';

/** A person or service that calls the management API. Global, with roles per organization. */
export interface Account extends Stamp {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly status: AccountStatus;
  /** May do everything in every organization, and manages organizations and accounts. */
  readonly sysadmin: boolean;
  /** One more with every change of password: what was derived from the old one ends at once. */
  readonly passwordVersion: number;
}

export type AccountStatus = 'active' | 'disabled';

/** E-mail under which audit and stamps name the operator, who has no account. */
export const operatorEmail = 'operator@localhost';

/** @throws Problem request.invalid, request.missing */
export function parseAccountEmail(value: string): string {
  const email = parseEmail(value, { emailCapitals: 'kept' });
  // The audit log would not tell the two apart.
  if (keyOfEmail(email) !== operatorEmail) return email;
  throw new Problem('request.invalid', { field: 'email', reason: 'is the name of the local operator' });
}

const passwordLengthMin = 8;
/** argon2 reads all of it; the bound keeps a request from buying seconds of hashing. */
export const passwordLengthMax = 512;

/** @throws Problem request.missing, request.invalid */
export function parsePassword(value: string): string {
  if (value === '') throw new Problem('request.missing', { field: 'password' });
  if (value.length < passwordLengthMin || value.length > passwordLengthMax) {
    throw new Problem('request.invalid', {
      field: 'password',
      reason: `has to have ${passwordLengthMin} to ${passwordLengthMax} characters`,
    });
  }
  return value;
}

/** A token made for an account by hand. The token itself is shown once and never stored. */
export interface AccountToken {
  readonly id: string;
  readonly accountId: string;
  readonly label: string;
  readonly createdAt: number;
  readonly createdBy: string;
  /** Milliseconds since 1970 UTC; absent: never. */
  readonly expiresAt: number | undefined;
}
