import type { Piece } from '../../language/mutation.ts';
import { readPlain } from '../../language/mutation-literal.ts';
import { checkParameterCount } from '../../language/parameter.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { SqlRow, SqlValue } from '../../ports/query.ts';
import type { Caller } from './mutation-call.ts';
import type { CallableTable } from './mutation-method.ts';
import { MutationNotices } from './mutation-notice.ts';
import type { RunOptions } from './session.ts';
import { limitTime, type SessionState } from './session-state.ts';

/** A statement that is being done. */
export interface Work {
  readonly session: SessionState;
  readonly table: CallableTable;
  /** Of its parameters. */
  readonly values: readonly SqlValue[];
  /** `WITH a AS (…)`, which queries of the statement may name; undefined: none. */
  readonly named: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly caller: Caller;
  readonly notices: MutationNotices;
  /** Between two rows. @throws SqlError 57014 where its time is over */
  requireTime(): void;
  /** The organization that is meant where none is named; undefined: it has to be. */
  organization(): Promise<string | undefined>;
}

export interface WorkFacts {
  readonly session: SessionState;
  readonly table: CallableTable;
  /** How many there have to be. */
  readonly parameters: number;
  readonly verb: string;
  readonly named?: Piece | undefined;
}

/** @throws SqlError 08P01 */
export function openWork(
  { session, table, parameters, verb, named }: WorkFacts,
  values: readonly SqlValue[],
  { signal }: RunOptions,
): Work {
  checkParameterCount(values.length, parameters);
  const notices = new MutationNotices();
  const { account, callMethod } = session.parts;
  const milliseconds = limitTime(session);
  let end: number | undefined;
  let organization: Promise<string | undefined> | undefined;
  return {
    session,
    table,
    values,
    named: named?.text,
    signal,
    notices,
    caller: { account, callMethod, signal, verb, note: (answer) => notices.note(answer) },
    requireTime: () => {
      // From the first row: what finds them has a time of its own, and may have waited for its turn.
      end ??= performance.now() + milliseconds;
      if (performance.now() >= end) throw late(milliseconds);
    },
    organization: () => {
      organization ??= session.scope().then(({ organizations }) => onlyOne(organizations)?.name);
      return organization;
    },
  };
}

function late(milliseconds: number): SqlError {
  return new SqlError(sqlStates.cancelled, 'canceling statement due to statement timeout', {
    hint: `Its rows may take ${milliseconds / 1000} s, and what was left then was not touched.`,
  });
}

function onlyOne<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}

/** What a query answers, as it is read. @param values of its parameters, where they are not the statement's @throws SqlError */
export async function* queryRows(
  { session, signal, values: own, named }: Work,
  text: string,
  values = own,
): AsyncGenerator<SqlRow, void, undefined> {
  const query = await session.prepare(named === undefined ? text : `${named} ${withinNamed(text)}`);
  const result = await query.run(values.slice(0, query.parameters), { signal, mayRest: true });
  try {
    for (let rows = await result.next(); rows !== undefined; rows = await result.next()) yield* rows;
  } finally {
    await result.close();
  }
}

/** One WITH can't follow another. */
function withinNamed(text: string): string {
  return /^with\b/i.test(text) ? `SELECT * FROM (${text})` : text;
}

/** How much of a query's answer is held before something is done with it. */
const heldRowsMax = 100_000;
const heldCharactersMax = 32 * 1_048_576;

/**
 * The same, but read ahead as far as may be held: mostly to the end, so that the query is over before the first row is
 * done, and neither sees what is changed nor keeps a process from others.
 */
export async function* queryRowsAhead(work: Work, text: string): AsyncGenerator<SqlRow, void, undefined> {
  const rows = queryRows(work, text);
  try {
    yield* await readAhead(rows);
    yield* rows;
  } finally {
    await rows.return();
  }
}

async function readAhead(rows: AsyncGenerator<SqlRow, void, undefined>): Promise<SqlRow[]> {
  const held: SqlRow[] = [];
  let characters = 0;
  while (held.length < heldRowsMax && characters < heldCharactersMax) {
    const next = await rows.next();
    if (next.done === true) break;
    held.push(next.value);
    characters += countCharacters(next.value);
  }
  return held;
}

export function countCharacters(row: SqlRow): number {
  return row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 0);
}

/** Values of expressions that name no column. @throws SqlError */
export async function evaluate(work: Work, pieces: readonly Piece[]): Promise<SqlRow> {
  if (pieces.length === 0) return [];
  const plain = evaluatePlain(work, pieces);
  if (plain !== undefined) return plain;
  for await (const row of queryRows(work, `SELECT ${pieces.map(({ text }) => text).join(', ')}`)) return row;
  return pieces.map(() => null);
}

/** The same without a query; undefined where one is needed. */
export function evaluatePlain({ values }: Pick<Work, 'values'>, pieces: readonly Piece[]): SqlRow | undefined {
  const row: SqlValue[] = [];
  for (const piece of pieces) {
    const plain = readPlain(piece);
    if (plain === undefined) return undefined;
    row.push('value' in plain ? plain.value : (values[plain.parameter - 1] ?? null));
  }
  return row;
}

/**
 * Does something for each row, one after another, and stops where one fails: what was done before is told, since it
 * stays done.
 * @param done what was done with a row, as `inserted`
 * @throws SqlError
 */
export async function forEachRow<T>(
  work: Work,
  rows: Iterable<T> | AsyncIterable<T>,
  { done, act }: { readonly done: string; readonly act: (row: T) => Promise<boolean> },
): Promise<number> {
  let count = 0;
  try {
    for await (const row of rows) {
      work.requireTime();
      if (await act(row)) count += 1;
    }
  } catch (error) {
    if (count === 0 || !(error instanceof SqlError)) throw error;
    const { state, message, position, hint } = error;
    const before = `${count === 1 ? '1 row was' : `${count} rows were`} ${done} before, and will stay so.`;
    const hints = [...(hint === undefined ? [] : [endSentence(hint)]), before, ...work.notices.list().map(endSentence)];
    throw new SqlError(state, message, { position, hint: hints.join(' ') });
  }
  return count;
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
