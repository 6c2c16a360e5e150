/**
 * What SQL shows as a table: one resource of the management API, by the names that StackQL gives it (compat/stackql.md
 * §2.1). Columns are the API's fields, and after them the parameters of its path.
 */
export interface SqlResource {
  /** E.g. `developers`. */
  readonly name: string;
  /** Other names of the same, e.g. `organizations_developers`. */
  readonly aliases: readonly string[];
  /** A sentence for people. */
  readonly description: string;
  readonly columns: readonly SqlColumn[];
  /** Columns that name one row, e.g. `['organizationsId', 'developersId']`. */
  readonly key: readonly string[];
  /**
   * Where its entities lie below an organization, for the right to read them (domain/permission.ts): `*` stands for any
   * entity, e.g. `[['developers', '*']]`. A row is shown where all of these may be read.
   */
  readonly paths: readonly (readonly string[])[];
}

/** How values of a column are held: booleans as 0 and 1, JSON as text, times in milliseconds since 1970 UTC. */
export type SqlType = 'text' | 'integer' | 'real' | 'boolean' | 'json';

export interface SqlColumn {
  /** In the API's case: `firstName`. */
  readonly name: string;
  readonly type: SqlType;
  readonly description: string;
  /** A parameter of the path, and no field of the entity. */
  readonly parameter?: true;
  /** Decrypts, and so asks for the right to read credentials. */
  readonly secret?: true;
}
