/** What PostgreSQL calls the class of an error: five characters. */
export type SqlState = string;

export interface SqlErrorDetail {
  /** Where in the text of the statement, in characters from 0. */
  readonly position?: number | undefined;
  /** What to do next, in a sentence. */
  readonly hint?: string | undefined;
}

/** A statement that can't be done, told to whoever wrote it. Holds no secret and no name of the store's own. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly state: SqlState;
  readonly position: number | undefined;
  readonly hint: string | undefined;

  constructor(state: SqlState, message: string, { position, hint }: SqlErrorDetail = {}) {
    super(message);
    this.state = state;
    this.position = position;
    this.hint = hint;
  }
}

/** Codes that are used in more than one place (PostgreSQL, appendix A). */
export const sqlStates = {
  syntax: '42601',
  undefinedTable: '42P01',
  undefinedColumn: '42703',
  undefinedFunction: '42883',
  notSupported: '0A000',
  notAllowed: '42501',
  invalidParameter: '22023',
  missingParameter: '08P01',
  cancelled: '57014',
  tooManyRows: '54000',
  outOfMemory: '53200',
  tooBusy: '53300',
  duplicate: '23505',
  notFound: 'P0002',
  internal: 'XX000',
} as const;
