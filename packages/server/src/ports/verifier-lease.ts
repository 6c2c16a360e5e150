/** A verifier that may answer from what it holds, as all nodes of a store see it (G4). */
export interface VerifierLease {
  /** UUID that the verifier drew when it began to follow. */
  readonly id: string;
  /** Undefined: it holds whichever organization it is asked about, as the verifier of a plane's node does. */
  readonly organizationId: string | undefined;
  /** For operators; may be empty, and shared. */
  readonly name: string;
  /** Everything up to here is applied; 0 where it follows another epoch than the store's. */
  readonly applied: number;
  /** The highest sequence for which somebody waited in vain. Nobody waits for it until `applied` has reached that. */
  readonly missed: number;
  /** Milliseconds for which it may still answer from what it holds; undefined: for ever. */
  readonly remainingMilliseconds: number | undefined;
  /** Milliseconds since it was heard last. */
  readonly silentMilliseconds: number;
}

/** What a poll says of its verifier. */
export interface LeaseHold {
  readonly id: string;
  readonly organizationId: string | undefined;
  readonly name: string;
  readonly epoch: string;
  readonly applied: number;
  /** How long it may answer from now on; undefined: for ever. */
  readonly forMilliseconds: number | undefined;
}

/**
 * Who must be waited for. MUSTs:
 * - **Durable before heard.** When `hold` resolves, the lease is seen by every node, and survives kill -9 of all of them, for
 *   at least `forMilliseconds`. An engine MAY write ahead a little more, so that not every poll is a write.
 * - **Never early.** A lease MUST NOT end before its time by the store's clock; it MAY end later.
 * - **Acknowledgements MAY be lost** by a kill (then somebody waits longer), and MUST NOT run ahead of what was said.
 */
export interface VerifierLeases {
  hold(hold: LeaseHold): Promise<void>;
  /** The verifier has stopped to answer. Durable. */
  leave(id: string): Promise<void>;
  /** Those that have not ended: of this organization and of any; undefined: all. By name, then id. */
  list(organizationId: string | undefined): Promise<VerifierLease[]>;
  /** Notes that these were waited for in vain up to a sequence. */
  miss(ids: readonly string[], sequence: number): Promise<void>;
  /** Calls `listener` soon after an acknowledgement or a leaving, here or on another node. A bell, not the truth. */
  onAcknowledge(listener: () => void): () => void;
}
