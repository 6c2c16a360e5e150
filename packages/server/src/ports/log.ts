/** Structured log. Callers MUST NOT hand it a secret, key, password or token (G9). */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
