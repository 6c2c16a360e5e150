/** What a password leaves in the store. */
export interface PasswordSecrets {
  /** argon2id in PHC form. */
  readonly passwordHash: string;
  /** SCRAM-SHA-256 verifier in PostgreSQL's form, at least 100,000 iterations, for SQL logins. */
  readonly scramVerifier: string;
}

/** Password hashing. Slow by design; implementations MUST bound how many run at once and throw `auth.throttled` past that. */
export interface Passwords {
  hash(password: string): Promise<PasswordSecrets>;
  /** The verifier alone, of a password or a token. */
  makeVerifier(secret: string): Promise<string>;
  /** Whether a verifier is as one that is made now: older ones may ask for more work than clients agree to. */
  isCurrent(verifier: string): boolean;
  /** Takes as long for an unknown account (`passwordHash` absent) as for a known one. */
  verify(password: string, passwordHash: string | undefined): Promise<boolean>;
}
