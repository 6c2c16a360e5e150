import type { Statement } from '../../language/statement.ts';
import type { QueryCursor, QueryShape, SqlValue } from '../../ports/query.ts';
import type { RunOptions, SqlResult, SqlStatement } from './session.ts';
import type { SessionState } from './session-state.ts';
import { kindOf, type StatementKind } from './statement-kind.ts';

/** Whatever answers rows of resources. */
export const queryKind: StatementKind = kindOf(['SELECT', 'WITH', 'VALUES', 'EXPLAIN'], prepareQuery);

async function prepareQuery({ text }: Statement, session: SessionState): Promise<SqlStatement> {
  const { engine, scope, limits } = session.parts;
  const written = { text, views: {} };
  const { columns, parameters }: QueryShape = await engine.describe({ ...written, scope: await scope() });
  const run = async (values: readonly SqlValue[], { signal }: RunOptions) => {
    const query = { ...written, scope: await scope() };
    return answerCursor(await engine.run(query, values, { signal, ...limits }));
  };
  return { parameters, columns, run };
}

function answerCursor(cursor: QueryCursor): SqlResult {
  let count = 0;
  return {
    columns: cursor.columns,
    next: async () => {
      const rows = await cursor.next();
      count += rows?.length ?? 0;
      return rows;
    },
    tag: () => `SELECT ${count}`,
    notices: [],
    close: () => cursor.close(),
  };
}
