import type { App } from '../domain/app.ts';
import type { Credential } from '../domain/credential.ts';
import type { SearchNoun } from '../domain/search.ts';

/**
 * The search index. It follows the change feed, behind the writers: nobody who writes waits for it.
 *
 * MUSTs besides those of `Store`:
 * - **Superset.** Up to the sequence that it has reached, every entity that has all terms of a question is among its
 *   candidates; others may be too, and ones that are gone.
 * - **Places.** An entity keeps its number from when it is first indexed until it is deleted, and no other ever gets it.
 */
export interface SearchIndex {
  /**
   * Takes in the next `entitiesMax` changes, or entities while it is built. Safe on many nodes at once and to be
   * killed at any moment. True: more is left.
   */
  advance(entitiesMax: number): Promise<boolean>;
  /** Takes in all that was committed before this call, unless that takes longer. */
  catchUp(milliseconds: number): Promise<SearchReach>;
  /** Entities that have all terms, by number. Empty `terms`: all entities. */
  propose(question: SearchQuestion): Promise<Candidates>;
  /** How many entities have all terms, of which there is one at least: gone ones too, until the index has followed. */
  count(question: Omit<SearchQuestion, 'after' | 'limit'>): Promise<number>;
  /** Those of these developers who have a key with the product on an app of their own. */
  findHolders(organizationId: string, product: string, developerIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Those of these apps that are there, with what a search says of them. */
  findApps(organizationId: string, ids: readonly string[]): Promise<FoundApp[]>;
  /** Those of these credentials that are there, without key and secret. */
  findCredentials(organizationId: string, ids: readonly string[]): Promise<FoundCredential[]>;
}

export interface SearchReach {
  /** Another one after the index was built anew: numbers of the former one say nothing then. */
  readonly generation: string;
  /** Whether all that was committed before is in. */
  readonly complete: boolean;
}

export interface SearchQuestion {
  readonly organizationId: string;
  readonly noun: SearchNoun;
  readonly terms: readonly string[];
  /** Only numbers above. */
  readonly after: number;
  readonly limit: number;
}

export interface Candidates {
  readonly found: readonly { readonly number: number; readonly id: string }[];
  /** All numbers up to this one have been looked at. */
  readonly reached: number;
  /** Whether these are the last. */
  readonly end: boolean;
}

export interface FoundApp {
  readonly app: App;
  /** E-mail of the developer, or name of the company. */
  readonly ownerName: string;
  /** Names of the products on its keys, each once. */
  readonly products: readonly string[];
}

export interface FoundCredential {
  readonly credential: Omit<Credential, 'consumerKey' | 'consumerSecret'>;
  readonly app: Pick<App, 'id' | 'name' | 'status'>;
  readonly owner: FoundOwner;
}

export interface FoundOwner {
  readonly kind: App['owner']['kind'];
  readonly id: string;
  /** E-mail of the developer, or name of the company. */
  readonly name: string;
  readonly status: 'active' | 'inactive';
}
