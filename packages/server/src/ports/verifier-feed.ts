/** A poll of a verifier elsewhere (packages/verify/SPEC.md, "POST poll"). */
export interface FeedPoll {
  readonly organizationId: string;
  /** The runtime credential that it came with; where that is revoked the poll ends. */
  readonly credentialId: string;
  readonly epoch: string;
  /** Everything up to here is applied. */
  readonly after: number;
  /** How long it may be held while there is nothing to tell. */
  readonly holdMilliseconds: number;
  /** UUID. */
  readonly verifier: string;
  readonly name: string;
  /** How long the verifier may answer from now on; undefined: for ever. */
  readonly forMilliseconds: number | undefined;
  /** Aborted when whoever asked is gone. */
  readonly signal: AbortSignal;
}

export interface ToldChange {
  readonly sequence: number;
  /** Sequence of the change that was told before it. */
  readonly previous: number;
  /** The record, as `FeedEncoder` wrote it. */
  readonly text: string;
}

export type FeedAnswer =
  | {
      readonly kind: 'changes';
      readonly epoch: string;
      readonly changes: readonly ToldChange[];
      /** How far the log was read. */
      readonly to: number;
      readonly more: boolean;
    }
  | { readonly kind: 'start-over' }
  | { readonly kind: 'refused'; readonly reason: FeedRefusal };

/**
 * - `denied`: the credential or its organization is gone;
 * - `superseded`: a later poll of the same verifier came, or the verifier left;
 * - `crowded`: the organization has as many verifiers as it may have;
 * - `busy`: this node serves as many organizations as it can;
 * - `foreign`: a verifier of another organization has this id;
 * - `unavailable`: the store does not answer, or the node stops.
 */
export type FeedRefusal = 'denied' | 'superseded' | 'crowded' | 'busy' | 'foreign' | 'unavailable';

/** What verifiers elsewhere are told of. MUST NOT throw. */
export interface VerifierFeeds {
  /**
   * MUSTs: what is answered without `more` holds every change that was committed before the poll came; and every node
   * knows the verifier's lease before the answer is given (ports/verifier-lease.ts).
   */
  poll(poll: FeedPoll): Promise<FeedAnswer>;
  /** Nobody has to wait for this verifier any more; of no effect where it is another organization's. */
  leave(organizationId: string, verifier: string): Promise<FeedRefusal | undefined>;
  /** Follows the organization from now on, where it can: a verifier that takes a snapshot will ask soon. */
  prepare(organizationId: string): void;
}
