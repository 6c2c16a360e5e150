import type { Account } from '../../../domain/account.ts';
import type { SqlRow } from '../../../ports/query.ts';
import type { Format } from './client-message.ts';
import type { BoundParameters } from './parameter.ts';
import type { WireColumn } from './type.ts';

/** A statement as the protocol needs it, whoever answers it: a session, the catalog, or the connection itself. */
export interface WireStatement {
  /** OIDs of its parameters' types. */
  readonly parameterTypes: readonly number[];
  /** Undefined: it answers no rows. */
  readonly columns: readonly WireColumn[] | undefined;
  /** @throws SqlError */
  run(options: WireRunOptions): Promise<WireResult>;
}

export interface WireRunOptions {
  readonly parameters: BoundParameters;
  readonly resultFormats: readonly Format[];
  readonly signal: AbortSignal;
  /** Whose rights count, as read for this statement. */
  readonly account: Account;
}

/** MUST be closed, or read to its end. */
export interface WireResult {
  /** Undefined: there are no rows. What was not known of them before may be once the first rows are there. */
  columns(): readonly WireColumn[] | undefined;
  /** At least one row; undefined: there are no more. @throws SqlError */
  next(): Promise<WireRows | undefined>;
  /** After the last row. */
  tag(): string;
  notices(): readonly string[];
  close(): Promise<void>;
}

export type WireRows =
  | { readonly kind: 'values'; readonly rows: readonly SqlRow[] }
  /** As DataRow carries them, in the formats that were asked for. */
  | { readonly kind: 'fields'; readonly rows: readonly (readonly (Uint8Array | null)[])[] };

/** A statement that answers no rows and takes no parameters. */
export function actOnly(tag: string, act: () => void | Promise<void>, notices: readonly string[] = []): WireStatement {
  return {
    parameterTypes: [],
    columns: undefined,
    run: async () => {
      await act();
      return answerTag(tag, notices);
    },
  };
}

/** An answer without rows. */
export function answerTag(tag: string, notices: readonly string[] = []): WireResult {
  return {
    columns: () => undefined,
    next: async () => undefined,
    tag: () => tag,
    notices: () => notices,
    close: async () => {},
  };
}
