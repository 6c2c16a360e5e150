/**
 * What a gateway asks for verdicts with: it speaks for one organization, and opens nothing of the management API. Made
 * and revoked, never changed; its text is shown once.
 */
export interface RuntimeCredential {
  readonly id: string;
  readonly organizationId: string;
  /** What it is for, in the words of whoever makes it. */
  readonly name: string;
  readonly createdAt: number;
  /** E-mail of the account. */
  readonly createdBy: string;
}

/** Of one organization; a bound for clients that make one with every run. */
export const runtimeCredentialsMax = 1000;
