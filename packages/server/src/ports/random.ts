/** Randomness fit for secrets, passed in so that tests can hold it. */
export interface Random {
  /** A UUIDv4. */
  uuid(): string;
  /** `size` unpredictable bytes. */
  bytes(size: number): Uint8Array;
}
