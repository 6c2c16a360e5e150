import type { Noun } from './noun.ts';

/**
 * One step of the feed: which entity became which version. It names what changed and holds none of its content, so
 * that the log reveals no secret (G9) and a reader always sees the newest state.
 */
export interface ChangeDraft {
  /** Absent where the entity belongs to no organization (accounts). */
  readonly organizationId: string | undefined;
  readonly noun: Noun;
  readonly entityId: string;
  readonly kind: 'put' | 'delete';
  /** The version after the change; of a deleted entity the last one it had. */
  readonly version: number;
}

export interface Change extends ChangeDraft {
  /** Place in the one order of all changes of the store; 1 for the first. */
  readonly sequence: number;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
}
