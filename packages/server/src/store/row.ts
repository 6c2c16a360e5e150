/** A value as every engine stores it. */
export type StoredValue = string | number | null;

/** A row by its columns, as an archive carries it. */
export type StoredRow = Readonly<Record<string, StoredValue>>;
