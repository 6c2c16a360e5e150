import type { Usage } from '../process/host.ts';

/** What a server under load is held against: another one, which answers the same question. */
export interface Contender {
  readonly url: string;
  /** What a reader of the table has to know of it. */
  readonly note?: string;
  /** Known keys that it can be asked for, where it has fewer than the others. */
  readonly keys?: number;
  readUsage(): Promise<Usage>;
  stop(): Promise<void>;
}
