import type { StoredRow } from '../row.ts';

/** Column types, in the engine's words. Text is ordered by its bytes. */
export interface ColumnTypes {
  readonly text: string;
  readonly integer: string;
  /** A primary key that the engine draws, always above all it drew before. */
  readonly serial: string;
}

export interface InsertTrigger {
  /** Unique in the store. */
  readonly name: string;
  readonly table: string;
  readonly statement: string;
}

/** What a migration works with. Everything happens in one transaction. */
export interface SchemaEditor {
  readonly types: ColumnTypes;
  /** One statement. */
  execute(text: string): Promise<void>;
  query(text: string): Promise<StoredRow[]>;
  /**
   * From now on the engine runs `statement` after each row that anybody inserts into `table`, an older node or a restore
   * included, in the transaction that inserts it. `new.column` stands for the row's value.
   */
  afterInsert(trigger: InsertTrigger): Promise<void>;
  /** Whether a table of that name exists. */
  hasTable(name: string): Promise<boolean>;
}

/** One step of the schema, forward only, with the data that is there. Never edited once it is released. */
export interface Migration {
  /** 1 for the first, then ascending: what has a lower number than the store's schema never runs. */
  readonly number: number;
  readonly name: string;
  up(editor: SchemaEditor): Promise<void>;
}
