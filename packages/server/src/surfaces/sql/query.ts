import { checkParameterCount } from '../../language/parameter.ts';
import type { Statement } from '../../language/statement.ts';
import type { QueryColumn, QueryCursor, QueryScope, SqlValue } from '../../ports/query.ts';
import { KnownTexts } from './known-text.ts';
import type { CallableTable } from './mutation-method.ts';
import { type TellFaults, tellFaults } from './query-fault.ts';
import { listNames } from './query-name.ts';
import { typeColumns } from './query-type.ts';
import type { RunOptions, SqlResult, SqlStatement } from './session.ts';
import type { SessionState } from './session-state.ts';
import { kindOf, type StatementKind } from './statement-kind.ts';

/** Whatever answers rows of resources. */
export function createQueryKind(table: CallableTable): StatementKind {
  const known = new KnownTexts();
  return kindOf(['SELECT', 'WITH', 'VALUES'], (statement, session) =>
    prepareQuery({ statement, session, table, known }),
  );
}

export interface QueryPlace {
  readonly statement: Statement;
  readonly session: SessionState;
  readonly table: CallableTable;
  readonly known: KnownTexts;
  /** What stands before the query for the engine. */
  readonly prefix?: string | undefined;
}

/** @throws SqlError */
export async function prepareQuery(place: QueryPlace): Promise<SqlStatement> {
  const { session, prefix = '' } = place;
  const { engine, limits } = session.parts;
  const write = openWriter(place);
  const { rewritten, query, told } = write(await session.scope());
  const { parameters, notices } = rewritten;
  const shape = await told(() => engine.describe(query));
  const columns = prefix === '' ? typeColumns(shape.columns, rewritten) : shape.columns;
  const run = async (values: readonly SqlValue[], { signal, account }: RunOptions): Promise<SqlResult> => {
    checkParameterCount(values.length, parameters);
    const options = { signal, timeoutMilliseconds: limitTime(session), rowsMax: limits.rowsMax };
    const now = write(await session.scope(account));
    const cursor = await now.told(() => engine.run(now.query, values, options));
    return answerCursor(cursor, { columns, notices, told: now.told });
  };
  return { parameters, columns, run };
}

/** Writes the text for the engine, by what the account may read: other rights are other views. */
function openWriter(place: QueryPlace) {
  const { statement, session, table, known, prefix = '' } = place;
  const names = listNames(session, table);
  const write = (scope: QueryScope) => {
    const rewritten = known.rewrite(statement.text, names, scope);
    const query = { text: prefix + rewritten.text, views: rewritten.views, scope };
    return { rewritten, query, told: tellFaults(statement, session, rewritten) };
  };
  let last: ReturnType<typeof write> | undefined;
  return (scope: QueryScope) => {
    last = last?.query.scope === scope ? last : write(scope);
    return last;
  };
}

function limitTime({ parts, settings }: SessionState): number {
  const { timeoutMilliseconds } = parts.limits;
  return Math.min(timeoutMilliseconds, settings.statementTimeoutMilliseconds ?? timeoutMilliseconds);
}

interface Answered {
  readonly columns: readonly QueryColumn[];
  readonly notices: readonly string[];
  readonly told: TellFaults;
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
