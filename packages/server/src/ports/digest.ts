/** Fast hashes, of what can't be guessed or never leaves this process. Never for passwords that are stored. */
export interface Digests {
  /** SHA-256 of the UTF-8 text, in hex. */
  sha256Hex(text: string): string;
  /**
   * A fingerprint under a random key of this process: equal texts give equal fingerprints here and unrelated ones
   * elsewhere, so comparing two of them tells nothing about the texts. MUST cost microseconds.
   */
  fingerprint(text: string): string;
}
