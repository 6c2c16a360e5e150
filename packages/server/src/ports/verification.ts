import type { HeldNoun, RecordChange } from '@claviger/verify';

export type { RecordChange };

/** What a verifier is told of: an entity by its noun and id. */
export interface HeldName {
  readonly noun: HeldNoun;
  readonly id: string;
}

/** What holds for an organization as a whole. */
export interface VerificationRule {
  readonly organizationId: string;
  /** Version of the organization's own record, which each change of it counts up. */
  readonly version: number;
  /** Its name. */
  readonly organization: string;
  /** Whether a key without any product works (compat/edge.md §11.1). */
  readonly productlessKeys: 'work' | 'refused';
  /** The lookup hash of a presented key, as the records of credentials carry theirs. */
  readonly hashOf: (key: string) => string;
  /** What keys are hashed with: for verifiers elsewhere, which hash by themselves. Secret (G9). */
  readonly lookupKey: string;
}

/** Where a snapshot stands in the feed. */
export interface SnapshotPlace {
  readonly epoch: string;
  readonly sequence: number;
}

/** What there is of one key, each part at least as new as `place`. */
export interface FoundRecords {
  readonly place: SnapshotPlace;
  /** Of credential, app and owner those that there are. */
  readonly records: readonly RecordChange[];
}

/** Told once, before the first batch: the place of the snapshot, and the rule as it was there. */
export type BeginWalk = (place: SnapshotPlace, rule: VerificationRule) => Promise<void>;

/** Takes a batch of records. The walk goes on when it is done. */
export type TakeRecords = (records: readonly RecordChange[]) => Promise<void>;

/**
 * What verification reads of the store. Besides the MUSTs of `Store`:
 * - **No secret.** Nothing here MUST open a sealed key or secret: a credential comes with its lookup hash.
 * - **Fail closed (G6).** A record that can't be read MUST come as one that is gone.
 * - **Owners.** What belongs to an app, owner or organization that is deleted MUST come as gone, swept or not.
 */
export interface VerificationReader {
  /** Undefined where there is no such organization. */
  findRule(organizationId: string): Promise<VerificationRule | undefined>;
  /**
   * Hands over all records of an organization, in batches of bounded size, out of one snapshot. Resolves to the place
   * of that snapshot: each change up to it is in, and none after it. Undefined where there is no such organization.
   * @param nouns absent: all
   */
  walk(
    organizationId: string,
    take: TakeRecords,
    begin?: BeginWalk,
    nouns?: readonly HeldNoun[],
  ): Promise<SnapshotPlace | undefined>;
  /** The records of these names as they are now; those that are gone, or of another organization, without a record. */
  read(organizationId: string, names: readonly HeldName[]): Promise<RecordChange[]>;
  /**
   * The key of an organization with this lookup hash, as records of credentials carry it. The place is read first, so that
   * whoever knows what changed after it knows whether the records may be older than that.
   */
  find(organizationId: string, hash: string): Promise<FoundRecords>;
}
