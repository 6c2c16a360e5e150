import { findNearest } from '../../language/nearest.ts';
import { checkParameterCount } from '../../language/parameter.ts';
import { type RewrittenQuery, rewriteQuery } from '../../language/query.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { Statement } from '../../language/statement.ts';
import { hideViewNames } from '../../language/view-name.ts';
import type { QueryColumn, QueryCursor, SqlValue } from '../../ports/query.ts';
import type { CallableTable } from './mutation-method.ts';
import { listNames } from './query-name.ts';
import { typeColumns } from './query-type.ts';
import type { RunOptions, SqlResult, SqlStatement } from './session.ts';
import type { SessionState } from './session-state.ts';
import { kindOf, type StatementKind } from './statement-kind.ts';

/** Whatever answers rows of resources. */
export function createQueryKind(table: CallableTable): StatementKind {
  return kindOf(['SELECT', 'WITH', 'VALUES'], (statement, session) => prepareQuery({ statement, session, table }));
}

export interface QueryPlace {
  readonly statement: Statement;
  readonly session: SessionState;
  readonly table: CallableTable;
  /** What stands before the query for the engine. */
  readonly prefix?: string | undefined;
}

/** @throws SqlError */
export async function prepareQuery(place: QueryPlace): Promise<SqlStatement> {
  const { statement, session, table, prefix = '' } = place;
  const { engine } = session.parts;
  const rewritten = rewriteQuery(statement.text, listNames(session, table));
  const { views, parameters } = rewritten;
  const query = { text: prefix + rewritten.text, views };
  const told = tellFaults(statement, session, rewritten);
  const scope = await session.scope();
  const shape = await told(() => engine.describe({ ...query, scope }));
  const columns = prefix === '' ? typeColumns(shape.columns, rewritten) : shape.columns;
  const run = async (values: readonly SqlValue[], { signal }: RunOptions): Promise<SqlResult> => {
    checkParameterCount(values.length, parameters);
    const options = { signal, timeoutMilliseconds: limitTime(session), rowsMax: session.parts.limits.rowsMax };
    const granted = await session.scope();
    const cursor = await told(() => engine.run({ ...query, scope: granted }, values, options));
    return answerCursor(cursor, { columns, notices: rewritten.notices, told });
  };
  return { parameters, columns, run };
}

function limitTime({ parts, settings }: SessionState): number {
  const { timeoutMilliseconds } = parts.limits;
  return Math.min(timeoutMilliseconds, settings.statementTimeoutMilliseconds ?? timeoutMilliseconds);
}

type Told = <T>(act: () => Promise<T>) => Promise<T>;

interface Answered {
  readonly columns: readonly QueryColumn[];
  readonly notices: readonly string[];
  readonly told: Told;
}

function answerCursor(cursor: QueryCursor, { columns, notices, told }: Answered): SqlResult {
  let count = 0;
  return {
    columns,
    next: async () => {
      const rows = await told(() => cursor.next());
      count += rows?.length ?? 0;
      return rows;
    },
    tag: () => `SELECT ${count}`,
    notices,
    close: () => cursor.close(),
  };
}

/** Says faults of the engine in words of the text that was written. */
function tellFaults({ tokens }: Statement, { parts }: SessionState, { views }: RewrittenQuery): Told {
  const columns = () =>
    parts.resources.filter(({ name }) => name in views).flatMap((resource) => resource.columns.map(({ name }) => name));
  return async (act) => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      const message = hideViewNames(error.message);
      const name =
        error.state === sqlStates.undefinedColumn
          ? /(?:no such column: |column ")([^"]+)/.exec(message)?.[1]
          : undefined;
      const last = name?.split('.').at(-1) ?? '';
      const near = name === undefined ? [] : findNearest(last, columns());
      const hint = error.hint ?? (near.length === 0 ? undefined : `Perhaps you meant ${near.join(', ')}.`);
      const position = tokens.find(({ value }) => last !== '' && value === last)?.start;
      // A place that the engine tells is one of its own text.
      throw new SqlError(error.state, message, { position, hint });
    }
  };
}
