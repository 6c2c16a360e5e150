/** A verifier that has not said that it applied a change. */
export interface OutstandingVerifier {
  readonly id: string;
  /** As its operator named it: any text, maybe empty. */
  readonly name: string;
  /** Milliseconds since 1970 UTC, by the plane's clock, when it ends to answer from what it holds; undefined: never. */
  readonly until: number | undefined;
}

/** Who has applied a change, of all verifiers that may answer for its organization. */
export interface Acknowledgement {
  readonly sequence: number;
  /** Undefined: nobody knows, since the store did not say. The change itself is committed. */
  readonly verifiers: AcknowledgedVerifiers | undefined;
}

export interface AcknowledgedVerifiers {
  readonly total: number;
  /** Those of them that have not, by name. */
  readonly outstanding: readonly OutstandingVerifier[];
}

/** How a wait ended. */
export interface SettledWait {
  readonly outcome: 'applied' | 'outstanding' | 'unknown';
  /** From the commit until here. */
  readonly milliseconds: number;
}

/**
 * Waits for verifiers (G4). MUSTs:
 * - **After the commit.** Called with a sequence that is committed; holds no transaction, connection, lock or place in a
 *   queue of writers while it waits.
 * - **Bounded.** Resolves after a set time at most, and MUST NOT reject: the change can't be taken back.
 * - **Never too much.** A verifier counts as having applied only what it said itself.
 * - **Not twice.** Who was waited for in vain is named, and not waited for until he has caught up.
 */
export interface Acknowledgements {
  /** @param signal aborted where nobody wants the answer any more */
  wait(organizationId: string, sequence: number, signal?: AbortSignal): Promise<Acknowledgement>;
  /** Calls `listener` when somebody begins to wait: what was committed before is worth a look at once. */
  onWait(listener: () => void): void;
  /** Calls `listener` with each wait that came to an end and was not called off. */
  onSettled(listener: (settled: SettledWait) => void): void;
  /** The process ends: waits get a moment more, and are then answered with what is known. */
  stop(): void;
}
