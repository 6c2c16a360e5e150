import { Problem } from '../../../domain/problem.ts';
import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import type { QueryColumn, SqlRow } from '../../../ports/query.ts';
import { describeNativeProblem } from '../../http/native-problem.ts';
import type { SqlResult, SqlSession } from '../session.ts';
import type { Question } from './question.ts';

/** What a conversation says, in the order in which it happens. */
export type SqlEvent =
  | { readonly kind: 'columns'; readonly columns: readonly QueryColumn[] }
  | { readonly kind: 'rows'; readonly rows: readonly SqlRow[]; readonly columns: readonly QueryColumn[] }
  /** A statement is done. */
  | { readonly kind: 'end'; readonly tag: string; readonly notices: readonly string[] }
  /** It could not be done, or not to its end. */
  | { readonly kind: 'error'; readonly error: SqlError }
  /** Nothing more is said to this question. */
  | { readonly kind: 'answered' };

/**
 * Answers questions one after another. A script ends at the first statement that fails.
 * @param signal aborted: what runs is ended
 */
export async function* converse(
  session: SqlSession,
  questions: AsyncIterable<Question>,
  signal: AbortSignal,
): AsyncGenerator<SqlEvent> {
  for await (const question of questions) {
    try {
      yield* answerQuestion(session, question, signal);
    } catch (error) {
      yield { kind: 'error', error: readFailure(error) };
    }
    yield { kind: 'answered' };
  }
}

async function* answerQuestion(
  session: SqlSession,
  { query, parameters }: Question,
  signal: AbortSignal,
): AsyncGenerator<SqlEvent> {
  const parts = session.split(query);
  if (parts.length !== 1 && parameters.length > 0) {
    throw new SqlError(sqlStates.missingParameter, 'parameters go with one statement, and this is a script of several');
  }
  for (const { text, position } of parts) {
    try {
      const statement = await session.prepare(text);
      if (statement.parameters !== parameters.length) throw wrongCount(statement.parameters, parameters.length);
      yield* readResult(await statement.run(parameters, { signal }));
    } catch (error) {
      throw moveError(error, position);
    }
  }
}

function wrongCount(wanted: number, given: number): SqlError {
  return new SqlError(sqlStates.missingParameter, `the statement takes ${wanted} parameters, and ${given} were given`);
}

async function* readResult(result: SqlResult): AsyncGenerator<SqlEvent> {
  try {
    let rows = result.columns === undefined ? undefined : await result.next();
    const { columns } = result;
    if (columns !== undefined) yield { kind: 'columns', columns };
    for (; rows !== undefined && columns !== undefined; rows = await result.next()) {
      yield { kind: 'rows', rows, columns };
    }
    yield { kind: 'end', tag: result.tag(), notices: result.notices };
  } finally {
    await result.close();
  }
}

/** A position is told in the text as it was sent. */
function moveError(error: unknown, by: number): unknown {
  if (!(error instanceof SqlError) || error.position === undefined) return error;
  return new SqlError(error.state, error.message, { position: error.position + by, hint: error.hint });
}

/** @throws what is a bug */
function readFailure(error: unknown): SqlError {
  if (error instanceof SqlError) return error;
  if (error instanceof Problem) return new SqlError(sqlStates.notAllowed, describeNativeProblem(error));
  throw error;
}
