/**
 * What drivers and tools ask of PostgreSQL itself: `pg_catalog`, `information_schema` and functions that SQLite does not
 * have. Answered by a real PostgreSQL catalog in which our resources are empty tables; it holds no row of the plane.
 */
export interface Catalog {
  /** As tools are told it, e.g. `15.0`: the same in `server_version`, `version()` and `current_setting`. */
  readonly serverVersion: string;
  /** The catalog as one session sees it. Costs nothing until the first question. */
  open(session: CatalogSession): CatalogQueries;
  /** Ends its process. */
  close(): Promise<void>;
}

export interface CatalogSession {
  /** What `current_user` and `session_user` answer: the account, as it signed in. */
  readonly user: string;
  /** What `current_database()` answers: as the client asked for at start-up. */
  readonly database: string;
  /** What `pg_backend_pid()` answers: as in BackendKeyData. */
  readonly processId: number;
  /** What `current_setting('application_name')` and other settings of the session answer; asked at each question. */
  readonly settings?: (() => Readonly<Record<string, string>>) | undefined;
}

/**
 * Questions run one after another, of all sessions, in a process of their own. Errors are SqlErrors with PostgreSQL's own
 * SQLSTATE, message, position and hint; 57014 where the time ended or the signal came, 53300 where too many wait, 54000
 * where an answer grows too long.
 */
export interface CatalogQueries {
  /** Whether a statement is the catalog's to answer: never where it names a resource of ours in FROM. Cheap; never throws. */
  handles(text: string): boolean;
  /** What a statement takes and answers. @throws SqlError */
  describe(text: string, options?: DescribeOptions): Promise<CatalogShape>;
  /** @throws SqlError */
  run(text: string, options?: CatalogRunOptions): Promise<CatalogAnswer>;
  /** The session ended: what waits is forgotten. */
  close(): void;
}

export interface DescribeOptions {
  /** OIDs as in Parse; 0 or missing: PostgreSQL finds out. */
  readonly parameterTypes?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CatalogRunOptions extends DescribeOptions {
  /** As they came in Bind. */
  readonly parameters?: readonly (Uint8Array | null)[] | undefined;
  /** 0 text, 1 binary; none, one for all, or one for each, as in Bind. */
  readonly parameterFormats?: readonly number[] | undefined;
  readonly resultFormats?: readonly number[] | undefined;
}

export interface CatalogShape {
  /** OIDs of the parameters' types. */
  readonly parameters: readonly number[];
  /** Undefined: it answers no rows. */
  readonly fields: readonly RawField[] | undefined;
}

export interface CatalogAnswer {
  readonly fields: readonly RawField[] | undefined;
  /** Values as DataRow carries them, in the formats that were asked for. */
  readonly rows: readonly (readonly (Uint8Array | null)[])[];
  /** E.g. `SELECT 3`. */
  readonly tag: string;
}

/** A column as RowDescription tells of it. */
export interface RawField {
  readonly name: string;
  readonly tableOid: number;
  readonly columnNumber: number;
  readonly typeOid: number;
  readonly typeSize: number;
  readonly typeModifier: number;
  /** 0 text, 1 binary. */
  readonly format: number;
}
