import { RecentMap } from '../../domain/recent-map.ts';
import { findNearest } from '../../language/nearest.ts';
import { checkParameterCount } from '../../language/parameter.ts';
import { type RewrittenQuery, rewriteQuery } from '../../language/query.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { Statement } from '../../language/statement.ts';
import type { Token } from '../../language/token.ts';
import { hideViewNames } from '../../language/view-name.ts';
import type { QueryColumn, QueryCursor, SqlValue } from '../../ports/query.ts';
import type { CallableTable } from './mutation-method.ts';
import { listNames } from './query-name.ts';
import { typeColumns } from './query-type.ts';
import type { RunOptions, SqlResult, SqlStatement } from './session.ts';
import type { SessionState } from './session-state.ts';
import { kindOf, type StatementKind } from './statement-kind.ts';

/** Texts that are known as they were rewritten: what comes again is known to the engine again. */
const knownMax = 500;
const knownLengthMax = 20_000;

/** Whatever answers rows of resources. */
export function createQueryKind(table: CallableTable): StatementKind {
  const known = new RecentMap<string, RewrittenQuery>(knownMax);
  return kindOf(['SELECT', 'WITH', 'VALUES'], (statement, session) =>
    prepareQuery({ statement, session, table, known }),
  );
}

export interface QueryPlace {
  readonly statement: Statement;
  readonly session: SessionState;
  readonly table: CallableTable;
  /** What stands before the query for the engine. */
  readonly prefix?: string | undefined;
  readonly known?: RecentMap<string, RewrittenQuery> | undefined;
}

/** @throws SqlError */
export async function prepareQuery(place: QueryPlace): Promise<SqlStatement> {
  const { statement, session, prefix = '' } = place;
  const { engine } = session.parts;
  const rewritten = rewrite(place);
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

/** A text with views of the session in it means something else in another. */
function rewrite({ statement: { text }, session, table, known }: QueryPlace): RewrittenQuery {
  const remembers = session.views.size === 0 && text.length <= knownLengthMax;
  const found = remembers ? known?.get(text) : undefined;
  if (found !== undefined) return found;
  const rewritten = rewriteQuery(text, listNames(session, table));
  if (remembers) known?.set(text, rewritten);
  return rewritten;
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
      const name = faultyName.exec(message)?.[1]?.split('.').at(-1);
      const near = error.state === sqlStates.undefinedColumn ? findNearest(name ?? '', columns()) : [];
      const hint = error.hint ?? (near.length === 0 ? undefined : `Perhaps you meant ${near.join(', ')}.`);
      throw new SqlError(error.state, message, { position: findOnly(tokens, name), hint });
    }
  };
}

const faultyName = /(?:^near |no such \w+: |unrecognized token: |ambiguous column name: )"?([^"\s]+)/;

/** A place that the engine tells is one of its own text: the name is looked for in this one, where it stands once. */
function findOnly(tokens: readonly Token[], name: string | undefined): number | undefined {
  const found = tokens.filter(({ value }) => value === name);
  return found.length === 1 ? found[0]?.start : undefined;
}
