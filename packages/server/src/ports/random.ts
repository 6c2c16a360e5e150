/** Randomness fit for secrets, passed in so that tests can hold it. */
export interface Random {
  /** A UUIDv4. */
  uuid(): string;
  /**
   * An id for a row, in the shape of a UUIDv4 and greater than those that this process drew before: the first 60 bits
   * but for the version tell when. Rows that are made together so lie together in each index that begins with an id,
   * which else costs a page of its own for each. No secret: use `uuid` where an id must not be guessed.
   */
  rowId(): string;
  /** `size` unpredictable bytes. */
  bytes(size: number): Uint8Array;
}
