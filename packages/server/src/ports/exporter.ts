import type { BulkHead, BulkKind } from '../domain/bulk-record.ts';

/** What of an organization is to be read out. */
export interface ExportOrder {
  readonly organizationId: string;
  readonly head: BulkHead;
  readonly kinds: readonly BulkKind[];
  /** False: without consumer keys and secrets. */
  readonly secrets: boolean;
}

/** Reads out whole organizations, and leaves the time of everybody else alone. */
export interface Exporter {
  /**
   * The lines of an export as bytes, as of one moment that is not before the call. MUST NOT hold more than a few pieces
   * that the reader did not take yet, and MUST let go of the store when the reader goes away.
   * @throws Problem store.unavailable while it is read, where the store is gone
   */
  read(order: ExportOrder): AsyncIterable<Uint8Array>;
  /** Lets go of the store, which closes next; exports under way break off. */
  close(): Promise<void>;
}
