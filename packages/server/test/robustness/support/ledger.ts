import type { Attribute } from '../../../src/domain/attribute.ts';
import type { Tree } from './tree.ts';

/** A developer as the writers know him. */
export interface DeveloperState {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly userName: string;
  readonly status: 'active' | 'inactive';
  readonly attributes: readonly Attribute[];
  readonly version: number;
}

/** What one e-mail address holds: one writer changes it, one call at a time. */
export interface Slot {
  readonly name: string;
  /** As the last acknowledged call left it; undefined: nobody. */
  state: DeveloperState | undefined;
  /** Set when a call was not answered: the state if it was done after all. Then nobody calls here any more. */
  unanswered: { readonly state: DeveloperState | undefined } | undefined;
}

/** One writer's attribute of the developer whom all writers of a round change at once. */
export interface SharedCell {
  readonly email: string;
  readonly name: string;
  value: string | undefined;
  unanswered: string | undefined;
}

/** A developer or company whom one writer gives an app and keys, one call at a time. */
export interface AppSlot {
  /** E-mail, or name of the company. */
  readonly owner: string;
  /** As the last acknowledged call left it. */
  tree: Tree;
  /** Set when a call was not answered: the tree if it was done after all, and whether it was, once that is known. */
  unanswered: { readonly tree: Tree; readonly ofApps: boolean; done?: boolean } | undefined;
}

/** Everything that the writers were told, over all rounds. */
export interface Ledger {
  readonly slots: Map<string, Slot>;
  readonly cells: Map<string, SharedCell>;
  /** E-mails of the developers whom all writers change at once, and of those who belong to companies. */
  readonly shared: Set<string>;
  /** Request ids of the acknowledged calls. */
  readonly acknowledged: Set<string>;
  /** By owner. */
  readonly appSlots: Map<string, AppSlot>;
  /** Request ids of the acknowledged calls on apps, keys and companies. */
  readonly appsAcknowledged: Set<string>;
  /** Ids of apps that went, or may have gone, with their owner. */
  readonly appsGone: Set<string>;
  /** Answers other than success: status and body. */
  readonly refused: string[];
}

export function openLedger(): Ledger {
  return {
    ...{ slots: new Map(), cells: new Map(), shared: new Set(), acknowledged: new Set(), refused: [] },
    ...{ appSlots: new Map(), appsAcknowledged: new Set(), appsGone: new Set() },
  };
}

/** The slot that an e-mail belongs to; a rename goes from `w1-2@…` to `w1-2-renamed@…` and back. */
export function slotNameOf(email: string): string {
  return email.toLowerCase().replace('-renamed@', '@');
}

/** The developer whose attributes all writers of a round set at once. */
export function sharedEmailOf(round: number): string {
  return `shared-${round}@example.com`;
}
