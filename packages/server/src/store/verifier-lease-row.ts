/** Times are the store's own (`Grammar.storeTime`). */
export interface VerifierLeaseRow {
  id: string;
  /** Empty: it holds whichever it is asked about. */
  organization_id: string;
  name: string;
  epoch: string;
  applied: number;
  missed: number;
  ends_at: number;
  heard_at: number;
}
