import { Problem } from '../../../domain/problem.ts';
import { SqlError, type SqlState, sqlStates } from '../../../language/sql-error.ts';

/** The connection can't go on: the peer is told why, and cut off. */
export class WireFault extends Error {
  override readonly name = 'WireFault';
  readonly state: SqlState;
  readonly hint: string | undefined;

  constructor(state: SqlState, message: string, hint?: string) {
    super(message);
    this.state = state;
    this.hint = hint;
  }
}

export const wireStates = {
  protocol: '08P01',
  authorization: '28000',
  password: '28P01',
  noDatabase: '3D000',
  noStatement: '26000',
  noCursor: '34000',
  duplicateStatement: '42P05',
  duplicateCursor: '42P03',
  failedTransaction: '25P02',
  noTransaction: '25P01',
  badText: '22P02',
  badBinary: '22P03',
  badCharacter: '22021',
  tooMany: '53300',
  limit: '53400',
  tooLong: '54000',
  shutdown: '57P01',
  notNow: '57P03',
  idle: '57P05',
} as const;

/** What an ErrorResponse or a NoticeResponse says. */
export interface Diagnosis {
  readonly severity: 'ERROR' | 'FATAL' | 'NOTICE' | 'WARNING';
  readonly state: SqlState;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** In characters of the text as the client sent it, from 1. */
  readonly position?: number | undefined;
}

/** The text that an error's position counts in. */
export interface ErrorPlace {
  /** As the client sent it. */
  readonly text: string;
  /** Where the statement begins in it, in UTF-16 units. */
  readonly offset: number;
}

/** Puts an error in PostgreSQL's words; undefined: a fault of ours, of which nothing is told. */
export function diagnose(error: unknown, place?: ErrorPlace | undefined): Diagnosis | undefined {
  if (error instanceof SqlError) {
    const { state, message, hint, position } = error;
    return { severity: 'ERROR', state, message, hint, position: countCharacters(position, place) };
  }
  if (error instanceof WireFault) {
    return { severity: 'FATAL', state: error.state, message: error.message, hint: error.hint };
  }
  if (error instanceof Problem) return diagnoseProblem(error);
  return undefined;
}

export const internalFault: Diagnosis = {
  severity: 'ERROR',
  state: sqlStates.internal,
  message: 'this failed within the server; its log says why',
};

/** Those that are met outside of a statement: what a statement throws is an SqlError already. */
function diagnoseProblem({ code, facts }: Problem): Diagnosis | undefined {
  const seconds = (facts as { retryAfterSeconds?: number }).retryAfterSeconds;
  if (code === 'auth.throttled') {
    const message = `too many failed attempts to sign in; try again in ${seconds ?? 1} s`;
    return { severity: 'FATAL', state: wireStates.authorization, message };
  }
  if (code === 'store.unavailable') {
    return { severity: 'ERROR', state: wireStates.notNow, message: 'the store does not answer; try again' };
  }
  return undefined;
}

function countCharacters(position: number | undefined, place: ErrorPlace | undefined): number | undefined {
  if (position === undefined) return undefined;
  if (place === undefined) return position + 1;
  let characters = 1;
  for (const _ of place.text.slice(0, place.offset + position)) characters++;
  return characters;
}
